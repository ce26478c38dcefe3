//! `DELETE /certifications/{imp_uid}`: whom it was about is forgotten.

use super::json::certification_json;
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::certifications as verb;

/// Erases, to the end even if the caller hangs up, and shows a last time what it was. After that
/// there is no such verification.
pub async fn delete(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    _: Fields,
) -> Answer {
    let engine = app.engine.clone();
    let gone = engine::detached(async move { verb::delete(&engine, merchant.id, &imp_uid).await });
    Ok(error::ok(certification_json(&gone.await?, !app.engine.settings.hide_certified_phone)))
}
