//! The receipt of a payment that was cancelled in full is taken back: there is no sale any more.

use super::{ask, settle};
use crate::commit::Actor;
use crate::jobs::next::Next;
use crate::{Engine, Error, Result};
use domain::payment::State;
use domain::{MerchantId, Millis};
use store::Batch;
use store::attentions::{self, AttentionRow};
use store::cash_receipts::{self, CashReceiptRow};

/// How long until an open receipt is looked at again, seconds: its own job settles it.
const AGAIN: i64 = 60;

/// Wants the receipt of a payment taken back, in the batch that cancels the payment.
pub(crate) fn with_payment(batch: &mut Batch, merchant: MerchantId, imp_uid: &str, at: Millis) {
    cash_receipts::enqueue_if_live(batch, merchant, super::FOLLOW, imp_uid, at);
}

/// The job.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn follow(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<Next> {
    let _held = engine.locks.hold(imp_uid).await;
    let payment = store::payments::find(&engine.db, merchant, imp_uid).await?;
    if payment.is_none_or(|payment| payment.payment.state != State::Cancelled) {
        return Ok(Next::Done);
    }
    let live = cash_receipts::live_of_payment(&engine.db, merchant, imp_uid).await?;
    let Some(row) = live else { return Ok(Next::Done) };
    let line = settle::line(engine, &row).await?;
    let again = Next::Again { run_at: line.at.plus_seconds(AGAIN) };
    let row = settle::idle(engine, &line, row).await?;
    if settle::is_open(&row) {
        return Ok(again);
    }
    if row.state != "issued" {
        return Ok(Next::Done);
    }
    match ask::revoke(engine, &line, row.clone(), Actor::Job).await {
        Ok(_) => Ok(Next::Done),
        Err(Error::PgRefused { message, .. }) => {
            let now = cash_receipts::find_any(&engine.db, &row.receipt_id).await?;
            if now.is_some_and(|now| settle::is_open(&now)) {
                return Ok(again);
            }
            left(engine, &row, &message, line.at).await?;
            Ok(Next::Done)
        }
        Err(other) => Err(other),
    }
}

/// The PG refuses: a receipt without a sale is for a person to take back.
async fn left(engine: &Engine, row: &CashReceiptRow, why: &str, at: Millis) -> Result<()> {
    let mut batch = Batch::new();
    let detail = format!("전액취소된 결제의 현금영수증이 남아 있습니다. {why}");
    let person = AttentionRow {
        id: format!("cash_receipt_left:{}", row.receipt_id),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone().unwrap_or_default(),
        at: at.0,
        kind: "cash_receipt_left".to_owned(),
        detail: domain::text::cut(&detail, 500),
        resolved_at: None,
        resolved_by: None,
    };
    attentions::raise(&mut batch, &person);
    engine.db.commit(batch).await?;
    Ok(())
}
