//! Webhooks end to end: their bytes, where they go, how often, and that nobody waits for them.

use crate::cancels::paid_by;
use crate::vbank::text;
use crate::ways::pgs;
use engine::webhooks::{Log, of_payment, resend};
use pg::{Response, TransportError};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testkit::dbs::on_both;
use testkit::hub::{Moment, TestHub};
use testkit::merchant::WEBHOOK;

fn answer(status: u16, body: &str) -> Response {
    Response { status, ..Response::text(body) }
}

async fn log(hub: &TestHub, imp_uid: &str) -> Vec<Log> {
    of_payment(hub.engine(), hub.shop.id, imp_uid).await.unwrap()
}

/// Pays and gives the imp_uid; `changes` go into the parameter.
async fn sold(hub: &TestHub, order: &str, changes: Value) -> String {
    let way = pgs()[0];
    let mut param = way.param(order);
    for (key, value) in changes.as_object().unwrap() {
        param[key] = value.clone();
    }
    text(&paid_by(hub, way, &param).await, "imp_uid").to_owned()
}

#[tokio::test]
async fn the_bytes_of_both_forms() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = sold(&hub, "주문 1&2", json!({})).await;
        hub.run_jobs().await;
        let hook = hub.webhooks().pop().unwrap();
        assert_eq!((hook.url.as_str(), hook.content_type.as_str()), (WEBHOOK, "application/json"));
        let wanted =
            format!(r#"{{"imp_uid":"{imp_uid}","merchant_uid":"주문 1&2","status":"paid"}}"#);
        assert_eq!(hook.body, wanted);
        let set = engine::merchants::set_webhook(hub.engine(), hub.shop.id, "t", WEBHOOK, "form");
        set.await.unwrap();
        let imp_uid = sold(&hub, "주문 3", json!({})).await;
        hub.run_jobs().await;
        let hook = hub.webhooks().pop().unwrap();
        assert_eq!(hook.content_type, "application/x-www-form-urlencoded");
        let wanted = format!("imp_uid={imp_uid}&merchant_uid=%EC%A3%BC%EB%AC%B8+3&status=paid");
        assert_eq!(hook.body, wanted);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_payments_own_addresses_stand_instead_of_the_consoles() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for (index, (own, wanted)) in [
            (json!("https://one.test/a"), vec!["https://one.test/a"]),
            (
                json!(["https://one.test/a", "https://two.test/b"]),
                vec!["https://one.test/a", "https://two.test/b"],
            ),
            (json!(["https://one.test/a", "https://one.test/a"]), vec!["https://one.test/a"]),
            (json!(""), vec![WEBHOOK]),
            (json!([]), vec![WEBHOOK]),
            (Value::Null, vec![WEBHOOK]),
        ]
        .into_iter()
        .enumerate()
        {
            let before = hub.webhooks().len();
            let imp_uid = sold(&hub, &format!("order-{index}"), json!({"notice_url": own})).await;
            hub.run_jobs().await;
            let mut urls: Vec<_> =
                hub.webhooks().split_off(before).into_iter().map(|hook| hook.url).collect();
            urls.sort();
            assert_eq!(urls, wanted, "{own}");
            assert_eq!(log(&hub, &imp_uid).await.len(), wanted.len());
        }
        for bad in [json!("ftp://a.b"), json!("shop"), json!(["https://a.b", "javascript:1"])] {
            let mut param = pgs()[0].param("bad");
            param["notice_url"] = bad.clone();
            let answer = hub.open(&param, pg::Device::Pc).await;
            assert_eq!(answer["rsp"]["error_msg"], "notice_url이 올바르지 않습니다.", "{bad}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_is_down_is_tried_for_days_and_every_attempt_is_kept() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let up = Arc::new(AtomicBool::new(false));
        let state = up.clone();
        hub.receive(move |_| match state.load(Ordering::SeqCst) {
            true => Ok(answer(200, "Payment Saved")),
            false => Ok(answer(500, "database down")),
        });
        let imp_uid = sold(&hub, "order", json!({})).await;
        hub.run_jobs().await;
        let mut made = 1;
        for seconds in domain::retry::WEBHOOK_SECONDS.into_iter().take(4) {
            hub.clock().advance(seconds - 1);
            hub.run_jobs().await;
            assert_eq!(hub.told(&imp_uid).len(), made, "too early, before {seconds}");
            hub.clock().advance(1);
            hub.run_jobs().await;
            made += 1;
            assert_eq!(hub.told(&imp_uid).len(), made, "after {seconds}");
        }
        up.store(true, Ordering::SeqCst);
        hub.clock().advance(86_400);
        hub.run_jobs().await;
        hub.clock().advance(30 * 86_400);
        hub.run_jobs().await;
        let kept = log(&hub, &imp_uid).await.remove(0);
        assert!(kept.webhook.delivered_at.is_some());
        let statuses: Vec<_> = kept.attempts.iter().map(|attempt| attempt.http_status).collect();
        assert_eq!(statuses, [vec![Some(500); made], vec![Some(200)]].concat());
        assert_eq!(kept.attempts[0].response.as_deref(), Some("database down"));
        assert_eq!(kept.attempts[made].response.as_deref(), Some("Payment Saved"));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_never_comes_back_is_given_up_and_can_be_tried_by_hand() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        hub.receive(|_| Err(TransportError::NoAnswer("timed out".into())));
        let imp_uid = sold(&hub, "order", json!({})).await;
        for _ in 0..12 {
            hub.run_jobs().await;
            hub.clock().advance(86_400);
        }
        let kept = log(&hub, &imp_uid).await.remove(0);
        assert!(kept.webhook.gave_up_at.is_some() && kept.webhook.delivered_at.is_none());
        assert_eq!(kept.attempts.len(), domain::retry::WEBHOOK_SECONDS.len() + 1);
        assert!(kept.attempts.iter().all(|attempt| attempt.error.is_some()));
        // The console's address changed meanwhile; this webhook goes where it always went.
        let other = "https://moved.test/webhook";
        let set = engine::merchants::set_webhook(hub.engine(), hub.shop.id, "t", other, "form");
        set.await.unwrap();
        hub.receive(|_| Ok(Response::text("ok")));
        resend(hub.engine(), hub.shop.id, "t", kept.webhook.id).await.unwrap();
        hub.run_jobs().await;
        let last = hub.webhooks().pop().unwrap();
        assert_eq!((last.url.as_str(), last.content_type.as_str()), (WEBHOOK, "application/json"));
        assert!(log(&hub, &imp_uid).await[0].webhook.delivered_at.is_some());
        // So do later events of the same payment.
        hub.cancel(json!({"imp_uid": imp_uid, "enable_webhook": true})).await.ok();
        hub.run_jobs().await;
        assert_eq!(hub.webhooks().pop().unwrap().url, WEBHOOK);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_waits_for_a_receiver_that_hangs() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let gate = hub.hold("webhook", Moment::Before);
        let first = sold(&hub, "first", json!({})).await;
        let (engine, merchant) = (hub.engine().clone(), hub.shop.id);
        let jobs = tokio::spawn(async move { engine::jobs::run_due(&engine, merchant).await });
        gate.arrived().await;
        // The first receiver hangs: other orders are paid, told and cancelled all the same.
        let second = sold(&hub, "second", json!({})).await;
        hub.cancel(json!({"imp_uid": second})).await.ok();
        hub.cancel(json!({"imp_uid": first})).await.ok();
        assert!(!jobs.is_finished());
        let replica = hub.base.replica(5);
        engine::jobs::run_once(&replica).await;
        assert_eq!(hub.told(&second), ["paid"]);
        gate.open();
        jobs.await.unwrap().unwrap();
        assert_eq!(hub.told(&first), ["paid"]);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_webhook_that_was_not_sent_before_the_hub_died_is_sent_by_another() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = sold(&hub, "order", json!({})).await;
        assert_eq!(hub.told(&imp_uid), [""; 0]);
        let replica = hub.base.replica(5);
        engine::jobs::run_due(&replica, hub.shop.id).await.unwrap();
        assert_eq!(hub.told(&imp_uid), ["paid"]);
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["paid"], "and only once");
        hub.settled().await;
    })
    .await;
}
