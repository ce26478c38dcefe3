//! The envelope of every call, as `README.md` says it: signed there, signed back.

use super::Refused;
use crate::crypto::{hmac_sha256_hex, same_hex};
use crate::sandbox_only::profile::Facts;
use crate::sim::{SimReply, SimRequest};
use serde_json::{Value, json};

/// The key of every test shop; the simulator's own copy.
const SECRET: &[u8] = b"sandbox-only-test-key";

/// What was asked.
pub(super) struct Ask {
    pub(super) operation: String,
    pub(super) data: Value,
}

/// HMAC-SHA256 of a message, hex.
pub(super) fn sign(message: &str) -> String {
    hmac_sha256_hex(SECRET, message.as_bytes())
}

/// Opens a request: JSON, a known shop, a signature that holds, a number of the operation.
pub(super) fn open(facts: &Facts, request: &SimRequest) -> Result<Ask, SimReply> {
    let bad = || SimReply { status: 400, ..SimReply::json(&json!({ "error": "bad request" })) };
    let body: Value = serde_json::from_slice(&request.body).map_err(|_| bad())?;
    let data = body.get("data").filter(|data| data.is_object()).ok_or_else(bad)?.clone();
    let operation = data.get("operation").and_then(Value::as_str).unwrap_or_default().to_owned();
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if operation.is_empty() || operation.len() > 60 || !operation.bytes().all(word) {
        return Err(bad());
    }
    let ask = Ask { operation, data };
    let mid = facts.test.first().map_or("", |(_, mid)| *mid);
    if body.get("mid").and_then(Value::as_str) != Some(mid) {
        return Err(reply(refused(("S101", "등록되지 않은 상점아이디(MID)입니다.")), &ask));
    }
    let signature = body.get("signature").and_then(Value::as_str).unwrap_or_default();
    if !same_hex(signature, &sign(&ask.data.to_string())) {
        return Err(reply(refused(("S102", "서명이 일치하지 않습니다.")), &ask));
    }
    Ok(ask)
}

/// A refusal as data.
pub(super) fn refused((code, message): Refused) -> Value {
    json!({ "result": "refused", "code": code, "message": message })
}

/// The signed answer to an operation.
pub(super) fn reply(mut data: Value, ask: &Ask) -> SimReply {
    data["operation"] = json!(ask.operation);
    let signature = sign(&data.to_string());
    SimReply::json(&json!({ "data": data, "signature": signature }))
}

/// A text of the request, empty if it is not there.
pub(super) fn text<'a>(data: &'a Value, name: &str) -> &'a str {
    data.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A text the request must have.
pub(super) fn need(data: &Value, name: &str) -> Result<String, Refused> {
    match text(data, name) {
        "" => Err(("S103", "필수 값이 없습니다.")),
        text => Ok(text.to_owned()),
    }
}

/// An amount, minor units, not negative.
pub(super) fn amount(data: &Value, name: &str) -> Result<i64, Refused> {
    let minor = data.get(name).and_then(Value::as_i64).filter(|minor| *minor >= 0);
    minor.ok_or(("S104", "금액이 올바르지 않습니다."))
}
