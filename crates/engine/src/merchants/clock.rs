//! Each merchant's own time: the wall clock, and ahead of it where a sandbox moved it.

use crate::{Engine, Error, Result, jobs};
use domain::{MerchantId, Millis};
use store::Batch;
use store::merchants::{self, MerchantRow};

/// The longest step of [`advance`]: 366 days, in seconds.
pub const LONGEST_STEP: i64 = 366 * 86_400;

/// The merchant's time now.
#[must_use]
pub fn now_for(engine: &Engine, merchant: &MerchantRow) -> Millis {
    merchant.time(engine.now())
}

/// The merchant's time now, for who has not read its row.
///
/// # Errors
/// Of the database.
pub async fn now_of(engine: &Engine, merchant: MerchantId) -> Result<Millis> {
    Ok(now_for(engine, &super::get(engine, merchant).await?))
}

/// Moves a merchant's clock forward by some seconds, then does what has become due. Gives the
/// merchant's new time. Only where there is a sandbox; time never goes back.
///
/// # Errors
/// [`Error::Forbidden`] without a sandbox, [`Error::Invalid`] for a step out of 1 s to 366 days.
pub async fn advance(engine: &Engine, merchant: MerchantId, seconds: i64) -> Result<Millis> {
    if engine.sandbox.is_none() {
        return Err(Error::Forbidden("시간 이동은 샌드박스에서만 할 수 있습니다."));
    }
    if !(1..=LONGEST_STEP).contains(&seconds) {
        let text = format!("1초에서 {LONGEST_STEP}초(366일) 사이여야 합니다.");
        return Err(Error::invalid("seconds", text));
    }
    let mut batch = Batch::new();
    merchants::advance_clock(&mut batch, merchant, seconds * 1_000);
    engine.db.commit(batch).await?;
    jobs::run_due(engine, merchant).await?;
    now_of(engine, merchant).await
}
