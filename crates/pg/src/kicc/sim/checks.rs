//! What every call is checked for before anything else: JSON, required fields, characters, mall.

use super::{MALL, Refused, SECRET};
use crate::crypto::{hmac_sha256_hex, same_hex};
use crate::sim::{Books, SimCx, SimRequest};
use serde_json::Value;

/// Reads the JSON body.
pub(super) fn body(request: &SimRequest) -> Result<Value, Refused> {
    known(read(request)?)
}

/// Reads the body of a cash receipt: everything is in one object with the manual's odd name.
pub(super) fn receipt_body(request: &SimRequest) -> Result<Value, Refused> {
    let mut body = read(request)?;
    let inner = body["directCashReceiptnfo"].take();
    if !inner.is_object() {
        return Err(Refused::new("M102", "필수값이 누락되었습니다: directCashReceiptnfo"));
    }
    known(inner)
}

fn read(request: &SimRequest) -> Result<Value, Refused> {
    let json = request.content_type.to_ascii_lowercase().starts_with("application/json");
    let body: Option<Value> = serde_json::from_slice(&request.body).ok();
    body.filter(Value::is_object).filter(|_| json).ok_or_else(Refused::bad_request)
}

/// The test mall's, and nothing in it the manual forbids.
fn known(body: Value) -> Result<Value, Refused> {
    let id = body.get("mallId").and_then(Value::as_str).unwrap_or_default();
    if id != MALL {
        return Err(Refused::new("M101", "상점ID가 유효하지 않습니다."));
    }
    if let Some(text) = forbidden(&body) {
        return Err(Refused::new("M103", &format!("허용되지 않는 문자가 있습니다: {text}")));
    }
    Ok(body)
}

/// The first text with a character the manual forbids. URLs have ampersands by nature.
fn forbidden(value: &Value) -> Option<String> {
    let bad = |c: char| "'\"<>\\;|&\r\n".contains(c) || u32::from(c) > 0xffff;
    match value {
        Value::String(text) if text.starts_with("http") => None,
        Value::String(text) => text.contains(bad).then(|| text.clone()),
        Value::Array(items) => items.iter().find_map(forbidden),
        Value::Object(fields) => fields.values().find_map(forbidden),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// A required text of at most so many bytes.
pub(super) fn need(body: &Value, path: &str, bytes: usize) -> Result<String, Refused> {
    let text = optional(body, path, bytes)?;
    if text.is_empty() {
        return Err(Refused::of(body, "M102", &format!("필수값이 누락되었습니다: {path}")));
    }
    Ok(text)
}

/// A text of at most so many bytes, empty if it is not there.
pub(super) fn optional(body: &Value, path: &str, bytes: usize) -> Result<String, Refused> {
    let found = path.split('.').try_fold(body, |value, name| value.get(name));
    let text = match found {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(_) => return Err(Refused::of(body, "M104", &format!("형식 오류: {path}"))),
    };
    if text.len() > bytes {
        return Err(Refused::of(body, "M104", &format!("길이 초과: {path}")));
    }
    Ok(text)
}

/// A whole number that is not negative.
pub(super) fn number(body: &Value, name: &str) -> Result<Option<i64>, Refused> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_i64().filter(|number| *number >= 0) {
            Some(number) => Ok(Some(number)),
            None => Err(Refused::of(body, "M104", &format!("형식 오류: {name}"))),
        },
    }
}

/// The request's date must be today's.
pub(super) fn today(cx: &SimCx, body: &Value, name: &str) -> Result<String, Refused> {
    let day = need(body, name, 8)?;
    if day != cx.at.kst8() {
        return Err(Refused::of(body, "M105", &format!("요청일자가 올바르지 않습니다: {name}")));
    }
    Ok(day)
}

/// Where the answer to a number of a day is kept.
pub(super) fn answer_key(number: &str, day: &str) -> String {
    format!("answer/{day}/{number}")
}

/// The merchant's number of the request, refused if it was used today.
pub(super) fn fresh(cx: &SimCx, books: &dyn Books, body: &Value) -> Result<String, Refused> {
    let number = need(body, "shopTransactionId", 60)?;
    match books.note(super::PG, &answer_key(&number, &cx.at.kst8())) {
        // The echo is left out: the manual only says that the answer is an error.
        Some(_) => Err(Refused::new("R900", "중복된 요청입니다.(shopTransactionId)")),
        None => Ok(number),
    }
}

/// `msgAuthValue` of a request.
pub(super) fn signature(body: &Value, message: &str) -> Result<(), Refused> {
    let theirs = need(body, "msgAuthValue", 200)?;
    if same_hex(&theirs, &hmac_sha256_hex(SECRET, message.as_bytes())) {
        return Ok(());
    }
    Err(Refused::of(body, "M106", "메시지 인증값(msgAuthValue)이 일치하지 않습니다."))
}
