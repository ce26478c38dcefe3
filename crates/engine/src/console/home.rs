//! The home page's figures: today by PG and method, thirty days, what needs a person.

use crate::rows::{AttentionRow, PaymentRow, WebhookRow};
use crate::{Engine, Result, merchants};
use domain::{MerchantId, Millis};
use store::search::Filter;
use store::{attentions, channels, search, statistics};

pub use store::statistics::{DaySum, Tally};

/// Days the chart shows.
pub const DAYS: i64 = 30;
const DAY_MS: i64 = 86_400_000;
/// A webhook that fails is shown for so long.
const FAILING_DAYS: i64 = 7;
/// Rows of each kind on the page.
const SHOWN: i64 = 20;

/// Everything the home page shows.
#[derive(Clone, Debug)]
pub struct Home {
    /// The merchant's time.
    pub now: Millis,
    /// There is or was a payment, in either mode.
    pub any: bool,
    /// Payments requested since midnight (KST), by how they ended.
    pub today: Vec<Tally>,
    /// Paid sums by day and currency; days without a payment are left out.
    pub days: Vec<DaySum>,
    /// The number of today's day, as in [`DaySum::day`].
    pub last_day: i64,
    /// Open attentions of both modes.
    pub attentions: Vec<AttentionRow>,
    /// How many attentions are open in all.
    pub waiting: i64,
    /// Payments whose outcome the PG has not told, of both modes.
    pub unknown: Vec<PaymentRow>,
    /// Webhooks of the last week that were tried and not taken.
    pub failing: Vec<WebhookRow>,
}

/// The mode a merchant wants to see first: `live` as soon as there is a live channel.
///
/// # Errors
/// Of the database.
pub async fn mode(engine: &Engine, merchant: MerchantId) -> Result<&'static str> {
    let rows = channels::list(&engine.db, merchant).await?;
    Ok(if rows.iter().any(|row| !row.is_test()) { "live" } else { "test" })
}

/// Reads it. `mode` is `live` or `test`.
///
/// # Errors
/// Of the database.
pub async fn home(engine: &Engine, merchant: MerchantId, mode: &str) -> Result<Home> {
    let db = &engine.db;
    let owner = merchants::get(engine, merchant).await?;
    let now = merchants::now_for(engine, &owner);
    let tomorrow = now.end_of_kst_day(0).0 + 1_000;
    let (midnight, first) = (tomorrow - DAY_MS, tomorrow - DAYS * DAY_MS);
    let states = ["unknown", "approving"].map(str::to_owned);
    let unsettled = Filter { states: Vec::from(states), ..Filter::default() };
    let grace = engine.settings.settle_grace_seconds;
    let mut unknown = search::page(db, merchant, &unsettled, None, SHOWN).await?;
    // One that is being approved right now is none of a person's business yet.
    unknown.retain(|row| {
        let since = Millis(row.approving_at.unwrap_or(row.started_at));
        row.payment.stored().word == "unknown" || since.plus_seconds(grace) < now
    });
    let since = (engine.now().0 - FAILING_DAYS * DAY_MS).max(0) << 20;
    Ok(Home {
        now,
        any: statistics::any(db, merchant).await?,
        today: statistics::tallies(db, merchant, mode, (midnight, tomorrow)).await?,
        days: statistics::days(db, merchant, mode, (first, tomorrow)).await?,
        last_day: (now.0 + 9 * 3_600_000).div_euclid(DAY_MS),
        attentions: attentions::open(db, merchant, SHOWN).await?,
        waiting: attentions::count_open(db, merchant).await?,
        unknown,
        failing: statistics::failing_webhooks(db, merchant, since, SHOWN).await?,
    })
}
