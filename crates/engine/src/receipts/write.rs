//! The one way a receipt changes: its row with a version check, its exchanges, its job, and a line
//! in the payment's history, in one batch.

use crate::commit::{Actor, Change, Conflict};
use crate::payments::approval::ROUNDS;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::cash_receipts::{self, CashReceiptRow};
use store::{Batch, CommitError, jobs};

/// Writes a receipt down. `row` is as it shall be, with the version it was read with. False with
/// the row as it is if somebody else changed it first.
pub(super) async fn write(
    engine: &Engine,
    line: &Line,
    row: CashReceiptRow,
    (actor, event): (Actor, &str),
    extra: Batch,
) -> Result<(CashReceiptRow, bool)> {
    let read = row.version;
    let row = CashReceiptRow { version: read + 1, ..row };
    let merchant = MerchantId(row.merchant_id);
    let mut batch = extra;
    cash_receipts::update(&mut batch, &row);
    match row.state.as_str() {
        "issuing" | "revoking" => {
            let run_at = line.at.plus_seconds(engine.settings.settle_grace_seconds);
            if row.settle_attempts == 0 {
                jobs::enqueue(&mut batch, merchant, super::JOB, &row.receipt_id, run_at);
            }
        }
        _ => jobs::remove(&mut batch, merchant, super::JOB, &row.receipt_id),
    }
    let exchanges = line.take();
    for _ in 0..ROUNDS {
        let written = match &row.imp_uid {
            Some(imp_uid) => {
                let payment = store::payments::find(&engine.db, merchant, imp_uid).await?;
                let payment = payment.ok_or_else(|| Error::internal("the payment is gone"))?;
                let mut change = Change::new(engine, payment, actor, line.at);
                change.note(event);
                if let Some(message) = &row.message {
                    change.detail("message", message.clone());
                }
                change.exchanges(&exchanges);
                change.batch.extend(batch.clone());
                change.commit(engine).await.map(drop)
            }
            None => alone(engine, &batch, &exchanges).await,
        };
        match written {
            Ok(()) => return Ok((row, true)),
            Err(Conflict::Changed) => {
                let now = cash_receipts::find_any(&engine.db, &row.receipt_id).await?;
                let now = now.ok_or_else(|| Error::internal("the receipt is gone"))?;
                if now.version != read {
                    return Ok((now, false));
                }
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("the payment kept changing"))
}

/// A receipt without a payment.
pub(super) async fn alone(
    engine: &Engine,
    batch: &Batch,
    exchanges: &[store::exchanges::ExchangeRow],
) -> std::result::Result<(), Conflict> {
    let mut batch = batch.clone();
    for row in exchanges {
        store::exchanges::insert(&mut batch, row);
    }
    match engine.db.commit(batch).await {
        Ok(_) => {
            engine.wake.notify_one();
            Ok(())
        }
        Err(CommitError::Expectation(_)) => Err(Conflict::Changed),
        Err(other) => Err(Conflict::Failed(other.into())),
    }
}
