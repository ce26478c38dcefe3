//! The protocol's frame: JSON both ways, MID and password in every request, a code in every answer.

use crate::cx::Cx;
use crate::error::PgError;
use crate::spec::Spec;
use crate::wire::Request;
use serde_json::Value;

/// The code of an answer that is no refusal.
const DONE: &str = "0000";

/// Sends fields to a path and gives the answer's object.
///
/// # Errors
/// [`PgError::Declined`] for a code that is a refusal; [`PgError::Unknown`] for anything that is no
/// answer of the protocol.
pub(super) async fn call(
    spec: &Spec,
    cx: &Cx<'_>,
    operation: &'static str,
    path: &str,
    mut fields: Value,
) -> Result<Value, PgError> {
    fields["mid"] = cx.credentials.need("mid")?.into();
    fields["password"] = cx.credentials.need("password")?.into();
    let host = spec.hosts.first().copied().unwrap_or_default();
    let request = Request::json(operation, format!("https://{host}/certify/{path}"), &fields);
    let answer = cx.transport.send(request).await?;
    read(answer.status, &answer.body)
}

/// What an answer says. Pure.
pub(super) fn read(status: u16, body: &[u8]) -> Result<Value, PgError> {
    let unknown = |why: &str| PgError::Unknown(format!("HTTP {status}, {why}"));
    if status != 200 {
        return Err(unknown("no answer of the protocol"));
    }
    let answer: Value = serde_json::from_slice(body).map_err(|_| unknown("no JSON"))?;
    match answer.get("code").and_then(Value::as_str) {
        Some(DONE) => Ok(answer),
        Some(code) if !code.is_empty() => Err(PgError::declined(code, text(&answer, "message"))),
        _ => Err(unknown("no code")),
    }
}

/// A field as text, or empty.
pub(super) fn text(json: &Value, key: &str) -> String {
    json.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A field that must be there.
pub(super) fn need(json: &Value, key: &str) -> Result<String, PgError> {
    let found = text(json, key);
    if found.is_empty() { Err(PgError::Unknown(format!("no {key}"))) } else { Ok(found) }
}

/// The number of a verification: what may stand in a URL and a log.
pub(super) fn number(found: &str) -> Option<String> {
    let fits = (8..=40).contains(&found.len());
    (fits && found.bytes().all(|byte| byte.is_ascii_alphanumeric())).then(|| found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_code_is_an_answer() {
        assert!(read(200, br#"{"code":"0000","a":"b"}"#).is_ok_and(|json| text(&json, "a") == "b"));
        let declined = PgError::declined("2001", "틀림");
        assert_eq!(read(200, r#"{"code":"2001","message":"틀림"}"#.as_bytes()), Err(declined));
        for (status, body) in [
            (500, &br#"{"code":"0000"}"#[..]),
            (404, br#"{"code":"2001"}"#),
            (200, b""),
            (200, b"<html>"),
            (200, b"{}"),
            (200, b"[]"),
            (200, br#"{"code":0}"#),
            (200, br#"{"code":""}"#),
            (200, b"\xff\xfe"),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body:?}");
        }
    }

    #[test]
    fn numbers_hold_nothing_else() {
        assert_eq!(number("C1234567").as_deref(), Some("C1234567"));
        for wrong in ["", "C123456", "../../../..", "C1234567?x=1", "한글한글"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
