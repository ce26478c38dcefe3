//! What the browser brings back from the window: a form with `authorizationId`, unsigned.
//!
//! Nothing here is proof of money: the approval's signed answer is. What can be checked is that it
//! speaks of this order.

use super::wire::OK;
use crate::cx::Cx;
use crate::error::PgError;
use crate::form::Form;
use crate::ops::{Outcome, Refusal, Returned};
use domain::Millis;
use serde::{Deserialize, Serialize};

/// The buyer pressed cancel.
const CLOSED: &str = "W002";

/// What approving needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Auth {
    /// KICC's number of the authentication.
    pub(super) id: String,
    /// When the browser came back, milliseconds UTC: the approval is asked for on this day or,
    /// around midnight, the next.
    pub(super) at: i64,
}

impl Auth {
    /// Reads what `read` wrote.
    pub(super) fn parse(text: &str) -> Result<Self, PgError> {
        serde_json::from_str(text)
            .map_err(|error| PgError::Forged(format!("authentication data: {error}")))
    }

    /// The time of the return.
    pub(super) fn at(&self) -> Millis {
        Millis(self.at)
    }
}

/// Reads the return.
pub(super) fn read(cx: &Cx<'_>, back: &Returned<'_>) -> Result<Outcome, PgError> {
    let form = if back.body.is_empty() { back.query.as_bytes() } else { back.body };
    outcome(&Form::read(form), &back.order.imp_uid, cx.at)
}

fn outcome(form: &Form, order_no: &str, at: Millis) -> Result<Outcome, PgError> {
    let (code, order, id) =
        (form.get("resCd"), form.get("shopOrderNo"), form.get("authorizationId"));
    if code.is_empty() {
        return Err(PgError::Forged("a return without resCd".into()));
    }
    if code != OK {
        // A failure may come without its order number; of another order it is not ours.
        if !order.is_empty() && order != order_no {
            return Err(PgError::Forged(format!("the return is of order {order:?}")));
        }
        let code = code.to_owned();
        return Ok(if code == CLOSED {
            Outcome::Closed(Refusal { code, message: crate::spec::GAVE_UP.into() })
        } else {
            Outcome::Refused(Refusal { code, message: form.get("resMsg").to_owned() })
        });
    }
    if order != order_no {
        return Err(PgError::Forged(format!("the return is of order {order:?}")));
    }
    let plain = id.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\|;&<>'".contains(&byte));
    if id.is_empty() || id.len() > 60 || !plain {
        return Err(PgError::Forged("an authorizationId KICC does not give".into()));
    }
    let auth = Auth { id: id.to_owned(), at: at.0 };
    let auth = serde_json::to_string(&auth)
        .map_err(|error| PgError::Forged(format!("authentication data: {error}")))?;
    Ok(Outcome::Authorised { auth, tid: None })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Outcome, PgError> {
        outcome(&Form::read(body.as_bytes()), "imp_000000000001", Millis(7))
    }

    #[test]
    fn an_authentication_of_this_order() {
        let body = include_str!("testdata/return.txt").trim();
        let Outcome::Authorised { auth, tid } = read(body).unwrap() else { panic!("refused") };
        let expected = Auth { id: "26042414465310904317".into(), at: 7 };
        assert_eq!((Auth::parse(&auth).unwrap(), tid), (expected, None));
        let other = body.replace("000000000001", "000000000002");
        assert!(matches!(read(&other), Err(PgError::Forged(_))));
    }

    #[test]
    fn the_buyer_gave_up() {
        let body = include_str!("testdata/return_cancel.txt").trim();
        let Outcome::Closed(refusal) = read(body).unwrap() else { panic!("not closed") };
        assert_eq!(refusal.code, "W002");
        assert_eq!(refusal.message, "[결제포기] 사용자가 결제를 취소하셨습니다");
    }

    #[test]
    fn another_code_is_a_refusal_in_kiccs_words() {
        let body = "resCd=8521&resMsg=%ED%95%9C%EB%8F%84%EC%B4%88%EA%B3%BC&shopOrderNo=";
        let expected = Refusal { code: "8521".into(), message: "한도초과".into() };
        assert_eq!(read(body).unwrap(), Outcome::Refused(expected));
    }

    #[test]
    fn nothing_authorises_without_a_plain_number() {
        for id in ["", "a|b", "a%20b", "%EA%B0%80", &"1".repeat(61)] {
            let body = format!("resCd=0000&shopOrderNo=imp_000000000001&authorizationId={id}");
            assert!(matches!(read(&body), Err(PgError::Forged(_))), "{id}");
        }
        for body in ["", "a=b", "<html></html>", "resCd="] {
            assert!(matches!(read(body), Err(PgError::Forged(_))), "{body}");
        }
    }
}
