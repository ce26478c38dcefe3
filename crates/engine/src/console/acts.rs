//! Acts of staff that other callers have no verb for, or that leave an audit line only here.

use crate::payments::cancel::{self, CancelRequest};
use crate::rows::PaymentRow;
use crate::{Engine, Error, Result, SandboxPort, audit, merchants};
use domain::payment::State;
use domain::{MerchantId, Millis};
use serde_json::Value;
use std::sync::Arc;
use store::Batch;

/// Writes an audit line of its own.
///
/// # Errors
/// Of the database.
pub async fn note(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    action: &str,
    detail: &str,
) -> Result<()> {
    let mut batch = Batch::new();
    audit::note(engine, &mut batch, merchant, actor, action, domain::text::cut(detail, 500));
    engine.db.commit(batch).await?;
    Ok(())
}

/// Cancels on behalf of a person: the audit line is written first, so that no cancel is without
/// one. It runs to its end even if the browser goes away.
///
/// # Errors
/// Those of [`cancel::cancel`].
pub async fn cancel(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    request: CancelRequest,
) -> Result<PaymentRow> {
    let what = request.imp_uid.as_deref().unwrap_or("?");
    let amount = request.amount.as_deref().unwrap_or("*");
    let reason = request.reason.as_deref().unwrap_or("");
    let detail = format!("{what} {amount} {reason}");
    note(engine, merchant, actor, "payment.cancel", &detail).await?;
    let engine = engine.clone();
    crate::detached(async move { cancel::cancel(&engine, merchant, &request).await }).await
}

pub(super) fn reason_text(reason: &str) -> Result<String> {
    let reason = domain::text::cut(reason, 200).trim().to_owned();
    if reason.is_empty() {
        Err(Error::invalid("reason", "사유를 입력해 주세요."))
    } else {
        Ok(reason)
    }
}

/// Plays the customer who pays into a virtual account of the sandbox: the whole amount, now.
///
/// # Errors
/// [`Error::Forbidden`] without a sandbox or for a live payment; [`Error::Refused`] if no deposit
/// is awaited, or in the bank's words.
pub async fn deposit(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    imp_uid: &str,
    depositor: &str,
) -> Result<Value> {
    let story = super::story(engine, merchant, imp_uid).await?;
    if !story.sandbox {
        return Err(Error::Forbidden("입금 처리는 샌드박스에서만 할 수 있습니다."));
    }
    let row = &story.view.row;
    let waiting = matches!(row.payment.state, State::AccountIssued { .. });
    let Some(tid) = row.pg_tid.as_deref().filter(|_| waiting) else {
        return Err(Error::Refused("입금을 기다리는 가상계좌가 아닙니다.".to_owned()));
    };
    let bank = sandbox(engine)?;
    let detail = format!("{imp_uid} {}", row.payment.amount.decimal());
    note(engine, merchant, actor, "sandbox.deposit", &detail).await?;
    let depositor = domain::text::cut(depositor, 30);
    let amount = row.payment.amount.minor();
    bank.deposit(&row.pg, tid, amount, &depositor, story.now).await.map_err(Error::Refused)
}

/// Moves the merchant's sandbox clock forward; see [`merchants::advance`].
///
/// # Errors
/// Those of [`merchants::advance`].
pub async fn advance_clock(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    seconds: i64,
) -> Result<Millis> {
    let now = merchants::advance(engine, merchant, seconds).await?;
    note(engine, merchant, actor, "sandbox.clock", &format!("+{seconds} s")).await?;
    Ok(now)
}

/// Arms a fault of the sandbox.
///
/// # Errors
/// [`Error::Forbidden`] without a sandbox; [`Error::Refused`] naming the field.
pub async fn arm_fault(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    fault: &Value,
) -> Result<()> {
    sandbox(engine)?.add_fault(fault).map_err(Error::Refused)?;
    note(engine, merchant, actor, "sandbox.fault", &fault.to_string()).await
}

/// Disarms one fault of the sandbox.
///
/// # Errors
/// [`Error::Forbidden`] without a sandbox; [`Error::NotFound`] if it is gone.
pub async fn remove_fault(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    id: u64,
) -> Result<()> {
    if !sandbox(engine)?.remove_fault(id) {
        return Err(Error::NotFound("이미 꺼진 장애입니다."));
    }
    note(engine, merchant, actor, "sandbox.fault_remove", &id.to_string()).await
}

/// Disarms every fault of the sandbox.
///
/// # Errors
/// [`Error::Forbidden`] without a sandbox.
pub async fn clear_faults(engine: &Engine, merchant: MerchantId, actor: &str) -> Result<()> {
    sandbox(engine)?.clear_faults();
    note(engine, merchant, actor, "sandbox.faults_clear", "").await
}

fn sandbox(engine: &Engine) -> Result<&Arc<dyn SandboxPort>> {
    engine.sandbox.as_ref().ok_or(Error::Forbidden("샌드박스가 없습니다."))
}
