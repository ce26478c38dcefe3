//! `onetime`, `again` and customers through NICE, which issues keys from cards.

use super::{GOOD, LIMIT, NO_KEY, SILENCE, again, customer, onetime};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::{Moment, TestHub};

#[tokio::test]
async fn a_card_is_charged_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let more = json!({"buyer_name": "구매자", "custom_data": {"a": 1}});
        let paid = onetime(&hub, "m1", GOOD, more).await.ok();
        let imp_uid = paid["imp_uid"].as_str().unwrap();
        assert!(imp_uid.starts_with("imps_"), "{imp_uid}");
        for (key, value) in [
            ("status", json!("paid")),
            ("channel", json!("api")),
            ("amount", json!(1004)),
            ("pg_provider", json!("nice")),
            ("pay_method", json!("card")),
            ("buyer_name", json!("구매자")),
            ("custom_data", json!("{\"a\":1}")),
            ("customer_uid", Value::Null),
            ("customer_uid_usage", Value::Null),
            ("user_agent", Value::Null),
        ] {
            assert_eq!(paid[key], value, "{key}");
        }
        assert_eq!(hub.payment(imp_uid).await, paid);
        hub.run_jobs().await;
        assert_eq!(hub.told(imp_uid), ["paid"]);
        let twice = onetime(&hub, "m1", GOOD, json!({})).await.refusal();
        assert_eq!(twice, (200, 1, "이미 결제가 이루어진 거래건입니다.".to_owned()));
        let back = hub.cancel(json!({"imp_uid": imp_uid, "amount": 4})).await.ok();
        assert_eq!(back["cancel_amount"], 4, "a charge is given back like any payment");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_comes_while_a_job_undoes_the_charge_is_not_written_down() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let replica = hub.base.replica(9);
        let (charged, undone) =
            (hub.hold("charge", Moment::After), hub.hold("cancel", Moment::After));
        let charging = async {
            let reply = onetime(&hub, "m1", GOOD, json!({})).await;
            undone.open();
            reply
        };
        // Another process holds the end of the grace to be the end of waiting.
        let settling = async {
            charged.arrived().await;
            hub.clock().advance(120);
            engine::jobs::run_due(&replica, hub.shop.id).await.unwrap();
        };
        let crossing = async {
            undone.arrived().await;
            charged.open();
        };
        let (reply, (), ()) = tokio::join!(charging, settling, crossing);
        assert_eq!(reply.refusal().0, 500, "nobody knows yet");
        hub.advance(300).await;
        assert_eq!(hub.order("m1").await["status"], "failed");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn refused_cards_move_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (status, code, text) = onetime(&hub, "m1", NO_KEY, json!({})).await.refusal();
        assert_eq!((status, code), (200, -1));
        assert!(text.starts_with("카드정보 인증에 실패하였습니다. [F118]"), "{text}");
        let mistyped = "4111-1111-1111-1112";
        let (status, code, text) = onetime(&hub, "m1", mistyped, json!({})).await.refusal();
        assert_eq!((status, code), (200, -1));
        assert!(text.contains("[F112]") && !text.contains("1112"), "{text}");
        let (status, code, text) = onetime(&hub, "m1", LIMIT, json!({})).await.refusal();
        assert_eq!((status, code), (200, -1));
        assert!(text.contains("한도초과"), "{text}");
        let failed = hub.order("m1").await;
        assert_eq!(failed["status"], "failed", "the declined charge is kept");
        hub.run_jobs().await;
        assert!(hub.webhooks().is_empty(), "no webhook tells of it");
        onetime(&hub, "m1", GOOD, json!({})).await.ok();
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_unanswered_charge_is_undone() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (status, code, _) = onetime(&hub, "m1", SILENCE, json!({})).await.refusal();
        assert_eq!((status, code), (200, -1));
        hub.advance(600).await;
        assert_eq!(hub.order("m1").await["status"], "failed");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn customers_are_charged_again_until_deleted() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let made = customer(&hub, "c1", GOOD).await;
        assert_eq!((&made["customer_uid"], &made["pg_provider"]), (&json!("c1"), &json!("nice")));
        assert_eq!(made["inserted"], made["updated"]);
        assert!(made["card_number"].as_str().unwrap().contains('*'), "{made}");
        let paid = again(&hub, "m1", "c1").await.ok();
        assert_eq!((&paid["status"], &paid["customer_uid"]), (&json!("paid"), &json!("c1")));
        assert_eq!(paid["customer_uid_usage"], "payment");
        assert_eq!(paid["buyer_email"], "a@shop.test", "filled from the customer");
        assert_eq!(again(&hub, "m1", "c1").await.refusal().1, 1, "paid before");
        hub.clock().advance(5);
        let replaced = customer(&hub, "c1", "5555555555554444").await;
        assert_eq!(replaced["inserted"], made["inserted"]);
        assert_ne!(
            (&replaced["updated"], &replaced["card_number"]),
            (&made["updated"], &made["card_number"])
        );
        let stored = onetime(&hub, "m2", GOOD, json!({"customer_uid": "c2"})).await.ok();
        assert_eq!(stored["customer_uid"], "c2");
        again(&hub, "m3", "c2").await.ok();
        let path = "/subscribe/customers/c2/payments";
        assert_eq!(hub.rest("GET", path, Value::Null).await.ok()["total"], 2);
        hub.rest("DELETE", "/subscribe/customers/c1", Value::Null).await.ok();
        let (status, code, text) = again(&hub, "m4", "c1").await.refusal();
        assert_eq!((status, code), (200, -1));
        assert_eq!(text, "요청하신 customer_uid(c1)로 등록된 정보를 찾을 수 없습니다.");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn who_the_customer_is_fits_the_lengths_v1_names() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let mut body = super::card(GOOD);
        let lengths = [("name", 20), ("tel", 20), ("email", 200), ("addr", 200), ("postcode", 8)];
        for (key, _) in lengths {
            body[format!("customer_{key}")] = "가".repeat(201).into();
        }
        let shown = hub.rest("POST", "/subscribe/customers/c1", body).await.ok();
        for (key, length) in lengths {
            assert_eq!(shown[format!("customer_{key}")], "가".repeat(length), "{key}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_card_without_a_key_makes_no_customer() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let body = super::card(NO_KEY);
        let (status, code, text) =
            hub.rest("POST", "/subscribe/customers/c1", body).await.refusal();
        assert_eq!((status, code), (200, -1));
        let prefix = "카드정보 인증 및 빌키 발급에 실패하였습니다. [F118]";
        assert!(text.starts_with(prefix), "{text}");
        let none = hub.rest("GET", "/subscribe/customers/c1", Value::Null).await.refusal();
        assert_eq!((none.0, none.1), (200, 1));
        hub.settled().await;
    })
    .await;
}
