//! Travelling in time through `POST /sandbox/clock`: what has a date happens on it.

use domain::Millis;
use pg::Device;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};
use store::Batch;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

const DAY: i64 = 86_400;
/// The tests' clock, UNIX seconds: 07:13:20 in Korea.
const NOW: i64 = 1_700_000_000;

async fn travel(hub: &TestHub, seconds: i64) {
    hub.rest("POST", "/sandbox/clock", json!({"advance_seconds": seconds})).await.ok();
}

fn order(pg: &str, number: &str, method: &str) -> Value {
    json!({"pg": pg, "pay_method": method, "merchant_uid": number, "amount": 14000,
        "name": "주문", "buyer_name": "구매자", "buyer_tel": "010-1234-5678",
        "buyer_email": "a@shop.test", "m_redirect_url": "https://shop.test/done"})
}

async fn paid(hub: &TestHub, pg: &str, number: &str) -> String {
    assert!(hub.pay(&order(pg, number, "card"), Device::Pc, "approve").await.is_success());
    hub.order(number).await["imp_uid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_account_takes_deposits_until_its_deadline() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for (number, wait, taken) in [("in-time", 2 * DAY - 1, true), ("late", 2 * DAY + 1, false)]
        {
            let now = hub.rest("GET", "/sandbox/clock", Value::Null).await.ok()["now"].clone();
            let due = Millis::from_seconds(now.as_i64().unwrap() + 2 * DAY);
            let mut param = order("kicc", number, "vbank");
            param["vbank_due"] = due.kst14().into();
            hub.pay(&param, Device::Pc, "approve").await;
            let account = hub.order(number).await;
            assert_eq!(account["vbank_date"], due.seconds());
            travel(&hub, wait).await;
            let imp_uid = account["imp_uid"].as_str().unwrap();
            let deposit = hub.deposit(imp_uid, json!({})).await;
            if taken {
                assert_eq!(deposit.ok()["status"], "paid");
            } else {
                assert_eq!(deposit.refusal().1, 1, "too late");
                assert_eq!(hub.order(number).await["status"], "ready", "V1 shows no expiry");
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn tokens_and_webhooks_live_in_the_merchants_time() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let first = hub.token().await;
        travel(&hub, 1_700).await;
        let same = hub.call("GET", "/users/pg", &first, &Value::Null).await;
        assert_eq!(same.status, 200, "100 seconds are left");
        travel(&hub, 101).await;
        let over = hub.call("GET", "/users/pg", &first, &Value::Null).await.refusal();
        assert_eq!(over, (401, -1, "Unauthorized".to_owned()));
        assert_ne!(hub.token().await, first);

        // A receiver that is down is tried again on V1's and our days, and given up after.
        hub.receive(|_| Err(pg::TransportError::NoAnswer("down".to_owned())));
        let imp_uid = paid(&hub, "kicc", "order").await;
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid).len(), 1);
        for seconds in domain::retry::WEBHOOK_SECONDS {
            let before = hub.told(&imp_uid).len();
            travel(&hub, seconds - 1).await;
            assert_eq!(hub.told(&imp_uid).len(), before, "a second too soon");
            travel(&hub, 1).await;
            assert_eq!(hub.told(&imp_uid).len(), before + 1);
        }
        travel(&hub, 30 * DAY).await;
        assert_eq!(hub.told(&imp_uid).len(), domain::retry::WEBHOOK_SECONDS.len() + 1);

        // One long way is as good as many short ones.
        let imp_uid = paid(&hub, "kicc", "other").await;
        travel(&hub, 30 * DAY).await;
        assert_eq!(hub.told(&imp_uid).len(), domain::retry::WEBHOOK_SECONDS.len() + 1);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn at_night_test_payments_are_cancelled_where_the_operator_says_so() {
    on_both(async |test| {
        let hub = TestHub::with(test, |parts| parts.settings.nightly_cancel = true).await;
        let card = paid(&hub, "kicc", "card").await;
        let part = paid(&hub, "html5_inicis", "part").await;
        let live = paid(&hub, "nice", "live").await;
        let lost = paid(&hub, "nice", "lost").await;
        hub.cancel(json!({"imp_uid": part, "amount": 4000})).await.ok();
        hub.pay(&order("kicc", "account", "vbank"), Device::Pc, "approve").await;
        let account = hub.order("account").await["imp_uid"].as_str().unwrap().to_owned();
        hub.deposit(&account, json!({})).await.ok();
        let mut key = order("kicc", "key", "card");
        key["customer_uid"] = "c1".into();
        assert!(hub.pay(&key, Device::Pc, "approve").await.is_success());
        // What stands in the books of a live channel is real.
        let mut batch = Batch::new();
        batch.push("update payments set mode = 'live' where imp_uid = $1", store::args![&live]);
        hub.engine().db.commit(batch).await.unwrap();
        hub.fault("nice", "cancel", "timeout_after");

        // 07:13:20 in Korea: 23:49:59, and a second later.
        travel(&hub, 16 * 3_600 + 36 * 60 + 39).await;
        assert_eq!(hub.payment(&card).await["status"], "paid");
        travel(&hub, 1).await;
        travel(&hub, 600).await;
        for imp_uid in [&card, &part, &lost] {
            let payment = hub.payment(imp_uid).await;
            let last = payment["cancel_history"].as_array().unwrap().last().unwrap();
            assert_eq!(
                (&payment["status"], &payment["cancel_amount"], &last["reason"]),
                (&json!("cancelled"), &json!(14000), &json!("테스트모드 자동취소")),
                "{payment}"
            );
        }
        travel(&hub, 3 * DAY).await;
        for kept in [&live, &account] {
            assert_eq!(hub.payment(kept).await["status"], "paid", "{kept}");
        }
        assert_eq!(hub.order("key").await["status"], "paid", "nothing was charged");
        assert_eq!((hub.held("kicc", &card), hub.held("nice", &live)), (0, 14_000));
        assert_eq!(hub.told(&card), ["paid"], "V1 tells cancels to who asked for it only");
        // Every night has its own.
        let next = paid(&hub, "kicc", "next").await;
        travel(&hub, DAY).await;
        assert_eq!(hub.payment(&next).await["status"], "cancelled");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn nothing_is_cancelled_at_night_unless_it_is_asked_for() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let card = paid(&hub, "kicc", "card").await;
        travel(&hub, 7 * DAY).await;
        assert_eq!(hub.payment(&card).await["status"], "paid");
        hub.settled().await;
    })
    .await;
}

/// A year of two subscribers; the payments as REST lists them.
async fn year(hub: &TestHub) -> String {
    for (customer, hour) in [("c1", 9), ("c2", 15)] {
        let card = json!({"card_number": "4111-1111-1111-1111", "expiry": "2030-12",
            "birth": "880101", "pwd_2digit": "12"});
        hub.rest("POST", &format!("/subscribe/customers/{customer}"), card).await.ok();
        let plan = |month: i64| {
            let at = NOW + month * 30 * DAY + hour * 3_600;
            json!({"merchant_uid": format!("{customer}-{month:02}"), "schedule_at": at,
                "amount": 9900, "name": "정기결제"})
        };
        let plans: Vec<Value> = (1..=12).map(plan).collect();
        let body = json!({"customer_uid": customer, "schedules": plans});
        hub.rest("POST", "/subscribe/payments/schedule", body).await.ok();
    }
    travel(hub, 365 * DAY).await;
    let mut list = String::new();
    for customer in ["c1", "c2"] {
        let path = format!("/subscribe/customers/{customer}/payments");
        let payments = hub.rest("GET", &path, Value::Null).await.ok();
        assert_eq!(payments["total"], 12);
        for payment in payments["list"].as_array().unwrap() {
            let month: i64 = payment["merchant_uid"].as_str().unwrap()[3..].parse().unwrap();
            let hour = if customer == "c1" { 9 } else { 15 };
            let at = NOW + month * 30 * DAY + hour * 3_600;
            assert_eq!((&payment["status"], &payment["paid_at"]), (&json!("paid"), &json!(at)));
        }
        list.push_str(&payments.to_string());
    }
    let told: Vec<String> = hub.webhooks().into_iter().map(|hook| hook.body).collect();
    assert_eq!(told.len(), 24);
    list + &told.join("\n")
}

#[tokio::test]
async fn a_year_is_the_same_each_time() {
    let years: Mutex<Vec<String>> = Mutex::default();
    for _ in 0..2 {
        on_both(async |test| {
            let hub = TestHub::new(test).await;
            let year = year(&hub).await;
            hub.settled().await;
            years.lock().unwrap_or_else(PoisonError::into_inner).push(year);
        })
        .await;
    }
    let years = years.into_inner().unwrap();
    assert!(years.len() >= 2);
    for other in &years[1..] {
        assert_eq!(other, &years[0], "numbers, times and the PG's own numbers included");
    }
}
