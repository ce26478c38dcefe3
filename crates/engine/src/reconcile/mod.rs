//! Reconciliation: a channel's money by our books against its PG's word, day by day.
//!
//! ```text
//! file (file.rs, mapping.rs) ─┐
//!                             ├─► run.rs: ours.rs × theirs ─► domain::reconcile ─► breaks
//! inquiries (lookup.rs)      ─┘        └─► decide.rs: propose, approve by another, close, remedy
//! ```
//!
//! A run writes what it found and never over a decision of people. A break that is not found again
//! is over by itself. What a PG could not be asked about is told and is never a break.

pub mod decide;
mod entry;
pub mod file;
pub mod list;
pub mod lookup;
pub mod mapping;
mod ours;
pub mod remedy;
pub mod run;

pub use domain::reconcile::{Days, Flow, Kind, Side};
pub use entry::entry_chain;
pub use lookup::{MOST_ASKED, NoPace, Pace, by_lookup};
pub use mapping::Mapping;
pub use run::{Outcome, from_file};
pub use store::recon::{BreakRow, RunRow};

use crate::{Engine, Error, Result};
use domain::{MerchantId, Millis};
use store::channels::ChannelRow;

/// The most days one run compares.
pub const LONGEST: i64 = 93;

/// The channel of a run: one that takes payments, perhaps deleted since.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn channel(engine: &Engine, merchant: MerchantId, id: i64) -> Result<ChannelRow> {
    let found = store::channels::find(&engine.db, merchant, id).await?;
    found.filter(ChannelRow::is_payment).ok_or(Error::NotFound("존재하지 않는 채널입니다."))
}

/// The merchant's channels that take payments, in the order they were added.
///
/// # Errors
/// Of the database.
pub async fn channels(engine: &Engine, merchant: MerchantId) -> Result<Vec<ChannelRow>> {
    let all = store::channels::list(&engine.db, merchant).await?;
    Ok(all.into_iter().filter(ChannelRow::is_payment).collect())
}

/// The one channel with this key, PG code or MID, of the merchant with this user code or of
/// whichever merchant has it.
///
/// # Errors
/// [`Error::Invalid`] if there is none, or more than one.
pub async fn find_channel(
    engine: &Engine,
    user_code: Option<&str>,
    name: &str,
) -> Result<ChannelRow> {
    let mut fits = store::channels::named(&engine.db, name).await?;
    if let Some(code) = user_code {
        let merchant = crate::merchants::get_by_user_code(engine, code).await?;
        fits.retain(|row| row.merchant_id == merchant.id);
    }
    match (fits.pop(), fits.is_empty()) {
        (Some(one), true) => Ok(one),
        (None, _) => Err(Error::invalid("channel", "그런 채널이 없습니다.")),
        (Some(_), false) => {
            let text = "여러 채널이 있습니다. 채널 키와 --merchant로 하나를 정해 주세요.";
            Err(Error::invalid("channel", text))
        }
    }
}

/// A KST day written `YYYY-MM-DD` (or without the dashes).
///
/// # Errors
/// [`Error::Invalid`] naming the field.
pub fn day(field: &str, text: &str) -> Result<i64> {
    let digits: String = text.trim().chars().filter(|c| *c != '-').collect();
    let at = Millis::parse_kst(&digits).filter(|_| digits.len() == 8);
    at.map(domain::reconcile::day_of)
        .ok_or_else(|| Error::invalid(field, "YYYY-MM-DD 형식의 날짜가 아닙니다."))
}

/// `YYYY-MM-DD` of a KST day.
#[must_use]
pub fn day_text(day: i64) -> String {
    domain::reconcile::start_of(day).kst_text()[..10].to_owned()
}

/// Days from one to another.
///
/// # Errors
/// [`Error::Invalid`] if they are in the wrong order or too many.
pub fn days(from: i64, to: i64) -> Result<Days> {
    if to < from {
        return Err(Error::invalid("to", "마지막 날이 첫날보다 앞섭니다."));
    }
    if to - from >= LONGEST {
        return Err(Error::invalid("to", format!("한 번에 {LONGEST}일까지 대사할 수 있습니다.")));
    }
    Ok(Days { from, to })
}
