//! Webhooks: where they go, what they say, and that they get there.

use crate::rows;
use domain::MerchantId;
use domain::payment::Status;
use domain::retry::WEBHOOK_SECONDS;
use engine::merchants::{self, Created};
use engine::{Destination, Error, jobs, webhooks};
use pg::TransportError;
use std::sync::Arc;
use store::payments::PaymentRow;
use store::webhooks::WebhookRow;
use testkit::dbs::on_both;
use testkit::engine::TestEngine;
use tokio::sync::Semaphore;

const CONSOLE: &str = "https://shop.test/hook";

async fn shop(hub: &TestEngine) -> (Created, MerchantId) {
    let made = hub.merchant("owner").await;
    let id = MerchantId(made.merchant.id);
    merchants::set_webhook(&hub.engine, id, "owner", CONSOLE, "json").await.unwrap();
    (made, id)
}

/// Wants a webhook about a payment, as a commit does.
async fn emit(hub: &TestEngine, payment: &PaymentRow, status: Status, cancel: Option<&str>) {
    let merchant = MerchantId(payment.merchant_id);
    let at = merchants::now_of(&hub.engine, merchant).await.unwrap();
    let mut batch = store::Batch::new();
    webhooks::emit(&hub.engine, &mut batch, payment, status, cancel, at).await.unwrap();
    hub.engine.db.commit(batch).await.unwrap();
}

fn sent(hub: &TestEngine) -> Vec<(String, String)> {
    let sent = hub.outbound.sent();
    sent.iter().map(|sent| (sent.request.url.clone(), sent.text())).collect()
}

async fn only(hub: &TestEngine, merchant: MerchantId) -> WebhookRow {
    let rows = webhooks::recent(&hub.engine, merchant, i64::MAX, 10).await.unwrap();
    assert_eq!(rows.len(), 1);
    rows[0].clone()
}

#[tokio::test]
async fn a_receiver_reads_v1s_message_once() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (made, merchant) = shop(&hub).await;
        hub.outbound.answer_with(200, "Payment Saved");
        emit(&hub, &rows::payment(&made, "imp_1"), Status::Paid, None).await;
        assert!(hub.outbound.sent().is_empty(), "a commit sends nothing");
        assert_eq!(jobs::run_once(&hub.engine).await, 1);
        assert_eq!(jobs::run_once(&hub.engine).await, 0);
        let body = r#"{"imp_uid":"imp_1","merchant_uid":"order of imp_1","status":"paid"}"#;
        assert_eq!(sent(&hub), [(CONSOLE.to_owned(), body.to_owned())]);
        let destination = &hub.outbound.sent()[0].destination;
        assert_eq!(*destination, Destination::Webhook { timeout_ms: 30_000 });

        let log = webhooks::of_payment(&hub.engine, merchant, "imp_1").await.unwrap();
        assert_eq!(log[0].webhook.delivered_at, Some(hub.clock.read()));
        assert_eq!(log[0].attempts.len(), 1);
        assert_eq!(log[0].attempts[0].http_status, Some(200));
        assert_eq!(log[0].attempts[0].response.as_deref(), Some("Payment Saved"));
        assert!(store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn targets_are_the_payments_own_then_the_consoles_then_none() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (made, merchant) = shop(&hub).await;
        hub.outbound.answer_with(200, "");
        let urls = |uid: &str, own: Option<&str>| {
            let mut payment = rows::payment(&made, uid);
            payment.notice_urls = own.map(str::to_owned);
            payment
        };
        let own = r#"["https://a.test/1", "https://a.test/2", "https://a.test/1", "nonsense"]"#;
        for (uid, own, expected) in [
            ("imp_1", Some(own), vec!["https://a.test/1", "https://a.test/2"]),
            ("imp_2", Some("[]"), vec![CONSOLE]),
            ("imp_3", None, vec![CONSOLE]),
        ] {
            let before = hub.outbound.sent().len();
            emit(&hub, &urls(uid, own), Status::Paid, None).await;
            jobs::run_due(&hub.engine, merchant).await.unwrap();
            let mut reached: Vec<String> = sent(&hub).drain(before..).map(|(url, _)| url).collect();
            reached.sort();
            assert_eq!(reached, expected, "{uid}");
        }
        merchants::set_webhook(&hub.engine, merchant, "owner", "", "json").await.unwrap();
        emit(&hub, &urls("imp_4", None), Status::Paid, None).await;
        assert_eq!(jobs::run_due(&hub.engine, merchant).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn later_events_go_where_the_first_one_went() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (made, merchant) = shop(&hub).await;
        hub.outbound.answer_with(200, "");
        let payment = rows::payment(&made, "imp_1");
        emit(&hub, &payment, Status::Ready, None).await;
        let elsewhere = "https://elsewhere.test/hook";
        merchants::set_webhook(&hub.engine, merchant, "owner", elsewhere, "form").await.unwrap();
        emit(&hub, &payment, Status::Cancelled, Some("06JC8FVHJTW2WY16FEY0")).await;
        emit(&hub, &rows::payment(&made, "imp_2"), Status::Paid, None).await;
        jobs::run_due(&hub.engine, merchant).await.unwrap();
        let mut sent = sent(&hub);
        sent.sort();
        let form = "imp_uid=imp_2&merchant_uid=order+of+imp_2&status=paid";
        assert_eq!(sent[0], (elsewhere.to_owned(), form.to_owned()));
        let cancel = r#"{"imp_uid":"imp_1","merchant_uid":"order of imp_1","#.to_owned()
            + r#""status":"cancelled","cancellation_id":"06JC8FVHJTW2WY16FEY0"}"#;
        assert_eq!(sent[1], (CONSOLE.to_owned(), cancel));
        assert_eq!(sent[2].0, CONSOLE);
    })
    .await;
}

#[tokio::test]
async fn a_receiver_that_is_down_is_tried_for_three_days() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (made, merchant) = shop(&hub).await;
        hub.outbound.answer_with(500, "");
        emit(&hub, &rows::payment(&made, "imp_1"), Status::Paid, None).await;
        assert_eq!(jobs::run_once(&hub.engine).await, 1);
        for (index, seconds) in WEBHOOK_SECONDS.iter().enumerate() {
            hub.clock.advance(seconds - 1);
            assert_eq!(jobs::run_once(&hub.engine).await, 0, "too early: {index}");
            hub.clock.advance(1);
            match index % 3 {
                0 => hub.outbound.answer_with(302, ""),
                1 => hub.outbound.answer_with(404, ""),
                _ => hub.outbound.answer(|_| Err(TransportError::NoAnswer("cut".to_owned()))),
            }
            assert!(only(&hub, merchant).await.gave_up_at.is_none());
            assert_eq!(jobs::run_once(&hub.engine).await, 1, "in time: {index}");
        }
        let row = only(&hub, merchant).await;
        assert_eq!(row.attempts, 10);
        assert_eq!((row.delivered_at, row.gave_up_at), (None, Some(hub.clock.read())));
        let log = webhooks::of_payment(&hub.engine, merchant, "imp_1").await.unwrap();
        let statuses: Vec<_> = log[0].attempts.iter().map(|one| one.http_status).collect();
        assert_eq!(&statuses[..4], [Some(500), Some(302), Some(404), None]);
        assert_eq!(log[0].attempts[3].error.as_deref(), Some("no answer: cut"));
        hub.clock.advance(30 * 86_400);
        assert_eq!(jobs::run_once(&hub.engine).await, 0);
    })
    .await;
}

#[tokio::test]
async fn gone_is_gone_until_somebody_sends_it_again() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (made, merchant) = shop(&hub).await;
        let other = MerchantId(hub.merchant("other").await.merchant.id);
        hub.outbound.answer_with(410, "");
        emit(&hub, &rows::payment(&made, "imp_1"), Status::Paid, None).await;
        jobs::run_due(&hub.engine, merchant).await.unwrap();
        let row = only(&hub, merchant).await;
        assert!(row.gave_up_at.is_some());

        let foreign = webhooks::resend(&hub.engine, other, "other", row.id).await;
        assert!(matches!(foreign, Err(Error::NotFound(_))));
        hub.outbound.answer_with(204, "");
        webhooks::resend(&hub.engine, merchant, "owner", row.id).await.unwrap();
        jobs::run_due(&hub.engine, merchant).await.unwrap();
        // Once more, although it is delivered.
        webhooks::resend(&hub.engine, merchant, "owner", row.id).await.unwrap();
        jobs::run_due(&hub.engine, merchant).await.unwrap();
        assert_eq!(sent(&hub).len(), 3);
        let row = only(&hub, merchant).await;
        assert!(row.delivered_at.is_some() && row.gave_up_at.is_none());
        assert_eq!(row.attempts, 3);
    })
    .await;
}

#[tokio::test]
async fn sent_again_while_it_is_being_sent_it_is_sent_again() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let (made, merchant) = shop(&hub).await;
        let (reached, go) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let gates = (Arc::clone(&reached), Arc::clone(&go));
        hub.outbound.answer_later(move |_| {
            let (reached, go) = (Arc::clone(&gates.0), Arc::clone(&gates.1));
            async move {
                reached.add_permits(1);
                go.acquire().await.unwrap().forget();
                let mut busy = pg::Response::text("busy");
                busy.status = 503;
                Ok(busy)
            }
        });
        emit(&hub, &rows::payment(&made, "imp_1"), Status::Paid, None).await;
        let engine = hub.engine.clone();
        let first = tokio::spawn(async move { jobs::run_once(&engine).await });
        reached.acquire().await.unwrap().forget();
        let row = only(&hub, merchant).await;
        webhooks::resend(&hub.engine, merchant, "owner", row.id).await.unwrap();
        // Nobody takes it as long as the first one has it.
        assert_eq!(jobs::run_once(&hub.replica(2)).await, 0);
        go.add_permits(1);
        assert_eq!(first.await.unwrap(), 1);
        hub.outbound.answer_with(200, "");
        assert_eq!(jobs::run_once(&hub.engine).await, 1);
        let row = only(&hub, merchant).await;
        assert_eq!((row.attempts, row.delivered_at), (2, Some(hub.clock.read())));
    })
    .await;
}

#[tokio::test]
async fn the_test_call_goes_to_the_saved_url_and_tells_the_answer() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        let none = webhooks::test_call(&hub.engine, merchant, false).await;
        assert!(matches!(none, Err(Error::Refused(_))));
        merchants::set_webhook(&hub.engine, merchant, "owner", CONSOLE, "form").await.unwrap();
        hub.outbound.answer_with(403, "no");
        let call = webhooks::test_call(&hub.engine, merchant, false).await.unwrap();
        assert_eq!((call.http_status, call.response.as_deref()), (Some(403), Some("no")));
        let form = "imp_uid=imp_1234567890&merchant_uid=merchant_1234567890&status=ready";
        assert_eq!(sent(&hub), [(CONSOLE.to_owned(), form.to_owned())]);
        for (url, format) in [("ftp://a.b", "json"), (CONSOLE, "xml")] {
            let wrong = merchants::set_webhook(&hub.engine, merchant, "owner", url, format).await;
            assert!(matches!(wrong, Err(Error::Invalid { .. })), "{url} {format}");
        }
    })
    .await;
}

#[tokio::test]
async fn test_payments_may_be_told_elsewhere() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        let engine = &hub.engine;
        merchants::set_webhook(engine, merchant, "owner", CONSOLE, "json").await.unwrap();
        let elsewhere = "https://test.shop.test/hook";
        for (n, (url, mode)) in
            [("", "test"), (elsewhere, "test"), (elsewhere, "live"), ("", "test")]
                .into_iter()
                .enumerate()
        {
            merchants::set_webhook_test_url(engine, merchant, "owner", url).await.unwrap();
            let mut payment = rows::payment(&made, &format!("imp_{n}"));
            mode.clone_into(&mut payment.mode);
            let mut batch = store::Batch::new();
            let at = hub.clock.read();
            let emitted = webhooks::emit(engine, &mut batch, &payment, Status::Paid, None, at);
            emitted.await.unwrap();
            engine.db.commit(batch).await.unwrap();
            jobs::run_once(engine).await;
        }
        let urls: Vec<String> = sent(&hub).into_iter().map(|(url, _)| url).collect();
        assert_eq!(urls, [CONSOLE, elsewhere, CONSOLE, CONSOLE]);
        let wrong = merchants::set_webhook_test_url(engine, merchant, "owner", "ftp://a.b").await;
        assert!(matches!(wrong, Err(Error::Invalid { field, .. }) if field == "webhook_test_url"));
        merchants::set_webhook_test_url(engine, merchant, "owner", elsewhere).await.unwrap();
        for (test, url) in [(true, elsewhere), (false, CONSOLE)] {
            let call = webhooks::test_call(engine, merchant, test).await.unwrap();
            assert_eq!(call.url, url);
        }
    })
    .await;
}
