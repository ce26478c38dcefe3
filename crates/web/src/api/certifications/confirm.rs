//! `POST /certifications/otp/confirm/{imp_uid}`: the code was typed.

use super::json::certification_json;
use super::refused;
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::certifications as verb;

/// Confirms, to the end even if the caller hangs up, and shows who it is.
pub async fn confirm(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    let otp = fields.text("otp")?;
    drop(fields);
    let engine = app.engine.clone();
    let confirmed = engine::detached(async move {
        verb::confirm(&engine, merchant.id, &imp_uid, otp.as_deref()).await
    });
    let view = confirmed.await.map_err(refused)?;
    Ok(error::ok(certification_json(&view, !app.engine.settings.hide_certified_phone)))
}
