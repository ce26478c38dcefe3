//! Payments at a convenience store: numbers given out, asked about, paid, voided, overdue.

use crate::sandbox_only::channels;
use pg::Response;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use testkit::dbs::on_both;
use testkit::hub::TestHub;
use testkit::merchant::Reply;

/// The key of the merchant's channel of a PG.
async fn channel_key(hub: &TestHub, pg: &str) -> String {
    let rows = store::channels::list(&hub.engine().db, hub.shop.id).await.unwrap();
    rows.into_iter().find(|row| row.pg == pg).unwrap().channel_key
}

async fn ready(test: testkit::dbs::TestDb) -> (TestHub, String) {
    let hub = TestHub::new(test).await;
    channels(&hub, &["galaxia"]).await;
    let key = channel_key(&hub, "galaxia").await;
    (hub, key)
}

async fn issue(hub: &TestHub, key: &str, order: &str, extra: Value) -> Reply {
    let mut body = json!({"channel_key": key, "merchant_uid": order, "amount": 14000,
        "name": "주문명:결제테스트", "buyer_name": "구매자이름"});
    for (name, value) in extra.as_object().unwrap() {
        body[name] = value.clone();
    }
    hub.rest("POST", "/cvs", body).await
}

async fn void(hub: &TestHub, imp_uid: &str) -> Reply {
    hub.rest("DELETE", &format!("/cvs/{imp_uid}"), Value::Null).await
}

fn uid(payment: &Value) -> String {
    payment["imp_uid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn issued_told_paid_told() {
    on_both(async |test| {
        let (hub, key) = ready(test).await;
        let due = hub.clock().read().seconds() + 86_400;
        let payment = issue(&hub, &key, "order", json!({"expired_at": due})).await.ok();
        let imp_uid = uid(&payment);
        assert!(imp_uid.starts_with("imp_"), "{imp_uid}");
        for (name, value) in [
            ("status", json!("ready")),
            ("pay_method", json!("cvs")),
            ("channel", json!("api")),
            ("pg_provider", json!("galaxia")),
            ("amount", json!(14000)),
            ("vbank_date", json!(due)),
            ("paid_at", json!(0)),
            ("vbank_code", Value::Null),
        ] {
            assert_eq!(payment[name], value, "{name}");
        }
        assert!(!payment["vbank_num"].as_str().unwrap().is_empty(), "the number");
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["ready"]);
        let short = hub.deposit(&imp_uid, json!({"amount": 13999})).await.refusal();
        assert_eq!((short.0, short.1), (200, 1));
        assert_eq!(hub.deposit(&imp_uid, Value::Null).await.ok()["status"], "paid");
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["ready", "paid"]);
        assert_eq!(hub.held("galaxia", &imp_uid), 14_000);
        let (status, code, text) = void(&hub, &imp_uid).await.refusal();
        assert_eq!((status, code), (200, 1));
        assert!(text.contains("이미 수납된"), "{text}");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_number_of_the_merchants_own_is_registered_once() {
    on_both(async |test| {
        let (hub, key) = ready(test).await;
        let own = json!({"barcode": "1122-3344"});
        let payment = issue(&hub, &key, "one", own.clone()).await.ok();
        assert_eq!(payment["vbank_num"], "1122-3344");
        let (status, code, text) = issue(&hub, &key, "two", own).await.refusal();
        assert_eq!((status, code), (200, -1));
        assert!(text.contains("이미 등록된 수납번호"), "{text}");
        assert_eq!(hub.order("two").await["status"], "failed");
        for (field, value) in [
            ("barcode", json!("가나다")),
            ("barcode", json!("1".repeat(33))),
            ("expired_at", json!(1)),
            ("expired_at", json!(99_999_999_999_999_i64)),
            ("expired_at", json!("soon")),
            ("confirm_url", json!("ftp://shop.test")),
            ("amount", json!(0)),
        ] {
            let (status, _, text) = issue(&hub, &key, "x", json!({field: value})).await.refusal();
            assert_eq!(status, 400, "{field}");
            assert!(text.starts_with(field), "{field}: {text}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_voided_or_overdue_number_is_not_paid() {
    on_both(async |test| {
        let (hub, key) = ready(test).await;
        let gone = uid(&issue(&hub, &key, "gone", json!({})).await.ok());
        let voided = void(&hub, &gone).await.ok();
        assert_eq!(voided["status"], "cancelled");
        assert!(hub.deposit(&gone, Value::Null).await.refusal().2.contains("말소"));
        assert_eq!(void(&hub, &gone).await.refusal().1, 1);
        let due = hub.clock().read().seconds() + 3_600;
        let late = uid(&issue(&hub, &key, "late", json!({"expired_at": due})).await.ok());
        hub.rest("POST", "/sandbox/clock", json!({"advance_seconds": 3_601})).await.ok();
        assert!(hub.deposit(&late, Value::Null).await.refusal().2.contains("기한"));
        assert_eq!(hub.payment(&late).await["status"], "ready");
        for stranger in ["imp_000000000000", &hub_order(&hub).await] {
            let (status, code, _) = void(&hub, stranger).await.refusal();
            assert_eq!((status, code), (200, 1), "{stranger}");
        }
        hub.settled().await;
    })
    .await;
}

/// A payment that is no number.
async fn hub_order(hub: &TestHub) -> String {
    let param = crate::sandbox_only::param("nice", "card");
    hub.pay(&param, pg::Device::Pc, "approve").await;
    uid(&hub.order("card").await)
}

#[tokio::test]
async fn the_merchant_has_the_last_word_at_the_counter() {
    on_both(async |test| {
        let (hub, key) = ready(test).await;
        let confirm = json!({"confirm_url": "https://shop.test/confirm"});
        let payment = issue(&hub, &key, "order", confirm).await.ok();
        let imp_uid = uid(&payment);
        let asked = Arc::new(Mutex::new((503, Vec::<String>::new())));
        let shop = asked.clone();
        hub.receive(move |sent| {
            let mut shop = shop.lock().unwrap();
            if !sent.request.url.ends_with("/confirm") {
                return Ok(Response::text(""));
            }
            shop.1.push(String::from_utf8(sent.request.body.clone()).unwrap());
            let body = "{\"reason\":\"재고 부족\"}";
            Ok(Response { status: shop.0, ..Response::text(body) })
        });
        let (status, code, text) = hub.deposit(&imp_uid, Value::Null).await.refusal();
        assert_eq!((status, code), (200, 1));
        assert!(text.contains("재고 부족"), "{text}");
        assert_eq!(hub.payment(&imp_uid).await["status"], "ready");
        assert_eq!(hub.held("galaxia", &imp_uid), 0);
        asked.lock().unwrap().0 = 200;
        assert_eq!(hub.deposit(&imp_uid, Value::Null).await.ok()["status"], "paid");
        let question: Value = serde_json::from_str(&asked.lock().unwrap().1[0]).unwrap();
        let wanted = json!({"event": "Galaxia.Cvs.Confirm", "imp_uid": imp_uid,
            "merchant_uid": "order", "status": "ready",
            "extra": {"barcode": payment["vbank_num"], "payType": "cash"}});
        assert_eq!(question, wanted);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_found_and_other_channels_cannot() {
    on_both(async |test| {
        let (hub, key) = ready(test).await;
        hub.fault("galaxia", "issue", "timeout_after");
        let found = issue(&hub, &key, "lost", json!({})).await.ok();
        assert_eq!((&found["status"], &found["pay_method"]), (&json!("ready"), &json!("cvs")));
        hub.faults("galaxia", "lookup", "server_error", 1);
        hub.fault("galaxia", "issue", "timeout_after");
        assert_eq!(issue(&hub, &key, "later", json!({})).await.refusal().1, -1);
        hub.advance(120).await;
        assert_eq!(hub.order("later").await["status"], "ready");
        for key in [channel_key(&hub, "nice").await.as_str(), "channel-key-unknown"] {
            let (status, code, text) = issue(&hub, key, "other", json!({})).await.refusal();
            assert_eq!((status, code), (200, 1));
            assert!(text.contains("channel_key"), "{text}");
        }
        let paid = hub_order(&hub).await;
        assert!(!paid.is_empty());
        assert_eq!(issue(&hub, &key, "card", json!({})).await.refusal().1, 1, "a paid order");
        hub.settled().await;
    })
    .await;
}
