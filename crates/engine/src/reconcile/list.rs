//! What the console shows of reconciliation.

use super::{BreakRow, RunRow};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::recon;

/// The newest runs, newest first.
///
/// # Errors
/// Of the database.
pub async fn runs(engine: &Engine, merchant: MerchantId, limit: i64) -> Result<Vec<RunRow>> {
    Ok(recon::list_runs(&engine.db, merchant, limit.clamp(1, 200)).await?)
}

/// Breaks, newest first: those that wait for somebody, or those that are over.
///
/// # Errors
/// Of the database.
pub async fn breaks(
    engine: &Engine,
    merchant: MerchantId,
    over: bool,
    before: i64,
    limit: i64,
) -> Result<Vec<BreakRow>> {
    let ended = ["corrected", "remedied", "closed", "other_day", "vanished"];
    let statuses: &[&str] = if over { &ended } else { &recon::OPEN };
    let limit = limit.clamp(1, 500);
    Ok(recon::list_breaks(&engine.db, merchant, statuses, before, limit).await?)
}

/// One break.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn one(engine: &Engine, merchant: MerchantId, id: i64) -> Result<BreakRow> {
    let found = recon::find_break(&engine.db, merchant, id).await?;
    found.ok_or(Error::NotFound("존재하지 않는 불일치 항목입니다."))
}

/// How many breaks wait for somebody.
///
/// # Errors
/// Of the database.
pub async fn waiting(engine: &Engine, merchant: MerchantId) -> Result<i64> {
    Ok(recon::open_count(&engine.db, merchant).await?)
}
