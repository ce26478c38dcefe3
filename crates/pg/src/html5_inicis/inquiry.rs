//! INIAPI v2 inquiry: what the PG's books say of a transaction. Used only to settle.
//!
//! Two shapes of the answer are in use, and both are read: `transactionStatus` in words with
//! `partCancelTransInfo`, and the older `status` digit, which knows nothing of partial cancels.

use super::wire::{api_v2, json, kst, mid, text, won};
use crate::wire::{Request, Response};
use crate::{Cx, PgError};
use domain::{Millis, Money};
use serde_json::{Value, json};

/// By what a transaction is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum By<'a> {
    /// The transaction number.
    Tid(&'a str),
    /// The order number. The PG answers this only for shops whose order numbers are unique.
    Oid(&'a str),
}

/// What the PG knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Nothing.
    None,
    /// A transaction.
    Trade(Box<Known>),
    /// The PG did not answer the question.
    Refused(String),
}

/// A transaction in the PG's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) tid: String,
    pub(super) oid: String,
    pub(super) mid: String,
    pub(super) standing: Standing,
    /// True for a virtual account.
    pub(super) vbank: bool,
    /// What was approved, if told.
    pub(super) price: Option<Money>,
    /// When it was approved, if told.
    pub(super) at: Option<Millis>,
}

/// How a transaction stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Approved (or an account issued), nothing given back as far as the answer's shape can tell.
    Approved {
        /// True if the shape would have shown partial cancels.
        sure: bool,
    },
    /// Wholly given back.
    Cancelled(Option<Millis>),
    /// Partly given back.
    Part {
        /// What is left, if told.
        left: Option<Money>,
        /// Number and time of the latest partial cancel, if told.
        latest: Option<(String, Option<Millis>)>,
    },
    /// A word we do not know.
    Strange(String),
}

/// Asks.
pub(super) async fn ask(cx: &Cx<'_>, ip: &str, by: By<'_>) -> Result<Found, PgError> {
    outcome(&cx.transport.send(request(cx, ip, by)?).await?)
}

fn request(cx: &Cx<'_>, ip: &str, by: By<'_>) -> Result<Request, PgError> {
    let data = match by {
        By::Tid(tid) => json!({ "tid": tid }),
        By::Oid(oid) => json!({ "oid": oid }),
    };
    api_v2(cx, "lookup", "/v2/pg/inquiry", "inquiry", ip, &data)
}

fn outcome(response: &Response) -> Result<Found, PgError> {
    let answer = json(response)?;
    let field = |name: &str| text(&answer, name);
    let code = field("resultCode");
    if code.is_empty() {
        return Err(PgError::Unknown("the answer has no resultCode".into()));
    }
    if code != "SUCCESS" && code != "00" {
        return Ok(Found::Refused(format!("[{code}] {}", field("resultMsg"))));
    }
    let standing = match (field("transactionStatus").as_str(), field("status").as_str()) {
        ("APPROVAL", _) => Standing::Approved { sure: true },
        ("CANCEL", _) => Standing::Cancelled(kst(&field("cancelDate"), &field("cancelTime"))),
        ("PART_CANCEL", _) => part(&answer),
        ("", "0") => Standing::Approved { sure: false },
        ("", "1") => Standing::Cancelled(kst(&field("cancelDate"), &field("cancelTime"))),
        ("", "9") => return Ok(Found::None),
        ("", "") => return Err(PgError::Unknown("the answer has no status".into())),
        (word, digit) => Standing::Strange(format!("{word}{digit}")),
    };
    let method = field("paymethod").to_ascii_lowercase();
    Ok(Found::Trade(Box::new(Known {
        tid: field("tid"),
        oid: field("oid"),
        mid: field("mid"),
        standing,
        vbank: method.starts_with("vbank") || method.starts_with("vacct"),
        price: won(&field("price")),
        at: kst(&field("approvedDate"), &field("approvedTime")),
    })))
}

fn part(answer: &Value) -> Standing {
    let rows = answer.get("partCancelTransInfo").and_then(Value::as_array);
    let latest = rows
        .and_then(|rows| rows.last())
        .map(|row| (text(row, "tid"), kst(&text(row, "requestDate"), &text(row, "requestTime"))));
    Standing::Part { left: won(&text(answer, "availablePartCancelPrice")), latest }
}

impl Known {
    /// True if this is our order in our shop, as far as the answer names either.
    pub(super) fn is_of(&self, cx: &Cx<'_>, oid: &str) -> bool {
        let ours = mid(cx.credentials).unwrap_or_default();
        (self.mid.is_empty() || self.mid == ours) && (self.oid.is_empty() || self.oid == oid)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, at, credentials, cx};
    use super::*;

    fn standing(body: &str) -> Standing {
        match outcome(&answer(200, body)).unwrap() {
            Found::Trade(known) => known.standing,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn reads_words_and_digits() {
        let body = include_str!("testdata/inquiry_part.json");
        let latest = ("INIpayTestPART0001".to_owned(), Millis::parse_kst("20231116090000"));
        let expected = Standing::Part { left: won("10000"), latest: Some(latest) };
        assert_eq!(standing(body), expected);
        let plain = body.replace("PART_CANCEL", "APPROVAL");
        assert_eq!(standing(&plain), Standing::Approved { sure: true });
        let gone = r#"{"resultCode":"SUCCESS","transactionStatus":"CANCEL",
            "cancelDate":"20231116","cancelTime":"090000"}"#;
        let at = Millis::parse_kst("20231116090000");
        assert_eq!(standing(gone), Standing::Cancelled(at));
        let digit = |digit: &str| format!(r#"{{"resultCode":"00","status":"{digit}","tid":"t"}}"#);
        assert_eq!(standing(&digit("0")), Standing::Approved { sure: false });
        assert_eq!(standing(&digit("1")), Standing::Cancelled(None));
        assert_eq!(outcome(&answer(200, &digit("9"))), Ok(Found::None));
        assert_eq!(standing(&digit("7")), Standing::Strange("7".into()));
    }

    #[test]
    fn refusals_are_not_answers() {
        let body = r#"{"resultCode":"V801","resultMsg":"hash"}"#;
        assert_eq!(outcome(&answer(200, body)), Ok(Found::Refused("[V801] hash".into())));
        for (status, body) in
            [(200, ""), (200, "<html>"), (200, "{}"), (200, r#"{"resultCode":"00"}"#), (500, "{}")]
        {
            let result = outcome(&answer(status, body));
            assert!(matches!(result, Err(PgError::Unknown(_))), "{body}: {result:?}");
        }
    }

    #[test]
    fn the_hash_covers_the_data_as_sent() {
        let credentials = credentials();
        let context = cx(&Deaf, &credentials);
        let request = request(&context, "203.0.113.9", By::Oid("imp_000000000001")).unwrap();
        assert_eq!(request.url, "https://stginiapi.inicis.com/v2/pg/inquiry");
        let body = String::from_utf8(request.body).unwrap();
        let data = r#"{"oid":"imp_000000000001"}"#;
        assert!(body.contains(&format!(r#""data":{data},"#)), "{body}");
        let plain = format!("ItEQKi3rY7uvDS8lINIpayTestinquiry{}{data}", at().kst14());
        assert!(body.contains(&crate::crypto::sha512_hex(plain)), "{body}");
        assert!(body.contains(r#""clientIp":"203.0.113.9""#), "{body}");
    }
}
