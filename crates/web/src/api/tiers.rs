//! `GET /tiers/{tier_code}` (V1 behaviour §3.11): an agency's sub-merchant.

use super::Answer;
use crate::extract::{Merchant, One};
use crate::{App, error};
use axum::extract::State;
use serde_json::json;

/// Code and name, with or without a `Tier` header: the token is the agency's either way.
pub async fn get(State(app): State<App>, merchant: Merchant, One(code): One) -> Answer {
    let tier = engine::merchants::tiers::get(&app.engine, merchant.agency, &code).await?;
    Ok(error::ok(json!({"tier_code": code, "tier_name": tier.name})))
}
