//! How an unanswered approval ended. NICE has no inquiry that is documented; it has net-cancel, the
//! call its manual asks for whenever an approval's answer does not arrive: it undoes the approval
//! if there was one.

use super::approve::fields;
use super::codes;
use super::profile::Profile;
use super::return_::Auth;
use super::wire::{Answer, shop};
use crate::Cx;
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::{Order, Settled};
use crate::wire::{Request, Response};

/// Undoes an approval whose answer was lost.
///
/// # Errors
/// `Unknown` while the net-cancel itself has no usable answer: it is repeated.
pub(crate) async fn settle_approval(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &Order,
    auth: &str,
) -> Result<Settled, PgError> {
    let auth = Auth::parse(auth)?;
    let response = cx.transport.send(request(cx, &auth)?).await?;
    outcome(profile, cx, order, &response)
}

/// The approval's own fields, date and signature included, and `NetCancel=1`.
fn request(cx: &Cx<'_>, auth: &Auth) -> Result<Request, PgError> {
    let mut fields = fields(&shop(cx.credentials)?, auth);
    fields.push(("NetCancel", "1".to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    Ok(Request::form("net_cancel", auth.net_cancel_url.as_str(), euc_kr_body(&fields)))
}

fn outcome(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &Order,
    response: &Response,
) -> Result<Settled, PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    if codes::cancelled(code) {
        answer.check_signature("CancelAmt", &shop(cx.credentials)?)?;
        let currency = order.amount.currency();
        let undone = profile.style(cx.credentials).read(answer.get("CancelAmt"), currency);
        if undone != Some(order.amount) {
            return Err(PgError::Unknown("another amount was net-cancelled".into()));
        }
        return Ok(Settled::Voided);
    }
    if codes::cancelled_before(code) {
        return Ok(Settled::Voided);
    }
    if codes::no_such_trade(code) {
        return Ok(Settled::Nothing);
    }
    if codes::cancel_unsure(code) {
        return Err(PgError::Unknown(format!("net-cancel: [{code}] {}", answer.message())));
    }
    Ok(Settled::CannotTell(format!("망취소가 거절되었습니다: [{code}] {}", answer.message())))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::nice::NICE;
    use crate::nice::fixtures::{self, Lab};

    fn read(status: u16, body: &str) -> Result<Settled, PgError> {
        let response = Response { status, ..Response::text(body) };
        let (lab, order) = (Lab::default(), fixtures::order_of_1004());
        outcome(NICE.profile, &lab.cx(), &order, &response)
    }

    const UNDONE: &str = include_str!("testdata/net_cancel_ok.json");

    #[test]
    fn the_request_is_the_approvals_with_one_field_more() {
        let auth = Auth {
            tid: "nicepay00m01012006221311045107".into(),
            token: "NICETOKNF435F661A2D54ED799BFB9F4B3F7E369".into(),
            amt: "1004".into(),
            edi_date: "20200622131021".into(),
            approve_url: "https://dc1-api.nicepay.co.kr/webapi/pay_process.jsp".into(),
            net_cancel_url: "https://dc1-api.nicepay.co.kr/webapi/cancel_process.jsp".into(),
        };
        let sent = request(&Lab::default().cx(), &auth).unwrap();
        assert_eq!(sent.url, auth.net_cancel_url);
        let approval = include_str!("testdata/approve_request.txt").trim_end();
        assert_eq!(String::from_utf8(sent.body).unwrap(), format!("{approval}&NetCancel=1"));
    }

    #[test]
    fn undone_or_undone_before_or_never_there() {
        assert_eq!(read(200, UNDONE), Ok(Settled::Voided));
        for (code, settled) in [
            ("2013", Settled::Voided),
            ("2015", Settled::Voided),
            ("2012", Settled::Nothing),
            ("A251", Settled::Nothing),
        ] {
            let body = format!(r#"{{"ResultCode":"{code}","ResultMsg":"x"}}"#);
            assert_eq!(read(200, &body), Ok(settled), "{code}");
        }
    }

    #[test]
    fn a_refusal_needs_a_person() {
        let late = r#"{"ResultCode":"2020","ResultMsg":"망상 취소 허용시간 초과"}"#;
        let Ok(Settled::CannotTell(why)) = read(200, late) else { panic!("not a refusal") };
        assert!(why.contains("[2020] 망상 취소 허용시간 초과"));
    }

    #[test]
    fn what_cannot_be_believed_is_unknown() {
        let forged = UNDONE.replace("9439b21e", "9439b21f");
        let part = UNDONE.replace("000000001004", "000000000004");
        for (status, body) in [
            (200, forged.as_str()),
            (200, &part),
            (200, r#"{"ResultCode":"A299"}"#),
            (200, ""),
            (200, "<html>"),
            (503, UNDONE),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
