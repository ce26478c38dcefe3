//! Reads plans.

use super::MISSING;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use domain::payment::Status;
use std::collections::HashSet;
use store::schedules::{Filter, Listing, ScheduleRow};

/// The longest stretch of time one list may cover: three months, in milliseconds.
const LONGEST: i64 = 93 * 86_400_000;

/// The plan for an order.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(engine: &Engine, merchant: MerchantId, merchant_uid: &str) -> Result<ScheduleRow> {
    let row = store::schedules::find(&engine.db, merchant, merchant_uid).await?;
    let mut rows = vec![row.ok_or(Error::NotFound(MISSING))?];
    refresh(engine, merchant, &mut rows).await?;
    rows.pop().ok_or(Error::NotFound(MISSING))
}

/// A plan keeps how its charge ended; whether that was cancelled since, the payment knows.
async fn refresh(engine: &Engine, merchant: MerchantId, rows: &mut [ScheduleRow]) -> Result<()> {
    let charged: Vec<String> = rows.iter().filter_map(|row| row.imp_uid.clone()).collect();
    if charged.is_empty() {
        return Ok(());
    }
    let payments = store::payment_lists::by_numbers(&engine.db, merchant, &charged, &[]).await?;
    let cancelled: HashSet<String> = payments
        .into_iter()
        .filter(|payment| payment.payment.status() == Status::Cancelled)
        .map(|payment| payment.imp_uid)
        .collect();
    for row in rows {
        if row.imp_uid.as_ref().is_some_and(|imp_uid| cancelled.contains(imp_uid)) {
            row.payment_status = Some(Status::Cancelled.as_str().to_owned());
        }
    }
    Ok(())
}

/// Plans in a stretch of time.
///
/// # Errors
/// [`Error::Invalid`] for a stretch that is empty backwards or longer than three months.
pub async fn list(engine: &Engine, merchant: MerchantId, filter: &Filter<'_>) -> Result<Listing> {
    if filter.from > filter.to || filter.to.saturating_sub(filter.from) > LONGEST {
        return Err(Error::invalid("schedule_to", "검색 파라메터가 유효하지 않습니다."));
    }
    let mut found = store::schedules::list(&engine.db, merchant, filter).await?;
    refresh(engine, merchant, &mut found.rows).await?;
    Ok(found)
}
