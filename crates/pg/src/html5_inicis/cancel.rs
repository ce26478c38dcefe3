//! Giving money back through INIAPI, and closing an unpaid virtual account.
//!
//! Refunds use v2 (JSON). Closing an account uses v1, whose `GVacct` says exactly that; v2 has no
//! published counterpart.

use super::codes;
use super::wire::{Memo, api_host, api_v2, client_ip, json, kst, mid, plain, text, won};
use crate::form::utf8_body;
use crate::wire::{Request, Response};
use crate::{CancelDone, CancelOrder, Cx, PgError};
use domain::Money;
use serde_json::{Map, Value, json};

/// Longest reason sent, in bytes of UTF-8.
const REASON_BYTES: usize = 80;

/// Cancels.
pub(super) async fn cancel(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
    let request = request(cx, cancel)?;
    match outcome(cancel, &cx.transport.send(request).await?) {
        // "Cancelled before", or another sum than we think is left: a copy of this very request may
        // have been carried out. The inquiry tells.
        Err(PgError::Declined { code, message }) if codes::cancelled_before(&code, &message) => {
            Err(PgError::Unknown(format!("[{code}] {message}")))
        }
        outcome => outcome,
    }
}

/// True if the cancel closes an account nobody has paid into.
pub(super) fn closes_account(cancel: &CancelOrder) -> bool {
    cancel.method == "vbank" && !cancel.deposited
}

fn request(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<Request, PgError> {
    let ip = Memo::read(&cancel.memo)?.ip;
    if closes_account(cancel) {
        return close_request(cx, &ip, &cancel.tid);
    }
    let partial = !cancel.is_full();
    let paid_account = cancel.method == "vbank";
    let (kind, path) = match (partial, paid_account) {
        (false, false) => return refund_request(cx, &ip, &cancel.tid, &cancel.reason),
        (false, true) => ("refund", "/v2/pg/refund/vacct"),
        (true, false) => ("partialRefund", "/v2/pg/partialRefund"),
        (true, true) => ("partialRefund", "/v2/pg/partialRefund/vacct"),
    };
    let mut data = Map::new();
    let mut put = |name: &str, value: String| data.insert(name.into(), value.into());
    put("tid", cancel.tid.clone());
    put("msg", plain(&cancel.reason, REASON_BYTES));
    if partial {
        put("price", cancel.amount.minor().to_string());
        put("confirmPrice", remaining(cancel)?.minor().to_string());
        put("currency", "WON".into());
        let digits = |part: Option<Money>| part.map(|part| part.minor().to_string());
        if let Some(tax) = digits(cancel.vat_amount) {
            put("tax", tax);
        }
        if let Some(free) = digits(cancel.tax_free) {
            put("taxfree", free);
        }
    }
    if paid_account {
        let (number, bank, holder) = refund_account(cx, cancel)?;
        put("refundAcctNum", number);
        put("refundBankCode", bank);
        put("refundAcctName", holder);
    }
    api_v2(cx, "cancel", path, kind, &ip, &Value::Object(data))
}

/// What is left after this cancel: the PG refuses if its own books disagree.
fn remaining(cancel: &CancelOrder) -> Result<Money, PgError> {
    cancel
        .left
        .minus(cancel.amount)
        .map_err(|_| PgError::invalid("amount", "취소금액이 취소 가능 금액보다 큽니다."))
}

/// Encrypted number, two-digit bank and holder of the account the money goes to.
fn refund_account(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<(String, String, String), PgError> {
    let missing = "가상계좌 환불에는 환불 계좌(은행, 계좌번호, 예금주)가 필요합니다.";
    let account = cancel.refund.as_ref();
    let account = account.ok_or_else(|| PgError::invalid("refund_account", missing))?;
    let bank = codes::bank_out(&account.bank_code).ok_or_else(|| {
        PgError::invalid("refund_bank", "KG이니시스가 환불을 지원하지 않는 은행입니다.")
    })?;
    let holder = plain(account.holder.trim(), 30);
    if account.number.is_empty() || holder.is_empty() {
        return Err(PgError::invalid("refund_account", missing));
    }
    let (key, iv) = (cx.credentials.need("api_key")?, cx.credentials.need("api_iv")?);
    let number = account.number.as_bytes();
    let sealed = crate::crypto::aes128_cbc_base64(key.as_bytes(), iv.as_bytes(), number);
    let message = "INIAPI KEY와 IV는 각각 16자여야 합니다.";
    let sealed = sealed.ok_or_else(|| PgError::invalid("api_iv", message))?;
    Ok((sealed, bank.to_owned(), holder))
}

/// Everything back, of a transaction nothing was given back of before.
pub(super) fn refund_request(
    cx: &Cx<'_>,
    ip: &str,
    tid: &str,
    reason: &str,
) -> Result<Request, PgError> {
    let data = json!({ "tid": tid, "msg": plain(reason, REASON_BYTES) });
    api_v2(cx, "cancel", "/v2/pg/refund", "refund", ip, &data)
}

/// Closes an account before its deposit (INIAPI v1, form-encoded).
pub(super) fn close_request(cx: &Cx<'_>, ip: &str, tid: &str) -> Result<Request, PgError> {
    let (mid, key) = (mid(cx.credentials)?, cx.credentials.need("api_key")?);
    let (timestamp, ip) = (cx.at.kst14(), client_ip(ip));
    let plain = format!("{key}RefundGVacct{timestamp}{ip}{mid}{tid}");
    let fields = [
        ("type", "Refund"),
        ("paymethod", "GVacct"),
        ("timestamp", &timestamp),
        ("clientIp", &ip),
        ("mid", mid),
        ("tid", tid),
        ("msg", "입금 전 취소"),
        ("hashData", &crate::crypto::sha512_hex(plain)),
    ];
    let url = format!("{}/api/v1/refund", api_host(cx.mode));
    Ok(Request::form("cancel", url, utf8_body(&fields)))
}

/// The answer if INIAPI did it.
pub(super) fn accepted(response: &Response) -> Result<Value, PgError> {
    let answer = json(response)?;
    let code = text(&answer, "resultCode");
    match code.as_str() {
        "" => Err(PgError::Unknown("the answer has no resultCode".into())),
        "00" => Ok(answer),
        _ => Err(PgError::declined(code, text(&answer, "resultMsg"))),
    }
}

fn outcome(cancel: &CancelOrder, response: &Response) -> Result<CancelDone, PgError> {
    let answer = accepted(response)?;
    let field = |name: &str| text(&answer, name);
    if cancel.is_full() {
        let at = kst(&field("cancelDate"), &field("cancelTime"));
        return Ok(CancelDone { tid: cancel.tid.clone(), at });
    }
    let price = field("prtcPrice");
    if !price.is_empty() && won(&price) != Some(cancel.amount) {
        return Err(PgError::Unknown(format!("the PG says it cancelled {price}")));
    }
    // One of the two numbers is the approval's; sources disagree on which.
    let numbers = [field("tid"), field("prtcTid")];
    let own = numbers.into_iter().find(|number| !number.is_empty() && *number != cancel.tid);
    let at = kst(&field("prtcDate"), &field("prtcTime"));
    Ok(CancelDone { tid: own.unwrap_or_else(|| cancel.tid.clone()), at })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, at, cancel_order, credentials, cx};
    use super::*;
    use crate::RefundAccount;

    fn sent(cancel: &CancelOrder) -> (String, String) {
        let credentials = credentials();
        let request = request(&cx(&Deaf, &credentials), cancel).unwrap();
        (request.url, String::from_utf8(request.body).unwrap())
    }

    fn hash(kind: &str, data: &str) -> String {
        let plain = format!("ItEQKi3rY7uvDS8lINIpayTest{kind}{}{data}", at().kst14());
        crate::crypto::sha512_hex(plain)
    }

    fn partial() -> CancelOrder {
        CancelOrder { amount: won("4000").unwrap(), left: won("10000").unwrap(), ..cancel_order() }
    }

    #[test]
    fn a_full_refund_names_only_the_transaction() {
        let mut cancel = cancel_order();
        cancel.reason = "고객 \"변심\"/취소".into();
        let (url, body) = sent(&cancel);
        assert_eq!(url, "https://stginiapi.inicis.com/v2/pg/refund");
        let data = format!(r#"{{"tid":"{}","msg":"고객 변심/취소"}}"#, cancel.tid);
        assert!(body.contains(&data), "{body}");
        assert!(body.contains(&hash("refund", &data)), "{body}");
    }

    #[test]
    fn a_partial_refund_says_what_remains() {
        let mut cancel = partial();
        cancel.tax_free = won("0");
        let (url, body) = sent(&cancel);
        assert_eq!(url, "https://stginiapi.inicis.com/v2/pg/partialRefund");
        let data = format!(
            r#"{{"tid":"{}","msg":"{}",{}}}"#,
            cancel.tid,
            cancel.reason,
            r#""price":"4000","confirmPrice":"6000","currency":"WON","taxfree":"0""#
        );
        assert!(body.contains(&data), "{body}");
        assert!(body.contains(&hash("partialRefund", &data)), "{body}");
        // The last part is still a partial refund, down to nothing.
        let rest = CancelOrder { amount: cancel.left, ..cancel };
        assert!(sent(&rest).1.contains(r#""confirmPrice":"0""#));
    }

    #[test]
    fn a_paid_account_is_refunded_to_an_encrypted_account() {
        let refund = RefundAccount {
            bank_code: "088".into(),
            number: "123456789".into(),
            holder: "홍길동".into(),
            tel: String::new(),
        };
        let mut cancel = CancelOrder {
            method: "vbank".into(),
            deposited: true,
            refund: Some(refund),
            ..cancel_order()
        };
        let (url, body) = sent(&cancel);
        assert_eq!(url, "https://stginiapi.inicis.com/v2/pg/refund/vacct");
        assert!(body.contains(r#""refundAcctNum":"qwMHVJqsmXKoR+d8wQTS4g==","#), "{body}");
        assert!(body.contains(r#""refundBankCode":"88","refundAcctName":"홍길동""#), "{body}");
        cancel.amount = won("1000").unwrap();
        assert!(sent(&cancel).0.ends_with("/v2/pg/partialRefund/vacct"));
        let credentials = credentials();
        let refused = |cancel: &CancelOrder| match super::request(&cx(&Deaf, &credentials), cancel)
        {
            Err(PgError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        if let Some(refund) = &mut cancel.refund {
            refund.bank_code = "240".into();
        }
        assert_eq!(refused(&cancel), "refund_bank");
        cancel.refund = None;
        assert_eq!(refused(&cancel), "refund_account");
    }

    #[test]
    fn an_unpaid_account_is_closed_by_v1() {
        let cancel = CancelOrder { method: "vbank".into(), deposited: false, ..cancel_order() };
        let (url, body) = sent(&cancel);
        assert_eq!(url, "https://stginiapi.inicis.com/api/v1/refund");
        let form = crate::form::Form::read(body.as_bytes());
        assert_eq!((form.get("type"), form.get("paymethod")), ("Refund", "GVacct"));
        let plain = format!(
            "ItEQKi3rY7uvDS8lRefundGVacct{}127.0.0.1INIpayTest{}",
            at().kst14(),
            cancel.tid
        );
        assert_eq!(form.get("hashData"), crate::crypto::sha512_hex(plain));
    }

    #[test]
    fn more_than_is_left_is_not_sent() {
        let cancel = CancelOrder { amount: won("13999").unwrap(), ..partial() };
        let credentials = credentials();
        let error = request(&cx(&Deaf, &credentials), &cancel).unwrap_err();
        assert!(matches!(error, PgError::Invalid { field: "amount", .. }));
    }

    #[test]
    fn outcomes() {
        let full = cancel_order();
        let body = include_str!("testdata/refund.json");
        let done = outcome(&full, &answer(200, body)).unwrap();
        assert_eq!(
            (done.tid.as_str(), done.at.unwrap().kst14().as_str()),
            (full.tid.as_str(), "20231116090000")
        );
        let body = include_str!("testdata/partial_refund.json");
        let done = outcome(&partial(), &answer(200, body)).unwrap();
        assert_eq!(done.tid, "INIpayTestPART0001");
        let other = outcome(&partial(), &answer(200, &body.replace("\"4000\"", "\"400\"")));
        assert!(matches!(other, Err(PgError::Unknown(_))), "{other:?}");
        let body = r#"{"resultCode":"500626","resultMsg":"기취소 거래"}"#;
        let declined = PgError::declined("500626", "기취소 거래");
        assert_eq!(outcome(&full, &answer(200, body)), Err(declined));
        for (status, body) in [
            (200, ""),
            (200, "<html>"),
            (200, "{}"),
            (200, "null"),
            (500, "{\"resultCode\":\"00\"}"),
        ] {
            let result = outcome(&full, &answer(status, body));
            assert!(matches!(result, Err(PgError::Unknown(_))), "{body}: {result:?}");
        }
    }
}
