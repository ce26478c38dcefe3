//! `POST /subscribe/customers/{customer_uid}` (V1 behaviour §3.7): a key from a card, no charge.

use crate::api::Answer;
use crate::api::subscribe::{card, charge, customer_json};
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::billing::customers::{self as verb, IssueRequest};

/// Issues a key, or replaces the customer's.
pub async fn issue(
    State(app): State<App>,
    merchant: Merchant,
    One(customer_uid): One,
    mut fields: Fields,
) -> Answer {
    let card = card::need(&mut fields)?;
    let request = IssueRequest {
        customer_uid,
        card,
        person: charge::person(&fields, "customer")?,
        channel_key: fields.text("channel_key")?,
        pg: fields.text("pg")?,
    };
    let engine = app.engine.clone();
    let issued = engine::detached(async move { verb::issue(&engine, merchant.id, request).await });
    Ok(error::ok(customer_json::one(&app.engine, &issued.await?)))
}
