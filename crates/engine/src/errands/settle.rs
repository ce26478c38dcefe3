//! How an errand ended: written down, and asked about where there was no answer.

use super::{JOB, NOT_DONE, account};
use crate::jobs::next::Next;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{MerchantId, retry};
use pg::ErrandSettled;
use store::Batch;
use store::errands::ErrandRow;

/// The job [`JOB`].
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn settle(engine: &Engine, merchant: MerchantId, errand_id: &str) -> Result<Next> {
    let Some(asked) = store::errands::find(&engine.db, merchant, errand_id).await? else {
        return Ok(Next::Done);
    };
    let _held = engine.locks.hold(&format!("errand:{}:{}", asked.imp_uid, asked.target)).await;
    // Whoever held the lock may have settled it.
    let asked = store::errands::find(&engine.db, merchant, errand_id).await?;
    let Some(asked) = asked.filter(|asked| asked.state == "asked") else {
        return Ok(Next::Done);
    };
    let row = store::payments::find(&engine.db, merchant, &asked.imp_uid).await?;
    let row = row.ok_or_else(|| Error::internal("the errand's payment is gone"))?;
    let line = Line::open(engine, &row).await?;
    let ended = now(engine, &line, asked).await?;
    if ended.state != "asked" {
        return Ok(Next::Done);
    }
    let attempts = u32::try_from(ended.settle_attempts).unwrap_or(u32::MAX);
    Ok(Next::Again { run_at: line.at.plus_seconds(retry::settle_delay(attempts)) })
}

/// Asks the PG once how an errand ended; gives it as it is then. The caller holds its lock.
pub(super) async fn now(engine: &Engine, line: &Line, asked: ErrandRow) -> Result<ErrandRow> {
    let verbs = line.pg.errands().ok_or_else(|| Error::internal("no errands"))?;
    let waited = (line.at.0 - asked.asked_at) / 1000;
    let graced = waited >= engine.settings.settle_grace_seconds;
    match verbs.settle(&line.cx(&asked.errand_id)).await {
        Ok(ErrandSettled::Done) => finish(engine, line, &asked, "done", None).await,
        // Earlier, the call itself may still be on its way.
        Ok(ErrandSettled::NotDone) if graced => {
            finish(engine, line, &asked, "refused", Some(NOT_DONE)).await
        }
        Ok(ErrandSettled::NotDone) | Err(_) => {
            let mut batch = exchanges(line);
            let merchant = MerchantId(asked.merchant_id);
            store::errands::count_attempt(&mut batch, merchant, &asked.errand_id);
            engine.db.commit(batch).await?;
            Ok(ErrandRow { settle_attempts: asked.settle_attempts + 1, ..asked })
        }
    }
}

/// Writes an end down; the job is not needed any more.
pub(super) async fn finish(
    engine: &Engine,
    line: &Line,
    asked: &ErrandRow,
    state: &str,
    message: Option<&str>,
) -> Result<ErrandRow> {
    let ended = ErrandRow {
        state: state.to_owned(),
        ended_at: Some(line.at.0),
        message: message.map(|text| domain::text::cut(text, 500)),
        ..asked.clone()
    };
    let mut batch = exchanges(line);
    store::errands::finish(&mut batch, &ended);
    store::jobs::remove(&mut batch, MerchantId(asked.merchant_id), JOB, &asked.errand_id);
    if ended.kind == account::KIND && ended.state == "done" {
        return account::changed(engine, line, ended, batch).await;
    }
    engine.db.commit(batch).await?;
    Ok(ended)
}

fn exchanges(line: &Line) -> Batch {
    let mut batch = Batch::new();
    for exchange in line.take() {
        store::exchanges::insert(&mut batch, &exchange);
    }
    batch
}
