//! Cash receipts on their own: `directCashReceiptApproval`, taken back by revise 51.
//!
//! The object's name in the request, `directCashReceiptnfo`, is KICC's.

use super::settle::{self, Found};
use super::wire::{self, Answer, clean, sign, time};
use crate::capability::cash_receipt::{
    CashReceipts, IdKind, IssueSettled, Issued, Purpose, ReceiptAsked, ReceiptOrder, Revoke,
};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelDone, CancelSettled};
use crate::wire::Request;
use serde_json::{Value, json};

/// The number a shop issues a receipt under whose buyer gave none (자진발급).
const NOBODY: &str = "0100001234";

/// The capability; it has no state.
pub(super) struct KiccReceipts;

#[async_trait::async_trait]
impl CashReceipts for KiccReceipts {
    fn check(&self, order: &ReceiptOrder) -> Result<(), PgError> {
        auth_type(order.id_kind).map(drop)
    }

    async fn issue(&self, cx: &Cx<'_>, order: &ReceiptOrder) -> Result<Issued, PgError> {
        let answer = wire::call(cx, request(cx, order)?).await?;
        if !answer.is_ok() {
            return Err(answer.refusal());
        }
        issued(cx, &answer, &order.asked)
    }

    async fn settle_issue(
        &self,
        cx: &Cx<'_>,
        asked: &ReceiptAsked,
    ) -> Result<IssueSettled, PgError> {
        match settle::find(cx, asked.asked_at).await? {
            Found::Answer(answer) => Ok(IssueSettled::Issued(issued(cx, &answer, asked)?)),
            Found::Nothing => Ok(IssueSettled::Nothing),
            Found::TooOld => Ok(IssueSettled::CannotTell(settle::TOO_OLD.into())),
        }
    }

    async fn revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelDone, PgError> {
        let answer = wire::call(cx, revoke_request(cx, revoke)?).await?;
        if !answer.is_ok() {
            return Err(answer.refusal());
        }
        revoked(cx, &answer, revoke)
    }

    async fn settle_revoke(&self, cx: &Cx<'_>, revoke: &Revoke) -> Result<CancelSettled, PgError> {
        match settle::find(cx, revoke.revoked_at).await? {
            Found::Answer(answer) => Ok(CancelSettled::Done(revoked(cx, &answer, revoke)?)),
            Found::Nothing => Ok(CancelSettled::NotDone),
            Found::TooOld => Ok(CancelSettled::CannotTell(settle::TOO_OLD.into())),
        }
    }
}

/// `authType`; the manual has none for a resident number.
fn auth_type(kind: IdKind) -> Result<&'static str, PgError> {
    match kind {
        IdKind::Phone => Ok("03"),
        IdKind::Business => Ok("04"),
        IdKind::TaxCard => Ok("05"),
        IdKind::Person => {
            let text = "KICC는 주민등록번호로 현금영수증을 발급하지 않습니다.";
            Err(PgError::invalid("identifier_type", text))
        }
    }
}

fn request(cx: &Cx<'_>, order: &ReceiptOrder) -> Result<Request, PgError> {
    let asked = &order.asked;
    let (free, vat) = (asked.tax_free.minor(), asked.vat.minor());
    let issue_type = match order.purpose {
        _ if order.id.as_str() == NOBODY => "03",
        Purpose::Person => "01",
        Purpose::Company => "02",
    };
    let mut info = json!({
        "mallId": cx.credentials.need("mid")?,
        "shopTransactionId": cx.operation_id,
        "shopReqDate": cx.at.kst8(),
        "shopOrderNo": asked.order_no,
        "goodsName": super::open::goods(&order.name),
        "amount": asked.amount.minor(),
        "serviceAmount": 0,
        "vatAmount": vat,
        "issueType": issue_type,
        "authType": auth_type(order.id_kind)?,
        "authValue": order.id.as_str(),
        "subMallUsed": "0",
    });
    let mut add = |name: &str, value: Value| {
        if let Some(fields) = info.as_object_mut() {
            fields.insert(name.into(), value);
        }
    };
    let buyer = [("customerName", &order.buyer.name), ("customerMail", &order.buyer.email)];
    for (name, text) in buyer {
        let text = clean(text, 20);
        if !text.is_empty() {
            add(name, text.into());
        }
    }
    if free > 0 {
        add("taxFlg", "TG01".into());
        add("taxAmount", (asked.amount.minor() - free - vat).into());
        add("freeAmount", free.into());
    }
    let path = "/directapi/trades/directCashReceiptApproval";
    Ok(wire::request(cx.mode, "receipt", path, &json!({ "directCashReceiptnfo": info })))
}

/// The receipt an answer tells of.
fn issued(cx: &Cx<'_>, answer: &Answer, asked: &ReceiptAsked) -> Result<Issued, PgError> {
    answer.must_echo("shopTransactionId", cx.operation_id)?;
    let said = wire::won(&answer.need("amount")?)?;
    if said != asked.amount {
        return Err(PgError::Unknown(format!("a receipt of {}", said.decimal())));
    }
    Ok(Issued {
        tid: answer.need("pgCno")?,
        number: answer.need("approvalNo")?,
        at: time(&answer.get("transactionDate")),
    })
}

fn revoke_request(cx: &Cx<'_>, revoke: &Revoke) -> Result<Request, PgError> {
    let key = cx.credentials.need("key")?;
    let body = json!({
        "mallId": cx.credentials.need("mid")?,
        "shopTransactionId": cx.operation_id,
        "pgCno": revoke.tid,
        "reviseTypeCode": "51",
        "cancelReqDate": cx.at.kst8(),
        "msgAuthValue": sign(key, &[&revoke.tid, cx.operation_id]),
        "reviseMessage": clean(&revoke.reason, 100),
    });
    Ok(wire::request(cx.mode, "cancel", "/api/trades/revise", &body))
}

fn revoked(cx: &Cx<'_>, answer: &Answer, revoke: &Revoke) -> Result<CancelDone, PgError> {
    answer.must_echo("shopTransactionId", cx.operation_id)?;
    answer.must_echo("oriPgCno", &revoke.tid)?;
    let inner = answer.get("reviseInfo.cashReceiptInfo.resCd");
    if !inner.is_empty() && inner != wire::OK {
        return Err(PgError::Unknown(format!("cashReceiptInfo says {inner}")));
    }
    let at = time(&answer.get("reviseInfo.cashReceiptInfo.cancelDate"));
    Ok(CancelDone {
        tid: answer.need("cancelPgCno")?,
        at: at.or_else(|| time(&answer.get("transactionDate"))),
    })
}

#[cfg(test)]
#[path = "receipt_tests.rs"]
mod tests;
