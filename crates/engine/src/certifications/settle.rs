//! The job: the PG was asked and its answer was lost, so it is asked again until it comes.

use super::change::{conclude, line};
use super::is_open;
use crate::jobs::next::Next;
use crate::{Engine, Result};
use domain::{MerchantId, retry};
use store::certifications;

/// Asks once. `attempts` is how often the job was put off.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn settle(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    attempts: i64,
) -> Result<Next> {
    let _held = engine.locks.hold(imp_uid).await;
    let row = certifications::find(&engine.db, merchant, imp_uid).await?;
    let Some(row) = row.filter(|row| is_open(row) && row.asking_at.is_some()) else {
        return Ok(Next::Done);
    };
    let line = line(engine, &row).await?;
    let number = row.pg_tid.clone().unwrap_or_default();
    let operation = format!("{imp_uid}r");
    let answer = line.pg.result(&line.cx(&operation), imp_uid, &number).await;
    let row = conclude(engine, &line, row, &answer).await?;
    if row.asking_at.is_none() {
        return Ok(Next::Done);
    }
    let attempts = u32::try_from(attempts + 1).unwrap_or(u32::MAX);
    Ok(Next::Again { run_at: line.at.plus_seconds(retry::settle_delay(attempts)) })
}
