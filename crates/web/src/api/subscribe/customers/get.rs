//! `GET /subscribe/customers/{customer_uid}` (V1 behaviour §3.7).

use super::missing;
use crate::api::Answer;
use crate::api::subscribe::customer_json;
use crate::extract::{Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::billing::customers as verb;

/// One customer.
pub async fn get(State(app): State<App>, merchant: Merchant, One(customer_uid): One) -> Answer {
    let row = verb::get(&app.engine, merchant.id, &customer_uid).await;
    let row = row.map_err(|error| missing(&app, &customer_uid, error))?;
    Ok(error::ok(customer_json::one(&app.engine, &row)))
}
