//! `POST /subscribe/payments/again` (V1 behaviour §3.6): charges a customer's key.

use super::charge;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::billing::charge::{self as verb, Usage};
use engine::payments::find;

/// Charges, to the end even if the caller hangs up.
pub async fn again(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let customer_uid = fields.need("customer_uid")?;
    let request = charge::read(&fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let paid = verb::again(&engine, merchant.id, &customer_uid, request, Usage::Again);
        let row = paid.await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}
