//! How an errand ended: written down, and asked about where there was no answer.

use super::{JOB, NOT_DONE, account};
use crate::jobs::next::Next;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{MerchantId, retry};
use pg::ErrandSettled;
use store::Batch;
use store::attentions::AttentionRow;
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
        answer @ (Ok(ErrandSettled::NotDone) | Err(_)) => {
            let mut batch = exchanges(line);
            let merchant = MerchantId(asked.merchant_id);
            store::errands::count_attempt(&mut batch, merchant, &asked.errand_id);
            if let Err(error) = answer
                && asked.settle_attempts + 1 >= retry::SILENT_AFTER
            {
                let person = silent(&asked, &error.to_string(), line.at.0);
                store::attentions::raise(&mut batch, &person);
            }
            engine.db.commit(batch).await?;
            Ok(ErrandRow { settle_attempts: asked.settle_attempts + 1, ..asked })
        }
    }
}

/// The id of the attention about an errand.
pub(super) fn attention_id(errand_id: &str) -> String {
    format!("errand_unknown:{errand_id}")
}

/// The PG stays silent: a person can look at its own pages.
fn silent(asked: &ErrandRow, why: &str, at: i64) -> AttentionRow {
    let what = format!("{} {}", asked.kind, asked.target);
    AttentionRow {
        id: attention_id(&asked.errand_id),
        merchant_id: asked.merchant_id,
        imp_uid: asked.imp_uid.clone(),
        at,
        kind: "errand_unknown".to_owned(),
        detail: domain::text::cut(&format!("{why} ({})", what.trim()), 500),
        resolved_at: None,
        resolved_by: None,
    }
}

/// Staff say how an errand ended, having looked at the PG's own pages.
///
/// # Errors
/// [`Error::NotFound`] if it has an end already.
pub(crate) async fn decide(
    engine: &Engine,
    merchant: MerchantId,
    errand_id: &str,
    done: bool,
    by: &str,
) -> Result<()> {
    let gone = Error::NotFound("이미 처리되었거나 없는 항목입니다.");
    let Some(asked) = store::errands::find(&engine.db, merchant, errand_id).await? else {
        return Err(gone);
    };
    let _held = engine.locks.hold(&format!("errand:{}:{}", asked.imp_uid, asked.target)).await;
    let asked = store::errands::find(&engine.db, merchant, errand_id).await?;
    let Some(asked) = asked.filter(|asked| asked.state == "asked") else { return Err(gone) };
    let row = store::payments::find(&engine.db, merchant, &asked.imp_uid).await?;
    let row = row.ok_or_else(|| Error::internal("the errand's payment is gone"))?;
    let line = Line::open(engine, &row).await?;
    let (state, message) = match done {
        true => ("done", None),
        false => ("refused", Some("담당자가 PG사에서 확인하였습니다. 처리되지 않았습니다.")),
    };
    let ended = end(engine, &line, &asked, (state, message), by).await?;
    tracing::info!(errand_id, state = ended.state, by, "an errand was decided by a person");
    Ok(())
}

/// Writes an end down; the job is not needed any more.
pub(super) async fn finish(
    engine: &Engine,
    line: &Line,
    asked: &ErrandRow,
    state: &str,
    message: Option<&str>,
) -> Result<ErrandRow> {
    end(engine, line, asked, (state, message), "job").await
}

/// As [`finish`]; `by` is who found out.
async fn end(
    engine: &Engine,
    line: &Line,
    asked: &ErrandRow,
    (state, message): (&str, Option<&str>),
    by: &str,
) -> Result<ErrandRow> {
    let merchant = MerchantId(asked.merchant_id);
    let ended = ErrandRow {
        state: state.to_owned(),
        ended_at: Some(line.at.0),
        message: message.map(|text| domain::text::cut(text, 500)),
        ..asked.clone()
    };
    let mut batch = exchanges(line);
    store::errands::finish(&mut batch, &ended);
    store::jobs::remove(&mut batch, merchant, JOB, &asked.errand_id);
    let id = attention_id(&asked.errand_id);
    store::attentions::close_one(&mut batch, merchant, &id, by, line.at.0);
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
