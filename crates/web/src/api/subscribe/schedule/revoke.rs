//! `POST /subscribe/payments/unschedule` (V1 behaviour §3.6).

use crate::api::Answer;
use crate::api::subscribe::schedule_json;
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::billing::schedules as verb;

/// Revokes the pending plans of a customer, of some orders, or of both.
pub async fn revoke(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let customer_uid = fields.text("customer_uid")?;
    let orders = fields.list("merchant_uid")?;
    if customer_uid.is_none() && orders.is_empty() {
        return Err(Refusal::missing("customer_uid"));
    }
    let engine = app.engine.clone();
    let revoked = engine::detached(async move {
        verb::revoke(&engine, merchant.id, customer_uid.as_deref(), &orders).await
    });
    Ok(error::ok(schedule_json::all(&revoked.await?)))
}
