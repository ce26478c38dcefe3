//! `GET /payments/{imp_uid}` (V1 behaviour §3.3). Payments of test channels are always found
//! (§9-4), so `include_sandbox` is not looked at.

use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;

/// One payment.
pub async fn get(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    _: Fields,
) -> Answer {
    let view = engine::payments::find::get(&app.engine, merchant.id, &imp_uid).await?;
    Ok(error::ok(payment_json(&app.engine, &view)))
}
