//! `checking_amount` (V1 behaviour §3.6): before charges are planned, the key is tried with a small
//! charge, and the money goes back at once.
//!
//! The charge's batch holds the job that gives it back, so the money is owed from the moment the PG
//! may take it, whoever dies. The order number is derived from what is tried: a request that is
//! repeated finds its first try and charges nothing.

use crate::billing::charge::{self, ChargeRequest, Usage};
use crate::jobs::next::Next;
use crate::payments::cancel::{CancelRequest, cancel};
use crate::payments::settle::attention;
use crate::{Engine, Error, Result, seal};
use domain::payment::{Payment, State};
use domain::{MerchantId, Millis, retry};
use store::customers::CustomerRow;
use store::jobs::JobRow;
use store::payments::PaymentRow;
use store::{Batch, jobs};

/// The kind of the job that gives a check back; the key is the imp_uid.
pub const JOB: &str = "check_cancel";

/// Why, in the cancel's row.
const REASON: &str = "카드 정상결제 여부 확인";

/// Seconds until a check that is being settled is looked at again.
const SETTLING_SECONDS: i64 = 10;

/// The check will be given back; belongs into the batch of its intent.
pub(crate) fn owe(
    engine: &Engine,
    batch: &mut Batch,
    merchant: MerchantId,
    imp_uid: &str,
    at: Millis,
) {
    let run_at = at.plus_seconds(engine.settings.settle_grace_seconds);
    jobs::enqueue(batch, merchant, JOB, imp_uid, run_at);
}

/// Charges the customer's key and gives it back. `first` is the first planned order, which makes
/// the check's own number; `amount` is decimal text of major units.
///
/// # Errors
/// [`Error::PgRefused`] if the key cannot be charged, or nobody knows yet.
pub(super) async fn check(
    engine: &Engine,
    customer: &CustomerRow,
    first: &ChargeRequest,
    amount: &str,
) -> Result<()> {
    let merchant = MerchantId(customer.merchant_id);
    let request = ChargeRequest {
        merchant_uid: number(customer, first, amount),
        amount: amount.to_owned(),
        currency: first.currency.clone(),
        name: Some(REASON.to_owned()),
        ..ChargeRequest::default()
    };
    let _held = engine.locks.hold(&format!("check:{}", request.merchant_uid)).await;
    let order = std::slice::from_ref(&request.merchant_uid);
    let tried = store::payment_lists::by_numbers(&engine.db, merchant, &[], order).await?;
    let stands = |row: &PaymentRow| row.payment.state != State::Failed;
    let row = match tried.into_iter().find(stands) {
        Some(row) => row,
        None => {
            let uid = &customer.customer_uid;
            charge::again(engine, merchant, uid, request, Usage::Check).await?
        }
    };
    if row.paid_at.is_none() {
        let text = "PG사의 응답을 받지 못해 결과를 확인하고 있습니다.";
        return Err(Error::PgRefused { code: "F500".into(), message: text.into() });
    }
    if owed(&row.payment)
        && row.payment.pending_cancel().is_none()
        && let Err(error) = give_back(engine, &row).await
    {
        // The key is good; what is owed is the job's.
        tracing::warn!(imp_uid = row.imp_uid, %error, "a card check is given back later");
    }
    Ok(())
}

fn owed(payment: &Payment) -> bool {
    matches!(payment.state, State::Paid { .. } | State::PartCancelled { .. })
}

async fn give_back(engine: &Engine, row: &PaymentRow) -> Result<PaymentRow> {
    let reason = Some(REASON.to_owned());
    let request = CancelRequest { reason, ..CancelRequest::of(&row.imp_uid) };
    cancel(engine, MerchantId(row.merchant_id), &request).await
}

/// 38 characters, the same for the same try of the same key.
fn number(customer: &CustomerRow, first: &ChargeRequest, amount: &str) -> String {
    let (merchant, version) = (customer.merchant_id, customer.version);
    let currency = first.currency.as_deref().unwrap_or_default();
    let parts = [&customer.customer_uid, &first.merchant_uid, amount, currency];
    let text = format!("{merchant}\n{version}\n{}", parts.join("\n"));
    format!("check_{}", &seal::hash(&text)[..32])
}

/// The job: gives a check back, for as long as it takes. A PG that refuses is asked again, and a
/// person is told.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn cancel_owed(engine: &Engine, merchant: MerchantId, job: &JobRow) -> Result<Next> {
    let Some(row) = store::payments::find(&engine.db, merchant, job.key()).await? else {
        return Ok(Next::Done);
    };
    let at = crate::merchants::now_of(engine, merchant).await?;
    let soon = Next::Again { run_at: at.plus_seconds(SETTLING_SECONDS) };
    match row.payment.state {
        State::Failed | State::Cancelled => return Ok(Next::Done),
        State::Ready | State::Approving | State::Unknown | State::AccountIssued { .. } => {
            return Ok(soon);
        }
        State::Paid { .. } | State::PartCancelled { .. } => {}
    }
    if row.payment.pending_cancel().is_some() {
        return Ok(soon);
    }
    match give_back(engine, &row).await {
        Ok(row) if !owed(&row.payment) => Ok(Next::Done),
        Ok(_) => Ok(soon),
        Err(fault) if fault.is_fault() => Err(fault),
        Err(refusal) => {
            let mut batch = Batch::new();
            let person = attention(&row, JOB, &refusal.to_string(), at);
            store::attentions::raise(&mut batch, &person);
            engine.db.commit(batch).await?;
            let attempts = u32::try_from(job.attempts).unwrap_or(u32::MAX);
            let seconds = retry::settle_delay(attempts).max(SETTLING_SECONDS);
            Ok(Next::Again { run_at: at.plus_seconds(seconds) })
        }
    }
}
