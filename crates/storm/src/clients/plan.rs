//! Plans: charges for later, planned and taken back.

use super::{Client, Told};
use crate::world::lock;
use serde_json::json;

/// Plans one to three charges of the newest customer, or takes a plan back.
pub(super) async fn plan(mut client: Client) {
    let customer = {
        let promises = lock(&client.world.promises);
        promises.customers.last().cloned()
    };
    let Some(customer) = customer else { return };
    if client.draw.chance(300) {
        revoke(&mut client, &customer).await;
        return;
    }
    let now = client.world.clock.read().0 / 1_000;
    let mut plans = Vec::new();
    let mut orders = Vec::new();
    for _ in 0..client.draw.between(1, 3) {
        let order = client.order();
        let at = now + client.draw.between(30, 7_200);
        plans.push(json!({"merchant_uid": order, "schedule_at": at,
            "amount": client.draw.between(1_000, 60_000), "name": "정기"}));
        orders.push(order);
    }
    let body = json!({"customer_uid": customer, "schedules": plans});
    let told = client.rest("POST", "/subscribe/payments/schedule", &body).await;
    if told.as_ref().and_then(Told::good).is_some() {
        let mut promises = lock(&client.world.promises);
        for order in orders {
            promises.planned.insert(order, false);
        }
    }
}

async fn revoke(client: &mut Client, customer: &str) {
    let order = {
        let promises = lock(&client.world.promises);
        let open: Vec<_> = promises.planned.iter().filter(|(_, gone)| !**gone).collect();
        if open.is_empty() {
            return;
        }
        open[client.draw.below(open.len())].0.clone()
    };
    let body = json!({"customer_uid": customer, "merchant_uid": [order]});
    let told = client.rest("POST", "/subscribe/payments/unschedule", &body).await;
    if told.as_ref().and_then(Told::good).is_some() {
        lock(&client.world.promises).planned.insert(order, true);
    }
}
