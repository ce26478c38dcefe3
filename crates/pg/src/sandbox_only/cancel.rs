//! Giving money back, in part or whole, or closing an account nobody paid into.

use super::SandboxOnly;
use super::wire::{call, need, text};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelDone, CancelOrder};
use domain::Millis;
use serde_json::{Value, json};

/// Cancels.
pub(super) async fn cancel(
    pg: &SandboxOnly,
    cx: &Cx<'_>,
    cancel: &CancelOrder,
) -> Result<CancelDone, PgError> {
    done(&call(pg, cx, "cancel", request(cancel)?).await?, cancel)
}

fn request(cancel: &CancelOrder) -> Result<Value, PgError> {
    let refund = match &cancel.refund {
        Some(refund) => json!({
            "bank_code": refund.bank_code,
            "refund_account": refund.number,
            "holder": refund.holder,
        }),
        None if cancel.deposited && cancel.method == "vbank" => {
            let message = "입금된 가상계좌를 환불하려면 환불계좌가 필요합니다.";
            return Err(PgError::invalid("refund_account", message));
        }
        None => Value::Null,
    };
    Ok(json!({
        "tid": cancel.tid,
        "amount": cancel.amount.minor(),
        "left": cancel.left.minor(),
        "currency": cancel.amount.currency().code(),
        "reason": cancel.reason,
        "refund": refund,
        "item": cancel.item.as_ref().map(super::naver::item),
    }))
}

/// The cancel an answer tells of.
pub(super) fn done(data: &Value, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
    let amount = data.get("amount").and_then(Value::as_i64);
    if text(data, "tid") != cancel.tid || amount != Some(cancel.amount.minor()) {
        return Err(PgError::Unknown("an answer about another cancel".into()));
    }
    Ok(CancelDone {
        tid: need(data, "cancel_no")?.to_owned(),
        at: data.get("at").and_then(Value::as_i64).map(Millis),
    })
}
