//! Money goes back: in parts, whole, never more than there is, never twice.

use crate::vbank::text;
use crate::ways::{Way, at_once, pgs};
use engine::payments::cancel::{CancelRequest, cancel};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;
use tokio::task::JoinSet;

const TOO_MUCH: &str = "취소 요청금액이 취소가능 금액을 초과합니다.";
const ALREADY: &str = "이미 전액취소된 주문입니다.";
const NOTHING: &str = "취소할 결제건이 존재하지 않습니다.";

/// A paid order.
pub(crate) async fn paid(hub: &TestHub, way: Way, order: &str) -> Value {
    paid_by(hub, way, &way.param(order)).await
}

/// A paid order with parameters of its own.
pub(crate) async fn paid_by(hub: &TestHub, way: Way, param: &Value) -> Value {
    let ending = hub.pay(param, way.device, "approve").await;
    assert!(ending.is_success(), "{param}: {ending:?}");
    let payment = hub.order(text(param, "merchant_uid")).await;
    assert_eq!(payment["status"], "paid", "{param}");
    payment
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Two parts of the amount and what is left then, as texts; and one minor unit more than that.
fn parts(way: Way) -> ([&'static str; 3], &'static str) {
    if way.pg == "alipay" {
        (["0.5", "0.3", "0.4"], "0.41")
    } else {
        (["4000", "3000", "7000"], "7001")
    }
}

#[tokio::test]
async fn two_parts_and_the_rest_and_not_a_unit_more() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in at_once().into_iter().filter(|way| way.method != "phone") {
            let order = way.name();
            let payment = paid(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            let ([first, second, rest], too_much) = parts(way);
            for (part, reason) in [(first, "하나"), (second, "둘")] {
                hub.clock().advance(60);
                let body = json!({"imp_uid": imp_uid, "amount": number(part), "reason": reason});
                let after = hub.cancel(body).await.ok();
                assert_eq!(after["status"], "cancelled", "{order}");
                assert_eq!(after["amount"], payment["amount"], "{order}");
                assert_eq!(after["cancel_reason"], reason, "{order}");
                hub.balanced().await;
            }
            let before = hub.payment(imp_uid).await;
            let body = json!({"imp_uid": imp_uid, "amount": number(too_much)});
            let refused = hub.cancel(body).await.refusal();
            assert_eq!(refused, (200, 1, TOO_MUCH.to_owned()), "{order}");
            assert_eq!(hub.payment(imp_uid).await, before, "{order}: nothing moved");
            hub.clock().advance(60);
            let all = hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
            history(way, &all, &[first, second, rest]);
            assert_eq!(all["paid_at"], payment["paid_at"], "{order}: the past stays");
            assert_eq!(all["receipt_url"], payment["receipt_url"], "{order}");
            assert_eq!(all["cancelled_at"], hub.clock().read().seconds(), "{order}");
            let refused = hub.cancel(json!({"imp_uid": imp_uid})).await.refusal();
            assert_eq!(refused, (200, 1, ALREADY.to_owned()), "{order}");
            assert_eq!(hub.held(way.books(), imp_uid), 0, "{order}");
        }
        hub.settled().await;
    })
    .await;
}

fn history(way: Way, payment: &Value, amounts: &[&str]) {
    let rows = payment["cancel_history"].as_array().unwrap();
    let shown: Vec<String> = rows.iter().map(|row| row["amount"].to_string()).collect();
    assert_eq!(shown, amounts, "{way:?}");
    let mut last = 0;
    for row in rows {
        let at = row["cancelled_at"].as_i64().unwrap();
        assert!(at >= last, "{way:?}: oldest first");
        last = at;
        assert!(!text(row, "pg_tid").is_empty() && row["reason"].is_string(), "{way:?}: {row}");
        assert_eq!(text(row, "cancellation_id").len(), 20, "{way:?}");
    }
    assert_eq!(payment["cancel_amount"].to_string(), way.amount(), "{way:?}");
    assert_eq!(payment["cancel_receipt_urls"].as_array().unwrap().len(), rows.len(), "{way:?}");
}

#[tokio::test]
async fn everything_at_once_by_any_name_of_the_payment() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in at_once() {
            for (index, name) in ["imp_uid", "merchant_uid", "both"].into_iter().enumerate() {
                let order = format!("{}-{index}", way.name());
                let payment = paid(&hub, way, &order).await;
                let body = match name {
                    "both" => json!({"imp_uid": payment["imp_uid"], "merchant_uid": "other"}),
                    name => json!({ name: payment[name] }),
                };
                let mut body = body;
                body["amount"] = [Value::Null, json!(0), json!("")][index].clone();
                let all = hub.cancel(body).await.ok();
                assert_eq!(all["status"], "cancelled", "{order}");
                assert_eq!(all["cancel_reason"], Value::Null, "{order}");
                history(way, &all, &[way.amount()]);
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_order_number_means_the_attempt_with_money() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        hub.pay(&way.param("order"), way.device, "decline").await;
        let payment = paid(&hub, way, "order").await;
        let (_, code, why) = hub.cancel(json!({"merchant_uid": "nobody"})).await.refusal();
        assert_eq!((code, why.as_str()), (1, NOTHING));
        // A wrong imp_uid is not made good by a right order number.
        let both = json!({"imp_uid": "imp_000000000000", "merchant_uid": "order"});
        assert_eq!(hub.cancel(both).await.refusal(), (200, 1, NOTHING.to_owned()));
        assert_eq!(hub.cancel(json!({})).await.refusal(), (200, 1, NOTHING.to_owned()));
        hub.cancel(json!({"merchant_uid": "order"})).await.ok();
        assert_eq!(hub.payment(text(&payment, "imp_uid")).await["status"], "cancelled");
        let refused = hub.cancel(json!({"merchant_uid": "order"})).await.refusal();
        assert_eq!(refused, (200, 1, ALREADY.to_owned()));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_never_paid_and_what_is_anothers_cannot_be_cancelled() {
    on_both(async |test| {
        let mut hub = TestHub::new(test).await;
        let way = pgs()[0];
        let opened = hub.open(&way.param("ready"), way.device).await;
        hub.pay(&way.param("failed"), way.device, "cancel").await;
        let payment = paid(&hub, way, "paid").await;
        for order in ["ready", "failed"] {
            let refused = hub.cancel(json!({"merchant_uid": order})).await.refusal();
            assert_eq!(refused, (200, 1, NOTHING.to_owned()), "{order}");
        }
        let refused = hub.cancel(json!({"imp_uid": opened["imp_uid"]})).await.refusal();
        assert_eq!(refused, (200, 1, NOTHING.to_owned()));
        let stranger = hub.base.merchant("stranger@shop.test").await;
        let own = hub.shop.clone();
        hub.shop.imp_key = stranger.key.imp_key.clone();
        hub.shop.imp_secret = stranger.key.imp_secret.expose().clone();
        for body in [json!({"imp_uid": payment["imp_uid"]}), json!({"merchant_uid": "paid"})] {
            assert_eq!(hub.cancel(body).await.refusal(), (200, 1, NOTHING.to_owned()));
        }
        hub.shop = own;
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_checksum_is_what_is_left_before() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let wrong = "취소가능 잔액이 일치하지 않습니다.";
        for way in pgs() {
            let payment = paid(&hub, way, &way.name()).await;
            let ([first, ..], _) = parts(way);
            let ask = |checksum: Value| {
                let amount = number(first);
                hub.cancel(json!({
                    "imp_uid": payment["imp_uid"], "amount": amount, "checksum": checksum,
                }))
            };
            for checksum in [json!(0), json!(1), json!("0"), json!(first)] {
                let refused = ask(checksum.clone()).await.refusal();
                assert_eq!(refused, (200, 1, wrong.to_owned()), "{way:?} {checksum}");
            }
            for checksum in [json!(-1), json!("x"), json!({}), number("0.001")] {
                assert_eq!(ask(checksum.clone()).await.refusal().0, 400, "{way:?} {checksum}");
            }
            assert_eq!(hub.held(way.books(), text(&payment, "imp_uid")), way.minor());
            ask(number(way.amount())).await.ok();
            // The same request again: what is left is another amount now.
            let refused = ask(number(way.amount())).await.refusal();
            assert_eq!(refused, (200, 1, wrong.to_owned()), "{way:?}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn amounts_that_are_none_are_malformed_requests() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        let payment = paid(&hub, way, "order").await;
        for amount in [
            json!(-1),
            json!("-1"),
            number("0.5"),
            number("1000.5"),
            json!("1,000"),
            json!("천원"),
            json!({}),
            json!([1]),
            json!(true),
            number("1e-3"),
            number("99999999999999999999"),
            json!("0x10"),
        ] {
            for field in ["amount", "tax_free", "vat_amount"] {
                let mut body = json!({"imp_uid": payment["imp_uid"]});
                body[field] = amount.clone();
                let (status, code, why) = hub.cancel(body).await.refusal();
                assert_eq!((status, code), (400, -1), "{field} {amount}: {why}");
                assert!(why.contains(field), "{field} {amount}: {why}");
            }
        }
        assert_eq!(hub.payment(text(&payment, "imp_uid")).await, payment, "nothing moved");
        let over = json!({"imp_uid": payment["imp_uid"], "amount": 1_000, "tax_free": 1_001});
        assert_eq!(hub.cancel(over).await.refusal().0, 400, "more tax-free than there is");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn two_hundred_cancels_at_once_never_give_back_more_than_there_is() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        let payment = paid(&hub, way, "order").await;
        let imp_uid = text(&payment, "imp_uid").to_owned();
        // Another process beside this one: they share nothing but the database.
        let engines = [hub.engine().clone(), hub.base.replica(99)];
        let mut all = JoinSet::new();
        for number in 0..200 {
            let engine = engines[number % 2].clone();
            let (merchant, imp_uid) = (hub.shop.id, imp_uid.clone());
            all.spawn(async move {
                let request =
                    CancelRequest { amount: Some("100".into()), ..CancelRequest::of(&imp_uid) };
                cancel(&engine, merchant, &request).await
            });
        }
        let (mut done, mut refusals) = (0, std::collections::BTreeMap::new());
        while let Some(result) = all.join_next().await {
            match result.unwrap() {
                Ok(_) => done += 1,
                Err(error @ (engine::Error::Refused(_) | engine::Error::PgRefused { .. })) => {
                    *refusals.entry(error.to_string()).or_insert(0) += 1;
                }
                Err(error) => panic!("{error}"),
            }
        }
        hub.advance(300).await;
        hub.settled().await;
        let after = hub.payment(&imp_uid).await;
        let history = after["cancel_history"].as_array().unwrap().len();
        assert_eq!(history, done, "each success is a row, each row a success: {refusals:?}");
        assert!((1..=140).contains(&done), "{done}");
        assert_eq!(after["cancel_amount"].to_string(), (done * 100).to_string());
        assert_eq!(hub.held("kicc", &imp_uid), 14_000 - i64::try_from(done).unwrap() * 100);
    })
    .await;
}

#[tokio::test]
async fn two_hundred_cancels_of_one_process_take_exactly_all() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[2];
        let payment = paid(&hub, way, "order").await;
        let imp_uid = text(&payment, "imp_uid").to_owned();
        let mut all = JoinSet::new();
        for _ in 0..200 {
            let (engine, merchant) = (hub.engine().clone(), hub.shop.id);
            let request =
                CancelRequest { amount: Some("100".into()), ..CancelRequest::of(&imp_uid) };
            all.spawn(async move { cancel(&engine, merchant, &request).await });
        }
        let (mut done, mut refused) = (0, 0);
        while let Some(result) = all.join_next().await {
            match result.unwrap() {
                Ok(_) => done += 1,
                Err(engine::Error::Refused(why)) => {
                    assert_eq!(why, ALREADY);
                    refused += 1;
                }
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!((done, refused), (140, 60));
        assert_eq!(hub.held(way.books(), &imp_uid), 0);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_cancel_is_told_only_to_who_asked_for_it_and_uses_webhooks() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        for (index, (flag, told)) in [
            (Value::Null, 0),
            (json!(false), 0),
            (json!("false"), 0),
            (json!(true), 1),
            (json!("1"), 1),
        ]
        .into_iter()
        .enumerate()
        {
            let payment = paid(&hub, way, &format!("order-{index}")).await;
            let imp_uid = text(&payment, "imp_uid");
            hub.run_jobs().await;
            let body = json!({"imp_uid": imp_uid, "amount": 1_000, "enable_webhook": flag});
            let after = hub.cancel(body).await.ok();
            hub.run_jobs().await;
            assert_eq!(hub.told(imp_uid).len(), 1 + told, "enable_webhook {flag}");
            if told == 1 {
                let last = hub.webhooks().pop().unwrap().json();
                let id = &after["cancel_history"][0]["cancellation_id"];
                let order = &payment["merchant_uid"];
                let wanted = json!({
                    "imp_uid": imp_uid, "merchant_uid": order, "status": "cancelled",
                    "cancellation_id": id,
                });
                assert_eq!(last.to_string(), wanted.to_string(), "keys in V1's order");
            }
        }
        engine::merchants::set_webhook(hub.engine(), hub.shop.id, "test", "", "json")
            .await
            .unwrap();
        let payment = paid(&hub, way, "quiet").await;
        let body = json!({"imp_uid": payment["imp_uid"], "enable_webhook": true});
        hub.cancel(body).await.ok();
        hub.run_jobs().await;
        assert_eq!(hub.told(text(&payment, "imp_uid")), [""; 0], "it never used webhooks");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn forms_are_as_good_as_json() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        let payment = paid(&hub, way, "order").await;
        let url = format!("{}/payments/cancel/?_token={}", testkit::hub::HUB, hub.token().await);
        let body =
            format!("imp_uid={}&amount=1000&reason=%EB%B3%80%EC%8B%AC", text(&payment, "imp_uid"));
        let kind = "application/x-www-form-urlencoded";
        let page = hub.browser(way.device).send("POST", &url, kind, body.into_bytes()).await;
        let envelope: Value = serde_json::from_str(&page.text).unwrap();
        assert_eq!(envelope["response"]["cancel_reason"], "변심", "{envelope}");
        assert_eq!(envelope["response"]["cancel_amount"].to_string(), "1000");
        hub.settled().await;
    })
    .await;
}
