//! Reconciliation: our books against what a PG says it did, item by item.
//!
//! An item is money that moved once: into the merchant's account at the PG ([`Flow::In`], an
//! approval or a deposit) or back to the buyer ([`Flow::Back`], a cancel). [`compare`] pairs ours
//! with theirs, payment by payment, and says what is left over or differs ([`Break`]). A day is a
//! calendar day in KST ([`Days`]); the same item on the neighbouring day is no break, for the two
//! clocks and the PG's closing hour differ.

mod compare;
mod group;

#[cfg(test)]
mod tests;

pub use compare::compare;

use crate::Millis;

/// KST is nine hours ahead of UTC all year.
const KST_MS: i64 = 9 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// The KST calendar day of a moment, in days since 1970-01-01.
#[must_use]
pub const fn day_of(at: Millis) -> i64 {
    at.0.saturating_add(KST_MS).div_euclid(DAY_MS)
}

/// The first moment of a KST calendar day.
#[must_use]
pub const fn start_of(day: i64) -> Millis {
    Millis(day.saturating_mul(DAY_MS).saturating_sub(KST_MS))
}

/// KST calendar days, both ends among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first, in days since 1970-01-01.
    pub from: i64,
    /// The last.
    pub to: i64,
}

impl Days {
    /// Whether a moment is on one of them.
    #[must_use]
    pub const fn hold(self, at: Millis) -> bool {
        let day = day_of(at);
        self.from <= day && day <= self.to
    }

    /// Whether a moment is on one of them or on a neighbour.
    #[must_use]
    pub const fn near(self, at: Millis) -> bool {
        let day = day_of(at);
        self.from - 1 <= day && day <= self.to + 1
    }

    /// The moments of these days and of their neighbours: from the first to before the second.
    #[must_use]
    pub const fn widened(self) -> (Millis, Millis) {
        (start_of(self.from - 1), start_of(self.to + 2))
    }
}

/// Which way money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flow {
    /// Approved or deposited.
    In,
    /// Given back to the buyer.
    Back,
}

/// One movement in our books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Minor units of the payment's currency, more than nothing.
    pub amount: i64,
    /// By the PG's clock where it told us, else by ours.
    pub at: Millis,
    /// The PG's number of the transaction or the cancel; empty if it gave none.
    pub tid: String,
}

/// What our books say of the money of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It came in; cancels are told apart.
    Held,
    /// The PG was asked at this time, and how that ended is not known here yet.
    Open(Millis),
    /// None came in: not asked for, declined, voided, or waiting for a deposit.
    Unpaid,
}

/// One payment in our books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// Our number of it, which PGs have as their order number.
    pub imp_uid: String,
    /// The MID it went through.
    pub mid: String,
    /// ISO 4217.
    pub currency: String,
    /// What became of it.
    pub standing: Standing,
    /// What came in: there if and only if the standing is [`Standing::Held`].
    pub paid: Option<Entry>,
    /// What certainly went back.
    pub backs: Vec<Entry>,
    /// A cancel that was asked and has no end here.
    pub pending: Option<Entry>,
}

/// One row of the PG's account of what it did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theirs {
    /// Where it stood: the line of a file, from 1.
    pub line: u64,
    /// The order number the PG was given: our imp_uid. May be empty if there is a TID.
    pub order_no: String,
    /// The PG's number of the approval.
    pub tid: String,
    /// The PG's number of a cancel, if it has one of its own.
    pub cancel_no: String,
    /// The MID; empty if the PG does not say.
    pub mid: String,
    /// Which way.
    pub flow: Flow,
    /// Minor units, more than nothing.
    pub amount: i64,
    /// ISO 4217; empty if the PG does not say.
    pub currency: String,
    /// By the PG's clock.
    pub at: Millis,
}

/// Why an item is a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// We hold it paid, the PG does not have it.
    MissingAtPg,
    /// The PG has money of an order we do not know.
    MissingHere,
    /// The PG has money of a payment that is not paid here: failed, or waiting.
    UnpaidHere,
    /// How it ended is still unknown here.
    UnknownHere,
    /// Both have it, with different amounts.
    AmountDiffers,
    /// Both have it, in different currencies.
    CurrencyDiffers,
    /// Both have it, under different MIDs.
    MidDiffers,
    /// Both have it, on days further apart than neighbours.
    DayDiffers,
    /// The PG has it more often than we.
    TwiceAtPg,
    /// Cancelled here, not at the PG.
    CancelMissingAtPg,
    /// Cancelled at the PG, not here.
    CancelMissingHere,
    /// How a cancel ended is still unknown here.
    CancelUnknownHere,
    /// Both cancelled, with different amounts.
    CancelAmountDiffers,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::MissingAtPg,
        Self::MissingHere,
        Self::UnpaidHere,
        Self::UnknownHere,
        Self::AmountDiffers,
        Self::CurrencyDiffers,
        Self::MidDiffers,
        Self::DayDiffers,
        Self::TwiceAtPg,
        Self::CancelMissingAtPg,
        Self::CancelMissingHere,
        Self::CancelUnknownHere,
        Self::CancelAmountDiffers,
    ];

    /// The word stored and printed.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MissingAtPg => "missing_at_pg",
            Self::MissingHere => "missing_here",
            Self::UnpaidHere => "unpaid_here",
            Self::UnknownHere => "unknown_here",
            Self::AmountDiffers => "amount_differs",
            Self::CurrencyDiffers => "currency_differs",
            Self::MidDiffers => "mid_differs",
            Self::DayDiffers => "day_differs",
            Self::TwiceAtPg => "twice_at_pg",
            Self::CancelMissingAtPg => "cancel_missing_at_pg",
            Self::CancelMissingHere => "cancel_missing_here",
            Self::CancelUnknownHere => "cancel_unknown_here",
            Self::CancelAmountDiffers => "cancel_amount_differs",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One side's values of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Minor units.
    pub amount: i64,
    /// ISO 4217; empty if not said.
    pub currency: String,
    /// The MID; empty if not said.
    pub mid: String,
    /// The PG's number; empty if not said.
    pub tid: String,
    /// When.
    pub at: Millis,
    /// The line of the file, for the PG's side of one.
    pub line: Option<u64>,
}

/// Something that does not agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Why.
    pub kind: Kind,
    /// The item, the same in every run: with the kind it names the break.
    pub item: String,
    /// Our payment, where there is one.
    pub imp_uid: Option<String>,
    /// The order number it is about, or empty.
    pub order_no: String,
    /// Which way the money moved.
    pub flow: Flow,
    /// The KST day it belongs to: ours if we have the item, else theirs.
    pub day: i64,
    /// Ours.
    pub ours: Option<Side>,
    /// Theirs.
    pub theirs: Option<Side>,
    /// What our balance at the PG must change by to be the PG's, minor units; 0 where it is not
    /// the amount that differs.
    pub difference: i64,
}

/// An item both have, on neighbouring days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherDay {
    /// The item, as a break would name it.
    pub item: String,
    /// Our payment.
    pub imp_uid: String,
    /// Which way the money moved.
    pub flow: Flow,
    /// Ours.
    pub ours: Side,
    /// Theirs.
    pub theirs: Side,
}

/// What came of a comparison.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What does not agree, by payment.
    pub breaks: Vec<Break>,
    /// Items on neighbouring days: no breaks.
    pub other_days: Vec<OtherDay>,
    /// Items both have alike.
    pub matched: u64,
    /// Approvals the PG took back itself and we never held.
    pub netted: u64,
    /// Rows of other MIDs about orders that are not ours.
    pub foreign: u64,
}
