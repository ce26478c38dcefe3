//! Why a request is not served, as the answer it gets.

use crate::error::{self, Failure};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use engine::Error;
use serde_json::Value;

/// An answer that ends a handler early; `?` makes one of an engine error. Boxed, since a
/// [`Response`] is large and refusals are rare.
#[derive(Debug)]
pub struct Refusal(Box<Response>);

impl Refusal {
    /// Any answer.
    #[must_use]
    pub fn new(answer: Response) -> Self {
        Self(Box::new(answer))
    }

    /// A refusal with a text of its own: code -1, no response.
    #[must_use]
    pub fn text(status: StatusCode, text: &str) -> Self {
        Self::new(error::envelope(status, -1, Some(text), Value::Null))
    }

    /// A required field is not there: HTTP 400 in V1's words.
    #[must_use]
    pub fn missing(field: &str) -> Self {
        let text = format!("{field} 파라메터가 누락되었습니다.");
        Self::text(StatusCode::BAD_REQUEST, &text)
    }

    /// As if the route were not there.
    #[must_use]
    pub fn not_found() -> Self {
        Self::text(StatusCode::NOT_FOUND, "Not Found")
    }

    /// An engine error; a malformed field gets V1's text for this route before its own.
    #[must_use]
    pub fn reworded(error: Error, text: &str) -> Self {
        match error {
            Error::Invalid { field, message } => {
                let text = format!("{text} ({field}: {message})");
                Self::text(StatusCode::BAD_REQUEST, &text)
            }
            other => other.into(),
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::new(Failure(error).into_response())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        *self.0
    }
}
