//! Approval: the money, or the number of a virtual account.

use super::codes::method_to_v1;
use super::wire::{call, request};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Approval, Order};
use domain::Money;
use serde_json::{Value, json};

/// Asks for the approval. `auth` is what `read_return` kept.
pub(super) async fn approve(
    cx: &Cx<'_>,
    order: &Order,
    memo: &str,
    auth: &str,
) -> Result<Approval, PgError> {
    let body = json!({ "auth": auth, "order": order.imp_uid, "once": cx.operation_id });
    outcome(&call(cx, request("approve", "/approve", &body)).await?, order, memo)
}

/// What the answer says. Whatever is not a documented yes or no is `Unknown`.
fn outcome(answer: &Value, order: &Order, memo: &str) -> Result<Approval, PgError> {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    match text("result").as_str() {
        "ok" => {}
        "no" => return Err(PgError::declined(text("code"), text("message"))),
        other => return Err(PgError::Unknown(format!("result {other:?}"))),
    }
    let amount = Money::parse(&text("amount"), order.amount.currency())
        .map_err(|error| PgError::Unknown(format!("amount: {error}")))?;
    Ok(Approval {
        tid: text("tid"),
        amount,
        account: None,
        apply_num: None,
        at: None,
        method: method_to_v1(&text("method")).map(str::to_owned),
        emb_pg_provider: None,
        card: None,
        bank: None,
        cash_receipt: false,
        issued_key: None,
        memo: memo.to_owned(),
    })
}
