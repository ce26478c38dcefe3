//! Reads plans.

use super::MISSING;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::schedules::{Filter, Listing, ScheduleRow};

/// The longest stretch of time one list may cover: three months, in milliseconds.
const LONGEST: i64 = 93 * 86_400_000;

/// The plan for an order.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<ScheduleRow> {
    let row = store::schedules::find(&engine.db, merchant, merchant_uid).await?;
    row.ok_or(Error::NotFound(MISSING))
}

/// Plans in a stretch of time.
///
/// # Errors
/// [`Error::Invalid`] for a stretch that is empty backwards or longer than three months.
pub async fn list(
    engine: &Engine,
    merchant: MerchantId,
    filter: &Filter<'_>,
) -> Result<Listing> {
    if filter.from > filter.to || filter.to.saturating_sub(filter.from) > LONGEST {
        return Err(Error::invalid("schedule_to", "검색 파라메터가 유효하지 않습니다."));
    }
    Ok(store::schedules::list(&engine.db, merchant, filter).await?)
}
