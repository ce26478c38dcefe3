//! `/certifications`: identity verification (V1 behaviour §3.9).

pub mod confirm;
pub mod delete;
pub mod get;
pub mod json;
pub mod request;

use crate::extract::Refusal;
use axum::http::StatusCode;
use engine::Error;

/// A PG that did not answer is HTTP 500 here, as the reference says of these two; what it refuses
/// is about the person or the code, and so HTTP 400.
fn refused(error: Error) -> Refusal {
    match &error {
        Error::PgRefused { code, message } => {
            let silent = ["F500", "F503", "F401"].contains(&code.as_str());
            let status =
                if silent { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::BAD_REQUEST };
            Refusal::text(status, message)
        }
        _ => error.into(),
    }
}
