//! Gives money back, in part or whole.

use super::wire::{call, request};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelDone, CancelOrder};
use serde_json::{Value, json};

/// Asks for the cancel.
pub(super) async fn cancel(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
    let body = json!({
        "tid": cancel.tid,
        "amount": cancel.amount.minor(),
        "reason": cancel.reason,
        "once": cx.operation_id,
    });
    outcome(&call(cx, request("cancel", "/cancel", &body)).await?)
}

/// What the answer says. Whatever is not a documented yes or no is `Unknown`.
fn outcome(answer: &Value) -> Result<CancelDone, PgError> {
    let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
    match text("result").as_str() {
        "ok" => Ok(CancelDone { tid: text("tid"), at: None }),
        "no" => Err(PgError::declined(text("code"), text("message"))),
        other => Err(PgError::Unknown(format!("result {other:?}"))),
    }
}
