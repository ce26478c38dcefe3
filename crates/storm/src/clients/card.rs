//! Charges of cards and keys by the merchant's server.

use super::{Client, Told, promised};
use crate::promise::Known;
use crate::world::lock;
use serde_json::{Value, json};

const CARDS: [&str; 6] = [
    "4111-1111-1111-1111",
    "4111-1111-1111-1111",
    "4111-1111-1111-1111",
    "5555555555554444",
    "4000000000000341",
    "4000000000000119",
];

/// A request's card fields.
pub(super) fn card(number: &str) -> Value {
    json!({"card_number": number, "expiry": "2030-12", "birth": "880101", "pwd_2digit": "12"})
}

/// Registers a customer, charges a card once, or charges a customer again; perhaps twice.
pub(super) async fn charge(mut client: Client) {
    let customer = {
        let promises = lock(&client.world.promises);
        promises.customers.last().cloned()
    };
    match (customer, client.draw.below(10)) {
        (None, _) | (_, 0) => register(&mut client).await,
        (Some(customer), 1..6) => again(&mut client, &customer).await,
        _ => onetime(&mut client).await,
    }
}

async fn register(client: &mut Client) {
    let customer = format!("customer-{:x}", client.draw.next());
    let body = card(client.draw.pick(&CARDS[..4]));
    let told = client.rest("POST", &format!("/subscribe/customers/{customer}"), &body).await;
    if told.is_some_and(|told| told.good().is_some()) {
        lock(&client.world.promises).customers.push(customer);
    }
}

async fn onetime(client: &mut Client) {
    let (order, amount) = (client.order(), client.draw.between(1_000, 60_000));
    let mut body = card(client.draw.pick(&CARDS));
    body["merchant_uid"] = order.as_str().into();
    body["amount"] = amount.into();
    body["name"] = "단건".into();
    twice(client, "/subscribe/payments/onetime", &body, &order, amount).await;
}

async fn again(client: &mut Client, customer: &str) {
    let (order, amount) = (client.order(), client.draw.between(1_000, 60_000));
    let body = json!({"customer_uid": customer, "merchant_uid": order, "amount": amount,
        "name": "다시"});
    twice(client, "/subscribe/payments/again", &body, &order, amount).await;
}

/// A server that got no answer asks again, sometimes with the key it asked with before.
async fn twice(client: &mut Client, path: &str, body: &Value, order: &str, amount: i64) {
    let key = client.draw.chance(500).then(|| format!("key-{:x}", client.draw.next()));
    let mut told = client.rest_keyed("POST", path, body, key.as_deref()).await;
    if told.is_none() && client.draw.chance(700) {
        told = client.rest_keyed("POST", path, body, key.as_deref()).await;
    }
    let Some(payment) = told.as_ref().and_then(Told::good) else { return };
    let Some(imp_uid) = payment["imp_uid"].as_str().map(str::to_owned) else { return };
    promised(&client.world, payment, "nice");
    let merchant_uid = order.to_owned();
    client.knows(Known { imp_uid, merchant_uid, pg: "nice", method: "card", amount });
}
