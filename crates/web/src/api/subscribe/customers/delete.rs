//! `DELETE /subscribe/customers/{customer_uid}` (V1 behaviour §3.7).

use super::missing;
use crate::api::Answer;
use crate::api::subscribe::customer_json;
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::billing::customers as verb;

/// Deletes a customer and shows what it was. `reason` and `extra[requester]` are V1's notes to one
/// PG and not looked at.
pub async fn delete(
    State(app): State<App>,
    merchant: Merchant,
    One(customer_uid): One,
    _: Fields,
) -> Answer {
    let (engine, uid) = (app.engine.clone(), customer_uid.clone());
    let gone = engine::detached(async move { verb::delete(&engine, merchant.id, &uid).await });
    let row = gone.await.map_err(|error| missing(&app, &customer_uid, error))?;
    Ok(error::ok(customer_json::one(&app.engine, &row)))
}
