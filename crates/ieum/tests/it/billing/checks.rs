//! `checking_amount`: a key is tried before charges are planned, and the money goes back.

use super::{DAY, GOOD, LIMIT, NOW, PLANS, SILENCE, card, customer, planned, wait, with};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;
use testkit::merchant::Reply;

/// Plans one charge after a try of the key.
async fn checked(hub: &TestHub, customer: &str, order: &str, more: Value) -> Reply {
    let plans = json!([{"merchant_uid": order, "schedule_at": NOW + DAY, "amount": 1004}]);
    let body = json!({"customer_uid": customer, "checking_amount": 100, "schedules": plans});
    hub.rest("POST", PLANS, with(body, more)).await
}

/// The tries of a customer's key, newest first.
async fn tries(hub: &TestHub, customer: &str) -> Vec<Value> {
    let path = format!("/subscribe/customers/{customer}/payments");
    let list = hub.rest("GET", &path, Value::Null).await.ok()["list"].clone();
    let tried = |row: &&Value| row["merchant_uid"].as_str().unwrap().starts_with("check_");
    list.as_array().unwrap().iter().filter(tried).cloned().collect()
}

/// One try, given back whole.
async fn given_back(hub: &TestHub, customer: &str) {
    let tries = tries(hub, customer).await;
    let [row] = &tries[..] else { panic!("{tries:?}") };
    assert_eq!(
        (&row["status"], &row["amount"], &row["cancel_amount"], &row["customer_uid_usage"]),
        (&json!("cancelled"), &json!(100), &json!(100), &json!("payment")),
        "{row}"
    );
    let imp_uid = row["imp_uid"].as_str().unwrap();
    assert_eq!(hub.held("nice", imp_uid), 0);
    assert!(hub.told(imp_uid).is_empty(), "nobody ordered it");
}

#[tokio::test]
async fn a_key_is_tried_once_and_the_money_goes_back() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "old", GOOD).await;
        checked(&hub, "old", "m1", json!({})).await.ok();
        checked(&hub, "new", "m2", card(GOOD)).await.ok();
        for uid in ["old", "new"] {
            given_back(&hub, uid).await;
        }
        let again = checked(&hub, "new", "m2", card(GOOD)).await.refusal();
        assert_eq!(again, (200, 1, "이미 등록된 merchant_uid입니다.".to_owned()));
        given_back(&hub, "new").await;
        wait(&hub, 2 * DAY).await;
        assert_eq!(planned(&hub, "m2").await["payment_status"], "paid");
        given_back(&hub, "new").await;
        let none = json!({"checking_amount": 0});
        customer(&hub, "untried", GOOD).await;
        checked(&hub, "untried", "m3", none).await.ok();
        assert!(tries(&hub, "untried").await.is_empty());
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn two_equal_requests_at_once_try_and_plan_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", GOOD).await;
        let one = || checked(&hub, "c1", "m1", json!({}));
        let (first, second) = tokio::join!(one(), one());
        let mut codes = [first.code, second.code];
        codes.sort_unstable();
        assert_eq!(codes, [0, 1], "{first:?} {second:?}");
        given_back(&hub, "c1").await;
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_that_is_declined_plans_nothing_and_a_new_one_is_forgotten() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "old", LIMIT).await;
        for (uid, order) in [("old", "m1"), ("new", "m2")] {
            let (status, code, text) = checked(&hub, uid, order, card(LIMIT)).await.refusal();
            assert_eq!((status, code), (200, -1), "{text}");
            assert!(text.contains("한도초과"), "{text}");
            let none = hub.rest("GET", &format!("{PLANS}/{order}"), Value::Null).await.refusal();
            assert_eq!(none.0, 404);
            let tried = tries(&hub, uid).await;
            assert_eq!((tried.len(), &tried[0]["status"]), (1, &json!("failed")));
            assert!(hub.told(tried[0]["imp_uid"].as_str().unwrap()).is_empty());
        }
        hub.rest("GET", "/subscribe/customers/old", Value::Null).await.ok();
        let gone = hub.rest("GET", "/subscribe/customers/new", Value::Null).await.refusal();
        assert_eq!(gone.0, 200, "the card that cannot be charged is not kept");
        checked(&hub, "new", "m2", card(GOOD)).await.ok();
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_try_without_an_answer_is_settled_and_nothing_is_planned() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", SILENCE).await;
        let (status, code, _) = checked(&hub, "c1", "m1", json!({})).await.refusal();
        assert_eq!((status, code), (200, -1));
        hub.advance(600).await;
        assert_eq!(tries(&hub, "c1").await[0]["status"], "failed");
        let none = hub.rest("GET", &format!("{PLANS}/m1"), Value::Null).await.refusal();
        assert_eq!(none.0, 404);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_given_back_at_once_is_given_back_later() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        // The PG does not hear the cancel, does it and does not say so, or is not there.
        let faults = ["timeout_before", "timeout_after", "server_error", "down"];
        for (number, fault) in faults.into_iter().enumerate() {
            let uid = format!("c{number}");
            customer(&hub, &uid, GOOD).await;
            hub.faults("nice", "cancel", fault, 2);
            checked(&hub, &uid, &format!("m{number}"), json!({})).await.ok();
            hub.advance(1_200).await;
            given_back(&hub, &uid).await;
            hub.sandbox.clear_faults();
        }
        hub.settled().await;
    })
    .await;
}
