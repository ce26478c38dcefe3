//! `GET /subscribe/payments/schedule/{merchant_uid}` (V1 behaviour §3.6).

use crate::api::Answer;
use crate::api::subscribe::schedule_json;
use crate::extract::{Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::billing::schedules as verb;

/// One plan.
pub async fn get(State(app): State<App>, merchant: Merchant, One(merchant_uid): One) -> Answer {
    let row = verb::get(&app.engine, merchant.id, &merchant_uid).await?;
    Ok(error::ok(schedule_json::one(&row)))
}
