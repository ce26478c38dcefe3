//! `GET /subscribe/customers/{customer_uid}/payments` (V1 behaviour §3.7).

use crate::api::Answer;
use crate::api::payments::paging;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::Error;
use engine::billing::customers as verb;

/// Payments made with a customer's key, newest first. They stay when the customer is deleted.
pub async fn payments(
    State(app): State<App>,
    merchant: Merchant,
    One(customer_uid): One,
    fields: Fields,
) -> Answer {
    let span = paging::read(&fields)?;
    let page = verb::payments(&app.engine, merchant.id, &customer_uid, span).await;
    let page = page.map_err(|error| match error {
        Error::Refused(text) => Refusal::text(StatusCode::NOT_FOUND, &text),
        other => other.into(),
    })?;
    Ok(error::ok(paging::json(&app.engine, &page)))
}
