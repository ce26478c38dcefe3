//! How an approval without an answer ended: it is undone. First net-cancel, which is made for this;
//! if the PG refuses that, its books are asked, and money found there is given back in full.
//!
//! An approval found by inquiry is not taken as paid: the buyer was already told that it did not
//! work, and the inquiry lacks what a virtual account or a billing key needs.

use super::inquiry::{self, By, Found, Standing};
use super::wire::{Auth, Memo, chkfake, json, kept_idc, mid, text};
use super::{approve, approve_mobile, cancel};
use crate::form::utf8_body;
use crate::wire::{Request, Response};
use crate::{Cx, Order, PgError, Settled};

/// Undoes the approval, or finds that there is none.
pub(super) async fn settle(
    cx: &Cx<'_>,
    order: &Order,
    memo: &str,
    auth: &str,
) -> Result<Settled, PgError> {
    let memo = Memo::read(memo)?;
    let auth = Auth::read(auth)?;
    let response = cx.transport.send(request(cx, order, &auth)?).await?;
    after(cx, order, &memo, &auth, &response).await
}

/// What follows from the answer to the net-cancel.
pub(super) async fn after(
    cx: &Cx<'_>,
    order: &Order,
    memo: &Memo,
    auth: &Auth,
    response: &Response,
) -> Result<Settled, PgError> {
    if undone(auth, response)? {
        return Ok(Settled::Voided);
    }
    let found = inquiry::ask(cx, &memo.ip, By::Oid(&order.imp_uid)).await?;
    let known = match found {
        Found::None => return Ok(Settled::Nothing),
        Found::Refused(why) => return Ok(Settled::CannotTell(why)),
        Found::Trade(known) => known,
    };
    if !known.is_of(cx, &order.imp_uid) || known.tid.is_empty() {
        return Ok(Settled::CannotTell(format!("the inquiry names {}", known.tid)));
    }
    match &known.standing {
        Standing::Cancelled(_) => Ok(Settled::Voided),
        Standing::Approved { .. } => give_back(cx, &memo.ip, order, &known).await,
        Standing::Part { .. } => Ok(Settled::CannotTell(format!("{}: part cancelled", known.tid))),
        Standing::Strange(word) => Ok(Settled::CannotTell(format!("{}: {word}", known.tid))),
    }
}

fn request(cx: &Cx<'_>, order: &Order, auth: &Auth) -> Result<Request, PgError> {
    match auth {
        Auth::Pc { idc, token, timestamp } => {
            let url = kept_idc(cx.mode, idc)?.net_cancel_url;
            approve::request(cx, order, "net_cancel", url, token, timestamp)
        }
        Auth::Mobile { idc, tid, timestamp } => {
            let amount = order.amount.minor().to_string();
            let mut fields = vec![
                ("P_TID", tid.as_str()),
                ("P_MID", mid(cx.credentials)?),
                ("P_AMT", &amount),
                ("P_OID", &order.imp_uid),
            ];
            let key = cx.credentials.get("mobile_hash_key");
            let hash = chkfake(order.amount, &order.imp_uid, timestamp, key);
            if !key.is_empty() {
                fields.extend([("P_TIMESTAMP", timestamp.as_str()), ("P_CHKFAKE", &hash)]);
            }
            let url = kept_idc(cx.mode, idc)?.mobile_net_cancel_url;
            Ok(Request::form("net_cancel", url, utf8_body(&fields)))
        }
    }
}

/// True if the PG says it undid the approval; false if it says it did not.
fn undone(auth: &Auth, response: &Response) -> Result<bool, PgError> {
    match auth {
        Auth::Pc { .. } => {
            let code = text(&json(response)?, "resultCode");
            if code.is_empty() {
                return Err(PgError::Unknown("the answer has no resultCode".into()));
            }
            Ok(code == "0000")
        }
        Auth::Mobile { .. } => Ok(approve_mobile::read(response)?.get("P_STATUS") == "00"),
    }
}

async fn give_back(
    cx: &Cx<'_>,
    ip: &str,
    order: &Order,
    known: &inquiry::Known,
) -> Result<Settled, PgError> {
    let unpaid_account = known.vbank || order.method == "vbank";
    let request = if unpaid_account {
        cancel::close_request(cx, ip, &known.tid)?
    } else {
        cancel::refund_request(cx, ip, &known.tid, "승인 결과 미수신")?
    };
    match cancel::accepted(&cx.transport.send(request).await?) {
        Ok(_) => Ok(Settled::Voided),
        Err(PgError::Declined { code, message }) => {
            Ok(Settled::CannotTell(format!("{}: [{code}] {message}", known.tid)))
        }
        Err(other) => Err(other),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, credentials, cx, order};
    use super::*;

    fn pc() -> Auth {
        Auth::Pc { idc: "stg".into(), token: "token".into(), timestamp: "123".into() }
    }

    fn mobile() -> Auth {
        let tid = "INIMX_AUTHINIpayTest20231115071320123456".into();
        Auth::Mobile { idc: "stg".into(), tid, timestamp: "123".into() }
    }

    #[test]
    fn net_cancel_sends_the_approvals_own_map() {
        let (mut credentials, order) = (credentials(), order("card"));
        let context = cx(&Deaf, &credentials);
        let request = request(&context, &order, &pc()).unwrap();
        assert_eq!(request.url, "https://stgstdpay.inicis.com/api/netCancel");
        let url = "https://stgstdpay.inicis.com/api/payAuth";
        let approval = approve::request(&context, &order, "approve", url, "token", "123").unwrap();
        assert_eq!(request.body, approval.body);
        let mobile_request = super::request(&context, &order, &mobile()).unwrap();
        assert_eq!(mobile_request.url, "https://stgmobile.inicis.com/smart/payNetCancel.ini");
        let form = crate::form::Form::read(&mobile_request.body);
        assert_eq!((form.get("P_AMT"), form.get("P_OID")), ("14000", "imp_000000000001"));
        assert!(!form.has("P_CHKFAKE"));
        credentials.set("mobile_hash_key", "key".into());
        let request = super::request(&cx(&Deaf, &credentials), &order, &mobile()).unwrap();
        let form = crate::form::Form::read(&request.body);
        let hash = crate::crypto::sha512_base64("14000imp_000000000001123key");
        assert_eq!(form.get("P_CHKFAKE"), hash);
    }

    #[test]
    fn only_explicit_answers_tell() {
        let ok = answer(200, r#"{"resultCode":"0000"}"#);
        assert_eq!(undone(&pc(), &ok), Ok(true));
        let no = answer(200, r#"{"resultCode":"ER0102","resultMsg":"no"}"#);
        assert_eq!(undone(&pc(), &no), Ok(false));
        assert_eq!(undone(&mobile(), &answer(200, "P_STATUS=00&P_RMESG1=ok")), Ok(true));
        assert_eq!(undone(&mobile(), &answer(200, "P_STATUS=01&P_RMESG1=no")), Ok(false));
        for auth in [pc(), mobile()] {
            for (status, body) in [(200, ""), (200, "<html>"), (200, "{}"), (504, "P_STATUS=00")] {
                let result = undone(&auth, &answer(status, body));
                assert!(matches!(result, Err(PgError::Unknown(_))), "{body}: {result:?}");
            }
        }
    }

    #[test]
    fn what_was_kept_must_be_readable() {
        for broken in ["", "{}", "{\"way\":\"pc\"}"] {
            assert!(matches!(Auth::read(broken), Err(PgError::Invalid { field: "auth", .. })));
        }
    }
}
