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

/// The most stops [`advance`] makes on its way, and for how long it makes any, milliseconds of the
/// wall clock: a PG that never answers is asked every hour, and a year has many.
const STOPS: usize = 1_000;
const PATIENCE_MS: i64 = 60_000;

/// Moves a merchant's clock forward by some seconds. It stops wherever a job becomes due and does
/// it then, so that charges planned for twelve months are made on their twelve days, in order;
/// after [`STOPS`] of them, or a minute, it goes to the end at once. Gives the merchant's new time.
/// Only where there is a sandbox; time never goes back.
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
    let begun = engine.now();
    let mut left = seconds.saturating_mul(1_000);
    jobs::run_due(engine, merchant).await?;
    for _ in 0..STOPS {
        if left <= 0 || engine.now().0 - begun.0 > PATIENCE_MS {
            break;
        }
        let now = now_of(engine, merchant).await?;
        let next = store::jobs::next_after(&engine.db, merchant, now).await?;
        // Two who advance at once both count: each goes its own way, by steps that add up.
        let step = next.map_or(left, |next| (next.0 - now.0).min(left));
        shift(engine, merchant, step).await?;
        left -= step;
        jobs::run_due(engine, merchant).await?;
    }
    if left > 0 {
        shift(engine, merchant, left).await?;
        jobs::run_due(engine, merchant).await?;
    }
    now_of(engine, merchant).await
}

async fn shift(engine: &Engine, merchant: MerchantId, by_ms: i64) -> Result<()> {
    let mut batch = Batch::new();
    merchants::advance_clock(&mut batch, merchant, by_ms);
    engine.db.commit(batch).await?;
    Ok(())
}
