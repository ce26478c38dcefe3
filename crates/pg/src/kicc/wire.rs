//! How every call to KICC looks: JSON by POST, an answer with `resCd`, HMAC over joined fields.

use super::spec::{LIVE_HOST, TEST_HOST};
use crate::cx::Cx;
use crate::error::PgError;
use crate::spec::Mode;
use crate::wire::{Request, Response};
use domain::{Currency, Millis, Money};
use serde_json::Value;

/// The success code of every call and notice.
pub(super) const OK: &str = "0000";

/// A POST to the channel's server.
pub(super) fn request(mode: Mode, operation: &'static str, path: &str, body: &Value) -> Request {
    let host = match mode {
        Mode::Test => TEST_HOST,
        Mode::Live => LIVE_HOST,
    };
    Request::json(operation, format!("https://{host}{path}"), body)
}

/// Sends and reads the answer as far as every answer is alike.
pub(super) async fn call(cx: &Cx<'_>, request: Request) -> Result<Answer, PgError> {
    Answer::read(&cx.transport.send(request).await?)
}

/// A JSON answer that carries `resCd`. Numbers and strings are the same to it: the manual says
/// Number, its samples and the servers send both.
#[derive(Clone, Debug)]
pub(super) struct Answer(Value);

impl Answer {
    /// Only HTTP 200 with a JSON object and a `resCd` says anything; the rest is unknown.
    pub(super) fn read(response: &Response) -> Result<Self, PgError> {
        if response.status != 200 {
            return Err(PgError::Unknown(format!("HTTP {}", response.status)));
        }
        let value: Value = serde_json::from_slice(&response.body)
            .map_err(|error| PgError::Unknown(format!("not JSON: {error}")))?;
        let answer = Self(value);
        if answer.get("resCd").is_empty() {
            return Err(PgError::Unknown("an answer without resCd".into()));
        }
        Ok(answer)
    }

    /// The text of a field, dots going into objects; empty if it is not there.
    pub(super) fn get(&self, path: &str) -> String {
        let mut value = &self.0;
        for name in path.split('.') {
            match value.get(name) {
                Some(inner) => value = inner,
                None => return String::new(),
            }
        }
        text(value)
    }

    /// The text of a field the answer makes no sense without.
    pub(super) fn need(&self, path: &str) -> Result<String, PgError> {
        let value = self.get(path);
        if value.is_empty() {
            return Err(PgError::Unknown(format!("an answer without {path}")));
        }
        Ok(value)
    }

    /// True for resCd 0000.
    pub(super) fn is_ok(&self) -> bool {
        self.get("resCd") == OK
    }

    /// The refusal. A duplicate `shopTransactionId` is none: an earlier request of the same number
    /// may have been carried out, so its outcome has to be asked for. Neither are the time-out
    /// codes of real-time refunds.
    pub(super) fn refusal(&self) -> PgError {
        let (code, message) = (self.get("resCd"), self.get("resMsg"));
        if message.contains("중복") || message.to_ascii_lowercase().contains("duplicate") {
            return PgError::Unknown(format!("[{code}] {message}"));
        }
        match code.as_str() {
            "VTIM" | "VT00" => PgError::Unknown(format!("[{code}] {message}")),
            _ => PgError::Declined { code, message },
        }
    }

    /// An answer to another question than ours proves nothing.
    pub(super) fn must_echo(&self, path: &str, ours: &str) -> Result<(), PgError> {
        let theirs = self.get(path);
        if theirs == ours {
            return Ok(());
        }
        Err(PgError::Unknown(format!("{path} is {theirs:?}, not {ours:?}")))
    }
}

/// A JSON scalar as the text it was written as.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// KICC's amounts are won.
pub(super) fn won(text: &str) -> Result<Money, PgError> {
    Money::parse(text, Currency::Krw)
        .map_err(|error| PgError::Unknown(format!("amount {text:?}: {error}")))
}

/// `msgAuthValue`: hex HMAC-SHA256 over the parts joined by `|`.
pub(super) fn sign(secret: &str, parts: &[&str]) -> String {
    crate::crypto::hmac_sha256_hex(secret.as_bytes(), parts.join("|").as_bytes())
}

/// KICC's time of something, `yyyyMMddHHmmss` in KST.
pub(super) fn time(text: &str) -> Option<Millis> {
    if text.len() == 14 { Millis::parse_kst(text) } else { None }
}

/// A text without what KICC refuses (quotes, angle brackets, backslash, semicolon, pipe, line
/// breaks, ampersand, emoji), cut to a length in bytes between two characters.
pub(super) fn clean(text: &str, bytes: usize) -> String {
    let mut out = String::new();
    for character in text.chars() {
        let kept = match character {
            '\'' | '"' | '<' | '>' | ';' => continue,
            '\\' => '/',
            '|' => ',',
            '&' => '+',
            '\n' | '\r' | '\t' => ' ',
            // Emoji and everything else outside the basic plane, and the joiners that come along.
            '\u{200d}' | '\u{20e3}' | '\u{fe00}'..='\u{fe0f}' => continue,
            '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}' => continue,
            other if u32::from(other) > 0xffff || other.is_control() => continue,
            other => other,
        };
        if out.len() + kept.len_utf8() > bytes {
            break;
        }
        out.push(kept);
    }
    out.trim().to_owned()
}

/// The digits of a text, at most so many.
pub(super) fn digits(text: &str, limit: usize) -> String {
    text.chars().filter(char::is_ascii_digit).take(limit).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn answer(body: &str) -> Result<Answer, PgError> {
        Answer::read(&Response {
            status: 200,
            content_type: "application/json".into(),
            body: body.into(),
        })
    }

    #[test]
    fn strings_and_numbers_are_the_same() {
        let answer = answer(r#"{"resCd":"0000","a":51004,"b":"51004","c":{"d":0},"e":[1]}"#);
        let answer = answer.unwrap();
        assert_eq!((answer.get("a"), answer.get("b")), ("51004".into(), "51004".into()));
        assert_eq!((answer.get("c.d"), answer.get("c.x.y")), ("0".into(), String::new()));
        assert_eq!(answer.get("e"), "");
        assert!(matches!(answer.need("x"), Err(PgError::Unknown(_))));
    }

    #[test]
    fn what_is_no_answer_is_unknown() {
        for body in
            ["", "{", "{}", "null", "[]", "\"0000\"", "<html>0000</html>", "{\"resCd\":null}"]
        {
            assert!(matches!(answer(body), Err(PgError::Unknown(_))), "{body}");
        }
        for status in [301, 400, 404, 500, 503] {
            let body = br#"{"resCd":"8521","resMsg":"no"}"#.to_vec();
            let response = Response { status, content_type: String::new(), body };
            assert!(matches!(Answer::read(&response), Err(PgError::Unknown(_))), "{status}");
        }
    }

    #[test]
    fn a_duplicate_number_is_no_refusal() {
        let refusal = |code: &str, message: &str| {
            answer(&format!(r#"{{"resCd":"{code}","resMsg":"{message}"}}"#)).unwrap().refusal()
        };
        assert_eq!(refusal("8521", "한도초과"), PgError::declined("8521", "한도초과"));
        assert!(matches!(refusal("R900", "중복 요청"), PgError::Unknown(_)));
        assert!(matches!(refusal("VTIM", "시간초과"), PgError::Unknown(_)));
    }

    #[test]
    fn texts_lose_what_kicc_refuses() {
        assert_eq!(clean("a'b\"c<d>e\\f;g|h\ni&j🍎☕️", 50), "abcde/fg,h i+j");
        assert_eq!(clean("주문명:결제테스트", 10), "주문명:");
        assert_eq!(clean("가나다라", 9), "가나다");
        assert_eq!(digits("010-1234-56789", 11), "01012345678");
    }
}
