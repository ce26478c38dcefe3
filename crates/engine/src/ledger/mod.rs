//! The ledger: an entry under every movement of money, in the batch that says it moved.
//!
//! Entries are made by [`commit`](crate::commit) and nowhere else: [`domain::ledger`] says which
//! entry a step is, [`entry`] chains it to the payment's last one. [`tend`] opens what is older
//! than the ledger and seals what is a few minutes old; [`verify`] recomputes all of it;
//! [`correct`] is how a person puts right what a PG's books say otherwise.

mod correct;
pub(crate) mod entry;
pub mod tend;
pub(crate) mod unknown;
pub mod verify;

pub use correct::{Correction, correct};
pub use domain::ledger::{Account, Kind, Transfer};
pub use entry::Floor;
pub use tend::tend;
pub use unknown::correct_unknown;
pub use verify::{Report, verify, verify_in, verify_one};

use crate::{Engine, Result};
use domain::{Currency, MerchantId};
use store::ledger::EntryRow;
use store::payments::PaymentRow;

/// Whether this payment moves money at all: most windows that issue a billing key show an amount
/// and charge nothing (V1 behaviour §4.6).
#[must_use]
pub(crate) fn charged(row: &PaymentRow) -> bool {
    let usage = row.customer_uid_usage.as_deref().unwrap_or_default();
    charges(usage, &row.pg, row.payment.amount.minor())
}

/// As [`charged`], of the columns that say it.
pub(crate) fn charges(usage: &str, pg: &str, amount: i64) -> bool {
    let at_issue =
        || pg::find(pg).and_then(pg::Pg::billing).is_some_and(pg::Billing::charges_at_issue);
    usage != "issue" || (amount != 0 && at_issue())
}

/// The entries of a merchant's payment, oldest first.
///
/// # Errors
/// Of the database.
pub async fn entries(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<EntryRow>> {
    let mut entries = store::ledger::of_payment(&engine.db, imp_uid).await?;
    entries.retain(|entry| entry.merchant_id == merchant.0);
    Ok(entries)
}

/// Minor units as people write them, with all decimals of the currency; also below zero, and for
/// sums no single payment may have.
#[must_use]
pub fn decimal(minor: i128, currency: &str) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let decimals = Currency::parse(currency).map_or(0, Currency::decimals);
    let digits = minor.unsigned_abs().to_string();
    if decimals == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = decimals as usize + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals as usize);
    format!("{sign}{whole}.{part}")
}
