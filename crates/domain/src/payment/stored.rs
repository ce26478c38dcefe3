//! The flat form of a state, as a row keeps it: one word and two amounts.

use super::{Payment, State};
use crate::{Money, MoneyError};

/// A state as columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The state's name in lower case.
    pub word: &'static str,
    /// Minor units of settled cancels.
    pub cancelled: i64,
    /// Minor units of the cancel that is not settled; 0 for none.
    pub pending: i64,
}

impl Payment {
    /// The columns of this state.
    #[must_use]
    pub fn stored(self) -> Stored {
        let word = match self.state {
            State::Ready => "ready",
            State::Approving => "approving",
            State::Unknown => "unknown",
            State::AccountIssued { .. } => "account_issued",
            State::Paid { .. } => "paid",
            State::PartCancelled { .. } => "part_cancelled",
            State::Cancelled => "cancelled",
            State::Failed => "failed",
        };
        // A closed account that never held money is stored as cancelled in full, as V1 shows it.
        let cancelled = self.cancelled().minor();
        Stored { word, cancelled, pending: self.pending_cancel().map_or(0, Money::minor) }
    }

    /// The payment these columns describe; `None` if no state has this word.
    ///
    /// # Errors
    /// [`MoneyError`] if an amount is out of range.
    pub fn from_stored(
        amount: Money,
        word: &str,
        cancelled: i64,
        pending: i64,
    ) -> Result<Option<Self>, MoneyError> {
        let cancelled = Money::new(cancelled, amount.currency())?;
        let pending = match pending {
            0 => None,
            minor => Some(Money::new(minor, amount.currency())?),
        };
        let state = match word {
            "ready" => State::Ready,
            "approving" => State::Approving,
            "unknown" => State::Unknown,
            "account_issued" => State::AccountIssued { closing: pending.is_some() },
            "paid" => State::Paid { pending },
            "part_cancelled" => State::PartCancelled { cancelled, pending },
            "cancelled" => State::Cancelled,
            "failed" => State::Failed,
            _ => return Ok(None),
        };
        Ok(Some(Self { amount, state }))
    }
}
