//! How an approval, a charge or a cancel without an answer ended: KICC is asked by our own number.
//!
//! The inquiry knows today and yesterday only, and wants the day of the request. We know the day
//! before which it cannot have been sent, so each day from there on is asked.

use super::approve::{Asked, details};
use super::billing::{charge::with_card, window};
use super::cancel::done;
use super::return_::Auth;
use super::wire::{self, Answer};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelOrder, CancelSettled, Charge, Order, Settled};
use crate::wire::Request;
use domain::Millis;
use serde_json::json;

const DAY: i64 = 86_400;
pub(super) const TOO_OLD: &str =
    "KICC 거래상태 조회는 당일과 전일만 됩니다. 가맹점 관리자에서 확인하세요.";

/// How the approval numbered `cx.operation_id` ended.
pub(super) async fn approval(cx: &Cx<'_>, order: &Order, auth: &str) -> Result<Settled, PgError> {
    let asked = Asked::new(cx, &order.imp_uid)?;
    let found = find(cx, Auth::parse(auth)?.at()).await?;
    let settled = settled(&found, &asked)?;
    match (settled, &found, &order.customer_uid) {
        (Settled::Approved(approval), Found::Answer(answer), Some(_)) => {
            match window::issued(answer, *approval, order) {
                Ok(approval) => Ok(Settled::Approved(Box::new(approval))),
                // Asking again would bring the same answer.
                Err(why) => Ok(Settled::CannotTell(why.to_string())),
            }
        }
        (settled, _, _) => Ok(settled),
    }
}

/// How the charge numbered `cx.operation_id` ended.
pub(super) async fn charge(cx: &Cx<'_>, charge: &Charge) -> Result<Settled, PgError> {
    let asked = Asked::new(cx, &charge.imp_uid)?;
    match settled(&find(cx, charge.asked_at).await?, &asked)? {
        Settled::Approved(approval) => {
            Ok(Settled::Approved(Box::new(with_card(*approval, charge))))
        }
        other => Ok(other),
    }
}

fn settled(found: &Found, asked: &Asked<'_>) -> Result<Settled, PgError> {
    match found {
        Found::Answer(answer) => match answer.get("statusCode").as_str() {
            // Approved once and cancelled since.
            "TS02" | "TS05" | "ES02" | "ES17" => Ok(Settled::Voided),
            _ => Ok(Settled::Approved(Box::new(details(answer, asked)?))),
        },
        Found::Nothing => Ok(Settled::Nothing),
        Found::TooOld => Ok(Settled::CannotTell(TOO_OLD.into())),
    }
}

/// How the cancel numbered `cx.operation_id` ended.
pub(super) async fn cancel(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
    match find(cx, cancel.asked_at).await? {
        Found::Answer(answer) => Ok(CancelSettled::Done(done(&answer, cx.operation_id, cancel)?)),
        Found::Nothing => Ok(CancelSettled::NotDone),
        Found::TooOld => Ok(CancelSettled::CannotTell(TOO_OLD.into())),
    }
}

/// What the inquiry said.
#[derive(Debug)]
pub(super) enum Found {
    /// The answer to the request asked after.
    Answer(Answer),
    /// There was no such request.
    Nothing,
    /// None on the days it knows, and there were others.
    TooOld,
}

/// Asks for the answer to the request numbered `cx.operation_id`, sent at `since` or later.
pub(super) async fn find(cx: &Cx<'_>, since: Millis) -> Result<Found, PgError> {
    let (days, complete) = days(since, cx.at);
    for day in days {
        let answer = wire::call(cx, request(cx, &day)?).await?;
        if let Some(answer) = outcome(answer, cx.operation_id)? {
            return Ok(Found::Answer(answer));
        }
    }
    Ok(if complete { Found::Nothing } else { Found::TooOld })
}

/// The Korean days from `since` to `now` the inquiry knows, and whether those are all.
fn days(since: Millis, now: Millis) -> (Vec<String>, bool) {
    let (today, yesterday) = (now.kst8(), now.plus_seconds(-DAY).kst8());
    let first = since.kst8();
    let complete = first >= yesterday;
    // A clock set back must not hide the day of the request.
    let days = [yesterday, today].into_iter().filter(|day| *day >= first).collect::<Vec<_>>();
    if days.is_empty() { (vec![first], true) } else { (days, complete) }
}

fn request(cx: &Cx<'_>, day: &str) -> Result<Request, PgError> {
    let body = json!({
        "mallId": cx.credentials.need("mid")?,
        "shopTransactionId": cx.operation_id,
        "transactionDate": day,
    });
    Ok(wire::request(cx.mode, "lookup", "/api/trades/retrieveTransaction", &body))
}

/// The answer of what we asked after, `None` if it never came to be. KICC publishes no code for
/// "no such transaction": a refusal counts as that only if it says so in words, or if it repeats
/// our number (then it is the refusal of the request itself). Anything else may be a hiccup.
fn outcome(answer: Answer, number: &str) -> Result<Option<Answer>, PgError> {
    if answer.is_ok() {
        answer.must_echo("shopTransactionId", number)?;
        return Ok(Some(answer));
    }
    let (code, message) = (answer.get("resCd"), answer.get("resMsg"));
    let none = ["없음", "없습니다", "없는", "존재하지"].iter().any(|word| message.contains(word));
    if none || answer.get("shopTransactionId") == number {
        return Ok(None);
    }
    Err(PgError::Unknown(format!("inquiry: [{code}] {message}")))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::wire::Response;

    fn read(body: &str) -> Result<Option<Answer>, PgError> {
        let body = body.as_bytes().to_vec();
        let response = Response { status: 200, content_type: String::new(), body };
        outcome(Answer::read(&response)?, "op1")
    }

    #[test]
    fn the_days_an_inquiry_can_reach() {
        let at = |text: &str| Millis::parse_kst(text).unwrap();
        let now = at("20260424000500");
        let both = vec!["20260423".to_owned(), "20260424".to_owned()];
        assert_eq!(days(at("20260424000100"), now), (vec!["20260424".into()], true));
        assert_eq!(days(at("20260423235959"), now), (both.clone(), true));
        assert_eq!(days(at("20260422235959"), now), (both, false));
        assert_eq!(days(at("20260425000000"), now), (vec!["20260425".into()], true));
    }

    #[test]
    fn only_plain_words_mean_that_there_is_nothing() {
        let found = r#"{"resCd":"0000","resMsg":"정상","shopTransactionId":"op1"}"#;
        assert!(read(found).unwrap().is_some());
        assert!(matches!(read(&found.replace("op1", "op2")), Err(PgError::Unknown(_))));
        let none = r#"{"resCd":"R210","resMsg":"조회된 거래가 없습니다."}"#;
        assert!(read(none).unwrap().is_none());
        let declined = r#"{"resCd":"8521","resMsg":"한도초과","shopTransactionId":"op1"}"#;
        assert!(read(declined).unwrap().is_none());
        let hiccup = r#"{"resCd":"9999","resMsg":"시스템 장애"}"#;
        assert!(matches!(read(hiccup), Err(PgError::Unknown(_))));
        assert!(matches!(read("<html>"), Err(PgError::Unknown(_))));
    }
}
