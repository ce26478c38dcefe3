//! `POST /users/getToken` (V1 behaviour §1.1).

use crate::api::Answer;
use crate::client::Client;
use crate::extract::{Fields, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::Error;
use serde_json::json;

/// The live token of a key, or a new one.
pub async fn get_token(State(app): State<App>, client: Client, fields: Fields) -> Answer {
    let (key, secret) = (fields.text("imp_key")?, fields.text("imp_secret")?);
    let (key, secret) = (key.as_deref(), secret.as_deref());
    let token = engine::api_keys::get_token(&app.engine, key, secret, client.ip).await;
    let token = token.map_err(|error| match error {
        // The whole text is V1's; no field name stands before it.
        Error::Invalid { message, .. } => Refusal::text(StatusCode::BAD_REQUEST, &message),
        other => other.into(),
    })?;
    Ok(error::ok(json!({
        "access_token": token.access_token,
        "now": token.now,
        "expired_at": token.expired_at,
    })))
}
