//! `/payments/{imp_uid}/naver/*` and `/naver/*` (V1 behaviour §3.13).

pub mod change;
pub mod find;
pub mod json;
pub mod payment;
pub mod sandbox;
pub mod tasks;

use super::idempotency::Ended;
use crate::error::envelope;
use crate::extract::Refusal;
use axum::http::StatusCode;
use engine::Error;
use serde_json::Value;

/// HTTP 500 as V1 documents it for what the PG refused: an end that is known, no fault of ours.
pub(super) fn failed(code: i64, message: &str) -> Refusal {
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    let mut answer = envelope(status, code, Some(message), Value::Null);
    answer.extensions_mut().insert(Ended);
    Refusal::new(answer)
}

/// An error where V1 documents 500 for refusals.
pub(super) fn told(error: Error) -> Refusal {
    match error {
        Error::Refused(message) => failed(1, &message),
        Error::PgRefused { message, .. } => failed(-1, &message),
        other => other.into(),
    }
}

/// As [`told`], where V1 documents no 400: a payment of another kind is none that is looked for.
pub(super) fn told_or_missing(error: Error) -> Refusal {
    match error {
        Error::Invalid { message, .. } => Refusal::text(StatusCode::NOT_FOUND, &message),
        other => told(other),
    }
}
