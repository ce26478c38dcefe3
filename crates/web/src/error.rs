//! One envelope for every JSON answer, and the one table from the engine's errors to HTTP.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::Error;
use serde_json::{Value, json};

/// V1's media type.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=UTF-8");

/// `{"code", "message", "response"}` with an HTTP status (V1 behaviour §2.1).
pub fn envelope(status: StatusCode, code: i64, message: Option<&str>, response: Value) -> Response {
    let body = json!({ "code": code, "message": message, "response": response });
    (status, [(header::CONTENT_TYPE, JSON)], body.to_string()).into_response()
}

/// Success.
pub fn ok(response: Value) -> Response {
    envelope(StatusCode::OK, 0, None, response)
}

/// No such route.
pub async fn not_found() -> Response {
    envelope(StatusCode::NOT_FOUND, -1, Some("Not Found"), Value::Null)
}

/// The route exists, with another method.
pub async fn method_not_allowed() -> Response {
    envelope(StatusCode::METHOD_NOT_ALLOWED, -1, Some("Method Not Allowed"), Value::Null)
}

/// An engine error on its way to a client that speaks JSON.
#[derive(Debug)]
pub struct Failure(pub Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, code, message) = match &self.0 {
            Error::NotFound(text) => (StatusCode::NOT_FOUND, -1, (*text).to_owned()),
            Error::Invalid { field, message } => {
                (StatusCode::BAD_REQUEST, -1, format!("{field}: {message}"))
            }
            Error::Refused(text) => (StatusCode::OK, 1, text.clone()),
            Error::PgRefused { message, .. } => (StatusCode::OK, -1, message.clone()),
            Error::Unsupported(text) => (StatusCode::NOT_IMPLEMENTED, -1, text.clone()),
            Error::Unauthorized(text) => (StatusCode::UNAUTHORIZED, -1, (*text).to_owned()),
            Error::Forbidden(text) => (StatusCode::FORBIDDEN, -1, (*text).to_owned()),
            Error::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, -1, self.0.to_string()),
            Error::Busy => (StatusCode::SERVICE_UNAVAILABLE, -1, "Service Unavailable".into()),
            Error::Internal(what) => {
                tracing::error!(what, "internal error");
                let text = "일시적인 오류가 발생하였습니다. 잠시 후 다시 시도해 주세요.";
                (StatusCode::INTERNAL_SERVER_ERROR, -1, text.into())
            }
        };
        let mut answer = envelope(status, code, Some(&message), Value::Null);
        let wait = match self.0 {
            Error::TooMany(seconds) => Some(seconds),
            Error::Busy => Some(1),
            _ => None,
        };
        if let Some(value) = wait.and_then(|wait| HeaderValue::from_str(&wait.to_string()).ok()) {
            answer.headers_mut().insert(header::RETRY_AFTER, value);
        }
        answer
    }
}
