//! Escrow: deliveries registered once, whatever gets lost, and the buyer's choice told on.

use crate::cancels::{paid, paid_by};
use crate::vbank::text;
use crate::ways::Way;
use axum::body::Body;
use axum::http::Request;
use pg::Device;
use serde_json::{Value, json};
use store::args;
use testkit::dbs::on_both;
use testkit::hub::TestHub;
use testkit::merchant::Reply;

const PGS: [&str; 2] = ["html5_inicis", "nice"];

/// Nothing else in these tests says this.
const ADDRESS: &str = "대전광역시 유성구 아무개길 77";

fn trans(pg: &'static str) -> Way {
    Way { pg, method: "trans", device: Device::Pc }
}

async fn escrow(hub: &TestHub, pg: &'static str, order: &str) -> String {
    let mut param = trans(pg).param(order);
    param["escrow"] = json!(true);
    let payment = paid_by(hub, trans(pg), &param).await;
    assert_eq!(payment["escrow"], true);
    text(&payment, "imp_uid").to_owned()
}

fn party(name: &str) -> Value {
    json!({"name": name, "tel": "02-1234-5678", "addr": ADDRESS, "postcode": "34100"})
}

fn sent() -> Value {
    json!({
        "sender": party("보내는이"),
        "receiver": party("받는이"),
        "logis": {"company": "LOGEN", "invoice": "1234-5678", "sent_at": 1_700_000_000},
    })
}

/// [`sent`] with another value at a path of one or two keys.
fn but(path: &[&str], value: Value) -> Value {
    let mut body = sent();
    match path {
        [key] => body[*key] = value,
        [key, inner] => body[*key][*inner] = value,
        _ => unreachable!(),
    }
    body
}

async fn call(hub: &TestHub, method: &str, imp_uid: &str, body: Value) -> Reply {
    hub.rest(method, &format!("/escrows/logis/{imp_uid}"), body).await
}

async fn decide(hub: &TestHub, imp_uid: &str, body: Value) -> Reply {
    hub.rest("POST", &format!("/sandbox/payments/{imp_uid}/escrow"), body).await
}

/// Statuses of V1's webhook about an escrow.
fn told(hub: &TestHub, imp_uid: &str) -> Vec<Value> {
    let hooks = hub.webhooks().into_iter().map(|hook| hook.json());
    let mine = hooks.filter(|body| body["imp_uid"] == imp_uid);
    mine.filter(|body| body["event"] == "Inicis.Escrow.Changed").collect()
}

async fn notice(hub: &TestHub, pg: &str, body: &str) -> (u16, String) {
    let request = Request::post(format!("/{pg}_payments/escrow/changed"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let answer = hub.request(request).await;
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn registered_shown_and_changed() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            let imp_uid = escrow(&hub, pg, pg).await;
            let (status, code, _) = call(&hub, "GET", &imp_uid, Value::Null).await.refusal();
            assert_eq!((status, code), (409, -1), "{pg}");
            let wanted = if pg == "nice" { 400 } else { 409 };
            assert_eq!(call(&hub, "PUT", &imp_uid, sent()).await.refusal().0, wanted, "{pg}");
            hub.clock().advance(60);
            let delivery = call(&hub, "POST", &imp_uid, sent()).await.ok();
            let at = hub.clock().read().seconds();
            let wanted = json!({"company": "KGB", "invoice": "1234-5678",
                "sent_at": 1_700_000_000, "applied_at": at});
            assert_eq!(delivery, wanted, "{pg}");
            assert_eq!(call(&hub, "GET", &imp_uid, Value::Null).await.ok(), wanted, "{pg}");
            let again = call(&hub, "POST", &imp_uid, sent()).await.refusal();
            assert_eq!((again.0, again.1), (409, -1), "{pg}");
            if pg == "html5_inicis" {
                hub.clock().advance(60);
                let changed = but(&["logis", "company"], json!("pigeon"));
                let changed = call(&hub, "PUT", &imp_uid, changed).await.ok();
                assert_eq!(changed["company"], "ETC");
                assert_eq!(changed["applied_at"], at + 60);
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn refusals_have_v1s_status_and_leave_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = escrow(&hub, "html5_inicis", "order").await;
        let plain = text(&paid(&hub, trans("html5_inicis"), "plain").await, "imp_uid").to_owned();
        let kicc = text(&paid(&hub, trans("kicc"), "kicc").await, "imp_uid").to_owned();
        for (imp_uid, wanted) in
            [("imp_000000000000", [404, 404, 404]), (&plain, [409; 3]), (&kicc, [400; 3])]
        {
            for (method, wanted) in ["POST", "PUT", "GET"].into_iter().zip(wanted) {
                let (status, code, said) = call(&hub, method, imp_uid, sent()).await.refusal();
                assert_eq!((status, code), (wanted, -1), "{method} {imp_uid}: {said}");
            }
        }
        for (body, field) in [
            (Value::Null, "sender"),
            (but(&["sender"], Value::Null), "sender"),
            (but(&["sender"], json!("홍길동")), "sender"),
            (but(&["sender"], json!([{}, {}])), "sender"),
            (but(&["receiver"], json!(7)), "receiver"),
            (but(&["receiver"], json!({"name": "이름"})), "receiver"),
            (but(&["logis"], json!({})), "logis.sent_at"),
            (but(&["logis", "company"], json!(" ")), "logis.company"),
            (but(&["logis", "invoice"], Value::Null), "logis.invoice"),
            (but(&["logis", "invoice"], json!("1".repeat(51))), "logis.invoice"),
            (but(&["logis", "sent_at"], json!("today")), "sent_at"),
            (but(&["logis", "sent_at"], json!(1_700_000_000_000_i64)), "logis.sent_at"),
            (but(&["products"], json!([{"id": "1", "amount": 3}])), "name"),
            (but(&["products"], json!("?")), "products"),
        ] {
            let (status, code, said) = call(&hub, "POST", &imp_uid, body.clone()).await.refusal();
            assert_eq!((status, code), (400, -1), "{body}: {said}");
            assert!(said.contains(field), "{body}: {said}");
        }
        hub.fault("html5_inicis", "escrow", "down");
        let (status, code, _) = call(&hub, "POST", &imp_uid, sent()).await.refusal();
        assert_eq!((status, code), (500, -1));
        assert_eq!(call(&hub, "GET", &imp_uid, Value::Null).await.refusal().0, 409);
        let stranger = hub.base.merchant("stranger@shop.test").await;
        let key = json!({"imp_key": stranger.key.imp_key,
            "imp_secret": stranger.key.imp_secret.expose()});
        let token = hub.call("POST", "/users/getToken", "", &key).await.ok();
        let path = format!("/escrows/logis/{imp_uid}");
        for method in ["GET", "POST", "PUT"] {
            let reply = hub.call(method, &path, text(&token, "access_token"), &sent()).await;
            assert_eq!(reply.refusal().0, 404, "{method}");
        }
        hub.advance(600).await;
        call(&hub, "POST", &imp_uid, sent()).await.ok();
        hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
        assert_eq!(call(&hub, "PUT", &imp_uid, sent()).await.refusal().0, 409);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_found_or_shown_to_a_person() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            for fault in ["timeout_before", "timeout_after", "reset_after", "garbage"] {
                let order = format!("{pg}-{fault}");
                let imp_uid = escrow(&hub, pg, &order).await;
                hub.fault(pg, "escrow", fault);
                let reply = call(&hub, "POST", &imp_uid, sent()).await;
                if pg == "html5_inicis" || fault == "timeout_before" {
                    assert_eq!(reply.ok()["company"], "KGB", "{order}");
                    assert_eq!(hub.attentions(&imp_uid).await, [""; 0], "{order}");
                } else {
                    // It has no word for "registered before": the PG's refusal is all there is.
                    assert_eq!(reply.refusal().0, 500, "{order}");
                    assert_eq!(hub.attentions(&imp_uid).await, ["delivery_unknown"], "{order}");
                }
            }
            // The line stays dead for a while.
            let imp_uid = escrow(&hub, pg, &format!("{pg}-dead")).await;
            hub.faults(pg, "escrow", "timeout_before", 3);
            let (status, _, said) = call(&hub, "POST", &imp_uid, sent()).await.refusal();
            assert!(status == 500 && said.contains("확인하고 있습니다"), "{pg}: {said}");
            assert_eq!(call(&hub, "POST", &imp_uid, sent()).await.refusal().0, 409, "{pg}");
            hub.advance(1_200).await;
            assert_eq!(call(&hub, "GET", &imp_uid, Value::Null).await.ok()["company"], "KGB");
        }
        hub.settled().await;
    })
    .await;
}

/// A notice as KG Inicis sends it, made in 2023.
async fn told_by_the_pg(hub: &TestHub, imp_uid: &str, status: &str) -> (u16, String) {
    let row = store::payments::find(&hub.engine().db, hub.shop.id, imp_uid).await.unwrap().unwrap();
    let (mid, tid) = (&row.pg_id, row.pg_tid.unwrap());
    let fields = format!("mid={mid}&tid={tid}&oid={imp_uid}&escrow_status={status}");
    notice(hub, "inicis", &format!("{fields}&changed_at=20231115071319")).await
}

#[tokio::test]
async fn what_the_buyer_chose_is_told_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for (action, reason, wanted) in [("confirm", "", "3"), ("deny", "파손", "4")] {
            let imp_uid = escrow(&hub, "html5_inicis", action).await;
            let choice = json!({"action": action, "reason": reason});
            assert_eq!(decide(&hub, &imp_uid, choice.clone()).await.refusal().0, 200, "too early");
            call(&hub, "POST", &imp_uid, sent()).await.ok();
            hub.clock().advance(60);
            decide(&hub, &imp_uid, choice.clone()).await.ok();
            hub.run_jobs().await;
            let hooks = told(&hub, &imp_uid);
            let hook = hooks.iter().find(|hook| hook["extra"]["escrow_status"] == wanted).unwrap();
            let denied = if reason.is_empty() { Value::Null } else { json!(reason) };
            let at = hub.clock().read().seconds();
            let wanted = json!({
                "event": "Inicis.Escrow.Changed",
                "imp_uid": imp_uid,
                "merchant_uid": action,
                "status": "paid",
                "extra": {"escrow_status": wanted, "changed_at": at, "denied_reason": denied},
            });
            assert_eq!(*hook, wanted);
            assert_eq!(decide(&hub, &imp_uid, choice).await.refusal().0, 200, "chosen before");
            // That it was sent, told late, does not undo what the buyer chose.
            let late = told_by_the_pg(&hub, &imp_uid, "2").await;
            assert_eq!(late, (200, "OK".to_owned()));
            assert_eq!(call(&hub, "PUT", &imp_uid, sent()).await.refusal().0, 409);
            // Once more is not news.
            let notices = hub.notices("html5_inicis", &imp_uid);
            assert_eq!(hub.resend(notices.last().unwrap()).await, "taken");
            hub.run_jobs().await;
            assert_eq!(told(&hub, &imp_uid).iter().filter(|hook| **hook == wanted).count(), 1);
        }
        let nice = escrow(&hub, "nice", "nice").await;
        assert_eq!(decide(&hub, &nice, json!({"action": "confirm"})).await.refusal().0, 200);
        let wrong = decide(&hub, &nice, json!({"action": "perhaps"})).await.refusal();
        assert_eq!(wrong.0, 400);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn only_the_sandbox_is_believed() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = escrow(&hub, "html5_inicis", "order").await;
        let row = store::payments::find(&hub.engine().db, hub.shop.id, &imp_uid).await.unwrap();
        let row = row.unwrap();
        let tid = row.pg_tid.unwrap();
        let body = |mid: &str, tid: &str, oid: &str| {
            format!("mid={mid}&tid={tid}&oid={oid}&escrow_status=3&changed_at=20231115071320")
        };
        let good = body(&row.pg_id, &tid, &imp_uid);
        for (pg, body, wanted) in [
            ("inicis", body("other", &tid, &imp_uid), 200),
            ("inicis", body(&row.pg_id, "other", &imp_uid), 200),
            ("html5_inicis", body(&row.pg_id, &tid, "imp_000000000000"), 200),
            ("inicis", "escrow_status=3".into(), 200),
            ("inicis", String::new(), 200),
            ("nice", good.clone(), 404),
            ("paypal", good.clone(), 404),
        ] {
            let (status, said) = notice(&hub, pg, &body).await;
            assert_eq!(status, wanted, "{pg} {body}");
            assert!(said != "OK", "{pg} {body}");
        }
        hub.run_jobs().await;
        assert_eq!(told(&hub, &imp_uid).len(), 0);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn names_and_addresses_do_not_stay() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            let imp_uid = escrow(&hub, pg, pg).await;
            hub.faults(pg, "escrow", "timeout_before", 2);
            call(&hub, "POST", &imp_uid, sent()).await.refusal();
            let db = &hub.engine().db;
            let asking = "select asking as t from escrow_deliveries where asking is not null";
            let asking = db.rows(asking, &args![]).await.unwrap();
            assert!(asking.iter().all(|row| !row.str("t").unwrap().contains("유성구")));
            assert_eq!(asking.len(), 1, "{pg}");
            hub.advance(1_200).await;
            call(&hub, "GET", &imp_uid, Value::Null).await.ok();
        }
        let db = &hub.engine().db;
        for sql in [
            "select coalesce(request, '') || coalesce(response, '') as t from exchanges",
            "select detail as t from payment_events",
            "select coalesce(body, '') || fields as t from idempotency",
            "select coalesce(asking, '') || coalesce(message, '') as t from escrow_deliveries",
        ] {
            for row in &db.rows(sql, &args![]).await.unwrap() {
                let kept = row.str("t").unwrap();
                for mine in ["유성구", "받는이", "보내는이", "%EC%9C%A0%EC%84%B1%EA%B5%AC"]
                {
                    assert!(!kept.contains(mine), "{sql}: {kept}");
                }
            }
        }
        hub.settled().await;
    })
    .await;
}
