//! How every call to the PG looks, and what every answer has in common.

use super::spec::HOST;
use crate::cx::Cx;
use crate::error::PgError;
use crate::wire::{Request, Response};
use serde_json::Value;

/// A POST to the PG.
pub(super) fn request(operation: &'static str, path: &str, body: &Value) -> Request {
    Request::json(operation, format!("https://{HOST}{path}"), body)
}

/// Sends and reads the answer as far as every answer is alike.
pub(super) async fn call(cx: &Cx<'_>, request: Request) -> Result<Value, PgError> {
    answer(&cx.transport.send(request).await?)
}

/// Only HTTP 200 with a JSON object says anything. Everything else is unknown, never a refusal.
pub(super) fn answer(response: &Response) -> Result<Value, PgError> {
    if response.status != 200 {
        return Err(PgError::Unknown(format!("HTTP {}", response.status)));
    }
    let value: Value = serde_json::from_slice(&response.body)
        .map_err(|error| PgError::Unknown(format!("not JSON: {error}")))?;
    if !value.is_object() {
        return Err(PgError::Unknown("no JSON object".into()));
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_answer_is_unknown() {
        for (status, body) in [(200, ""), (200, "[]"), (200, "<html>"), (500, "{}"), (302, "{}")] {
            let response = Response { status, content_type: String::new(), body: body.into() };
            assert!(matches!(answer(&response), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
