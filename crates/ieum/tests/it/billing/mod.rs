//! Billing keys over the whole hub: charges by card and key, customers, plans, windows that issue
//! keys, and where card numbers must never be.

mod cards;
mod charges;
mod checks;
mod plans;
mod windows;

use serde_json::{Value, json};
use testkit::hub::TestHub;
use testkit::merchant::Reply;

/// Every charge is approved.
pub(crate) const GOOD: &str = "4111-1111-1111-1111";
/// No key is issued.
const NO_KEY: &str = "4000000000000002";
/// A key is issued, every charge refused.
pub(crate) const LIMIT: &str = "4000000000000341";
/// Every charge is approved and its answer never comes.
const SILENCE: &str = "4000000000000119";

/// The tests' clock, UNIX seconds.
pub(crate) const NOW: i64 = 1_700_000_000;
pub(crate) const DAY: i64 = 86_400;

pub(crate) const PLANS: &str = "/subscribe/payments/schedule";

/// A request's card fields.
fn card(number: &str) -> Value {
    json!({"card_number": number, "expiry": "2030-12", "birth": "880101", "pwd_2digit": "12"})
}

fn with(mut body: Value, more: Value) -> Value {
    let Value::Object(more) = more else { panic!("an object") };
    body.as_object_mut().unwrap().extend(more);
    body
}

async fn onetime(hub: &TestHub, order: &str, number: &str, more: Value) -> Reply {
    let body = with(card(number), json!({"merchant_uid": order, "amount": 1004, "name": "단건"}));
    hub.rest("POST", "/subscribe/payments/onetime", with(body, more)).await
}

async fn again(hub: &TestHub, order: &str, customer: &str) -> Reply {
    let body = json!({"customer_uid": customer, "merchant_uid": order, "amount": 1004});
    hub.rest("POST", "/subscribe/payments/again", body).await
}

/// A customer with a key at NICE.
pub(crate) async fn customer(hub: &TestHub, uid: &str, number: &str) -> Value {
    let more = json!({"customer_name": "구매자", "customer_email": "a@shop.test"});
    let path = format!("/subscribe/customers/{uid}");
    hub.rest("POST", &path, with(card(number), more)).await.ok()
}

pub(crate) async fn plan(hub: &TestHub, customer: &str, plans: &[(&str, i64)]) -> Value {
    let plans: Vec<Value> = plans
        .iter()
        .map(|(order, at)| {
            json!({"merchant_uid": order, "schedule_at": at, "amount": 1004, "name": "정기"})
        })
        .collect();
    hub.rest("POST", PLANS, json!({"customer_uid": customer, "schedules": plans})).await.ok()
}

pub(crate) async fn planned(hub: &TestHub, order: &str) -> Value {
    hub.rest("GET", &format!("{PLANS}/{order}"), Value::Null).await.ok()
}

/// The merchant's clock goes on, and what becomes due is done.
async fn wait(hub: &TestHub, seconds: i64) {
    hub.rest("POST", "/sandbox/clock", json!({"advance_seconds": seconds})).await.ok();
}
