//! `GET /certifications/{imp_uid}`: who it was.

use super::json::certification_json;
use crate::api::Answer;
use crate::extract::{Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::certifications as verb;

/// One verification. One that is not finished, or failed, is `certified: false` and names nobody.
pub async fn get(State(app): State<App>, merchant: Merchant, One(imp_uid): One) -> Answer {
    let view = verb::get(&app.engine, merchant.id, &imp_uid).await?;
    Ok(error::ok(certification_json(&view, !app.engine.settings.hide_certified_phone)))
}
