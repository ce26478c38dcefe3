//! How every call looks: `{mid, data, signature}` there and `{data, signature}` back, the signature
//! being the HMAC-SHA256 of `data` as written. A PG's own protocol looks nothing like it.

use super::SandboxOnly;
use crate::cx::Cx;
use crate::error::PgError;
use crate::wire::{Request, Response};
use domain::{Currency, Money};
use serde_json::{Value, json};

/// Signs and sends, and reads an answer that proves to be one.
pub(super) async fn call(
    pg: &SandboxOnly,
    cx: &Cx<'_>,
    operation: &'static str,
    data: Value,
) -> Result<Value, PgError> {
    let request = request(pg, cx, operation, data)?;
    let response = cx.transport.send(request).await?;
    answer(&response, cx.credentials.need("key")?, cx.operation_id)
}

/// The signed request. The operation is the last part of its path.
pub(super) fn request(
    pg: &SandboxOnly,
    cx: &Cx<'_>,
    operation: &'static str,
    mut data: Value,
) -> Result<Request, PgError> {
    let (mid, key) = (cx.credentials.need("mid")?, cx.credentials.need("key")?);
    if let Some(fields) = data.as_object_mut() {
        fields.insert("operation".into(), cx.operation_id.into());
    }
    let signature = crate::crypto::hmac_sha256_hex(key.as_bytes(), data.to_string().as_bytes());
    let url = format!("https://{}.pg.invalid/v1/{operation}", pg.facts.code);
    let body = json!({ "mid": mid, "data": data, "signature": signature });
    Ok(Request::json(operation, url, &body))
}

/// What an answer says: its data, if it is signed and an answer to this operation.
fn answer(response: &Response, key: &str, operation: &str) -> Result<Value, PgError> {
    if response.status != 200 {
        return Err(PgError::Unknown(format!("HTTP {}", response.status)));
    }
    let body: Value = serde_json::from_slice(&response.body)
        .map_err(|error| PgError::Unknown(format!("not JSON: {error}")))?;
    let data = body.get("data").cloned().unwrap_or_default();
    let ours = crate::crypto::hmac_sha256_hex(key.as_bytes(), data.to_string().as_bytes());
    if !crate::crypto::same_hex(text(&body, "signature"), &ours) {
        return Err(PgError::Unknown("the answer's signature does not hold".into()));
    }
    if text(&data, "operation") != operation {
        return Err(PgError::Unknown("an answer to another operation".into()));
    }
    match text(&data, "result") {
        "ok" => Ok(data),
        "refused" => Err(refusal(&data)),
        other => Err(PgError::Unknown(format!("result {other:?}"))),
    }
}

/// The operation's number was used before: an earlier request may have been carried out.
const DUPLICATE: &str = "S409";

fn refusal(data: &Value) -> PgError {
    let (code, message) = (text(data, "code"), text(data, "message"));
    if code == DUPLICATE {
        return PgError::Unknown(format!("[{code}] {message}"));
    }
    PgError::declined(code, message)
}

/// A text of an object, empty if it is not there.
pub(super) fn text<'a>(data: &'a Value, name: &str) -> &'a str {
    data.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A text that is there.
pub(super) fn some(data: &Value, name: &str) -> Option<String> {
    Some(text(data, name).to_owned()).filter(|text| !text.is_empty())
}

/// A text an answer makes no sense without.
pub(super) fn need<'a>(data: &'a Value, name: &str) -> Result<&'a str, PgError> {
    match text(data, name) {
        "" => Err(PgError::Unknown(format!("an answer without {name}"))),
        text => Ok(text),
    }
}

/// `amount` (minor units) and `currency`.
pub(super) fn money(data: &Value) -> Result<Money, PgError> {
    let unknown = || PgError::Unknown(format!("no amount: {data}"));
    let currency = Currency::parse(text(data, "currency")).ok_or_else(unknown)?;
    let minor = data.get("amount").and_then(Value::as_i64).ok_or_else(unknown)?;
    Money::new(minor, currency).map_err(|_| unknown())
}
