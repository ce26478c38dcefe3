//! `POST /benepia/point`: how many points a person has.

use super::{failed, login};
use crate::api::Answer;
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::billing::points as verb;
use serde_json::json;

/// Asks the PG.
pub async fn balance(State(app): State<App>, merchant: Merchant, mut fields: Fields) -> Answer {
    let channel_key = fields.need("channel_key")?;
    let login = login(&mut fields)?;
    let points = verb::balance(&app.engine, merchant.id, &channel_key, &login).await;
    Ok(error::ok(json!({ "point": points.map_err(failed)? })))
}
