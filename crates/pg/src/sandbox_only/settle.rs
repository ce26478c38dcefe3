//! How an unanswered call ended: the sandbox remembers every operation by its number.

use super::SandboxOnly;
use super::approve::approval as read;
use super::cancel::done;
use super::wire::{call, text};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelOrder, CancelSettled, Settled};
use serde_json::{Value, json};

/// How an approval, a charge or the issue of an account ended.
pub(super) async fn approval(
    pg: &SandboxOnly,
    cx: &Cx<'_>,
    order_no: &str,
) -> Result<Settled, PgError> {
    Ok(match lookup(pg, cx).await? {
        Some(found) => Settled::Approved(Box::new(read(&found, order_no)?)),
        None => Settled::Nothing,
    })
}

/// How a cancel ended.
pub(super) async fn cancel(
    pg: &SandboxOnly,
    cx: &Cx<'_>,
    cancel: &CancelOrder,
) -> Result<CancelSettled, PgError> {
    Ok(match lookup(pg, cx).await? {
        Some(found) => CancelSettled::Done(done(&found, cancel)?),
        None => CancelSettled::NotDone,
    })
}

/// What the operation was answered, if it was carried out.
pub(super) async fn lookup(pg: &SandboxOnly, cx: &Cx<'_>) -> Result<Option<Value>, PgError> {
    let answer = call(pg, cx, "lookup", json!({})).await?;
    match answer.get("found") {
        Some(Value::Null) => Ok(None),
        Some(found) if text(found, "result") == "refused" => Ok(None),
        Some(found) if text(found, "result") == "ok" => Ok(Some(found.clone())),
        _ => Err(PgError::Unknown("a lookup that says nothing".into())),
    }
}
