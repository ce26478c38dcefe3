//! `GET` and `POST /sandbox/clock`: the merchant's own time, which only goes forward.

use super::Sandbox;
use crate::api::Answer;
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::{Engine, Error, merchants};
use serde_json::json;

const FIELD: &str = "advance_seconds";

/// The merchant's time and how far it is ahead of the wall clock.
pub async fn get(_: Sandbox, State(app): State<App>, merchant: Merchant) -> Answer {
    shown(&app.engine, merchant).await
}

/// Moves it by `advance_seconds` and does what has become due.
pub async fn advance(
    _: Sandbox,
    State(app): State<App>,
    merchant: Merchant,
    fields: Fields,
) -> Answer {
    fields.need(FIELD)?;
    let seconds = fields.integer(FIELD)?.unwrap_or_default();
    let engine = app.engine.clone();
    let moved =
        engine::detached(async move { merchants::advance(&engine, merchant.id, seconds).await });
    moved.await.map_err(|error| match error {
        Error::Invalid { message, .. } => Error::invalid(FIELD, message),
        other => other,
    })?;
    shown(&app.engine, merchant).await
}

async fn shown(engine: &Engine, merchant: Merchant) -> Answer {
    let row = merchants::get(engine, merchant.id).await?;
    let now = merchants::now_for(engine, &row).seconds();
    Ok(error::ok(json!({ "now": now, "offset_seconds": row.clock_offset_ms / 1_000 })))
}
