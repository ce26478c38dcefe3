//! Giving money back: revise 40 (all), 32 and 33 (part), 60 and 62 (a deposit, to an account).

use super::approve::Memo;
use super::open::split;
use super::wire::{self, Answer, clean, digits, sign, time};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelDone, CancelOrder};
use crate::wire::Request;
use serde_json::{Value, json};

/// Sends the revise.
pub(super) async fn cancel(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
    let answer = wire::call(cx, request(cx, cancel)?).await?;
    outcome(&answer, cx.operation_id, cancel)
}

/// What kind of revise this is (`reviseTypeCode`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// 40: everything, or the account number before its deposit.
    Whole,
    /// 32: part of a card or wallet payment.
    CardPart,
    /// 33: part of a transfer or phone payment.
    OtherPart,
    /// 60: the whole deposit, to an account, the next working day.
    Refund,
    /// 62: part of a deposit.
    RefundPart,
}

impl Kind {
    fn of(cancel: &CancelOrder) -> Self {
        let whole = cancel.is_full() && cancel.earlier == 0;
        let memo: Memo = serde_json::from_str(&cancel.memo).unwrap_or_default();
        match (memo.method.as_str(), cancel.method.as_str()) {
            ("22", _) | ("", "vbank") if !cancel.deposited => Self::Whole,
            ("22", _) | ("", "vbank") if whole => Self::Refund,
            ("22", _) | ("", "vbank") => Self::RefundPart,
            _ if whole => Self::Whole,
            ("21" | "31", _) | ("", "trans" | "phone") => Self::OtherPart,
            _ => Self::CardPart,
        }
    }

    fn code(self) -> &'static str {
        match self {
            Self::Whole => "40",
            Self::CardPart => "32",
            Self::OtherPart => "33",
            Self::Refund => "60",
            Self::RefundPart => "62",
        }
    }

    fn in_part(self) -> bool {
        matches!(self, Self::CardPart | Self::OtherPart | Self::RefundPart)
    }

    fn to_account(self) -> bool {
        matches!(self, Self::Refund | Self::RefundPart)
    }
}

fn request(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<Request, PgError> {
    let kind = Kind::of(cancel);
    let key = cx.credentials.need("key")?;
    let mut body = json!({
        "mallId": cx.credentials.need("mid")?,
        "shopTransactionId": cx.operation_id,
        "pgCno": cancel.tid,
        "reviseTypeCode": kind.code(),
        "cancelReqDate": cx.at.kst8(),
        "msgAuthValue": sign(key, &[&cancel.tid, cx.operation_id]),
        "reviseMessage": reason(&cancel.reason),
    });
    let mut add = |name: &str, value: Value| {
        if let Some(fields) = body.as_object_mut() {
            fields.insert(name.into(), value);
        }
    };
    if kind.in_part() {
        add("amount", cancel.amount.minor().into());
        // KICC refuses if it thinks that something else is left: no part goes back twice.
        add("remainAmount", cancel.left.minor().into());
    }
    if kind.to_account() {
        add("reviseSubTypeCode", "RF01".into());
        add("refundInfo", refund(cancel)?);
    }
    if let Some(free) = cancel.tax_free {
        let (amount, free) = (cancel.amount.minor(), free.minor());
        let (taxed, vat) = split(amount, free, cancel.vat_amount.map(domain::Money::minor))?;
        // Other names than in `register`.
        let tax = json!({ "taxationAmount": taxed, "taxFreeAmount": free, "vatAmount": vat });
        add("taxInfo", tax);
    }
    Ok(wire::request(cx.mode, "cancel", "/api/trades/revise", &body))
}

fn reason(reason: &str) -> String {
    let reason = clean(reason, 100);
    if reason.is_empty() { "취소".into() } else { reason }
}

fn refund(cancel: &CancelOrder) -> Result<Value, PgError> {
    let account = cancel.refund.as_ref().ok_or_else(|| {
        PgError::invalid("refund_account", "입금된 가상계좌를 환불하려면 환불계좌가 필요합니다.")
    })?;
    let number = digits(&account.number, 20);
    if number.is_empty() || number.len() > 14 {
        let message = "KICC는 14자리까지의 환불계좌 번호만 받습니다.";
        return Err(PgError::invalid("refund_account", message));
    }
    let holder = clean(&account.holder, 50);
    if holder.is_empty() {
        return Err(PgError::invalid("refund_holder", "환불계좌 예금주가 필요합니다."));
    }
    Ok(json!({
        "refundBankCode": account.bank_code,
        "refundAccountNo": number,
        "refundDepositName": holder,
    }))
}

fn outcome(answer: &Answer, number: &str, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
    if !answer.is_ok() {
        return Err(answer.refusal());
    }
    done(answer, number, cancel)
}

/// The cancel an answer tells of.
pub(super) fn done(
    answer: &Answer,
    number: &str,
    cancel: &CancelOrder,
) -> Result<CancelDone, PgError> {
    answer.must_echo("shopTransactionId", number)?;
    answer.must_echo("oriPgCno", &cancel.tid)?;
    let said = answer.get("cancelAmount");
    // Closing an unpaid account gives nothing back, whatever number stands there.
    let counts = Kind::of(cancel) != Kind::Whole || cancel.method != "vbank";
    if counts && !said.is_empty() && wire::won(&said)? != cancel.amount {
        return Err(PgError::Unknown(format!("KICC cancelled {said}")));
    }
    let at = time(&answer.get("reviseInfo.approvalDate"));
    Ok(CancelDone {
        tid: answer.need("cancelPgCno")?,
        at: at.or_else(|| time(&answer.get("transactionDate"))),
    })
}

#[cfg(test)]
#[path = "cancel_tests.rs"]
mod tests;
