//! The state machine of a payment: what may follow what, and what each step sets off.
//!
//! ```text
//! Ready ─► Approving ─► Paid ─► PartCancelled ─► Cancelled
//!   │        │  └─► Unknown ─► (Paid | AccountIssued | Failed)
//!   │        └─► AccountIssued ─► Paid
//!   └─► Failed
//! ```
//!
//! The intent to ask a PG is a state of its own (`Approving`, a pending cancel): it is committed
//! before the PG is called, so a crash leaves a trace. No answer is `Unknown`, never `Failed`: only
//! the PG's explicit word ends it. V1's four words are a view of these ([`Payment::status`]).

#[cfg(test)]
mod tests;

mod stored;

pub use stored::Stored;

use crate::{Money, MoneyError};

/// One payment attempt as the rules see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// What was asked for and, once paid, what was approved. Cancels never reduce it; only an open
    /// account's may change.
    pub amount: Money,
    /// Where it stands.
    pub state: State,
}

/// Where a payment stands, with the data only that state has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The window is open; no PG has been asked for money.
    Ready,
    /// The intent to ask for approval is committed; the PG may or may not have been asked.
    Approving,
    /// The PG was asked and gave no usable answer.
    Unknown,
    /// A virtual account waits for its deposit; `closing` while a cancel of it is under way.
    AccountIssued {
        /// A cancel was sent to the PG and is not settled.
        closing: bool,
    },
    /// Money arrived, all of it is still there.
    Paid {
        /// The amount of a cancel sent to the PG and not settled.
        pending: Option<Money>,
    },
    /// Some of the money went back.
    PartCancelled {
        /// The sum of settled cancels: more than nothing, less than the amount.
        cancelled: Money,
        /// The amount of a cancel sent to the PG and not settled.
        pending: Option<Money>,
    },
    /// Everything went back, or the unpaid account was closed.
    Cancelled,
    /// Declined, closed by the buyer, or voided. No money is held.
    Failed,
}

/// What may happen to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// About to ask the PG for approval.
    ApprovalStarted,
    /// The PG approved this amount.
    Approved(Money),
    /// The PG issued a virtual account.
    AccountIssued,
    /// The PG wants this amount to be deposited from now on.
    AccountChanged(Money),
    /// The PG, or the buyer in its window, said no; nothing was charged.
    Declined,
    /// The PG was asked and no usable answer came.
    NoAnswer,
    /// The PG confirmed that an approval does not exist or was undone.
    Voided,
    /// The PG reports a deposit of this amount into the virtual account.
    Deposited(Money),
    /// About to ask the PG to give this amount back.
    CancelStarted(Money),
    /// The PG gave the pending amount back.
    CancelDone,
    /// The PG refused the pending cancel; nothing moved.
    CancelRefused,
    /// No usable answer to the pending cancel.
    CancelNoAnswer,
}

/// What a step sets off; committed together with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell the merchant.
    Notify(Status),
    /// Ask the PG how an approval ended.
    SettleApproval,
    /// Ask the PG how a cancel ended.
    SettleCancel,
    /// Money arrived where none was expected: a person must look.
    NeedsPerson(Surprise),
}

/// Money that arrived when it should not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surprise {
    /// A deposit into the account of a payment that was already cancelled.
    DepositAfterCancel,
    /// A deposit or approval for a payment that had failed.
    MoneyAfterFailure,
}

/// V1's four words for a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Not paid: window open, being approved, or waiting for a deposit.
    Ready,
    /// Paid in full.
    Paid,
    /// Cancelled in part or whole.
    Cancelled,
    /// Failed.
    Failed,
}

impl Status {
    /// The four, in V1's order.
    pub const ALL: [Self; 4] = [Self::Ready, Self::Paid, Self::Cancelled, Self::Failed];

    /// The word in V1's JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Reads V1's word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// Why an event cannot happen now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    /// The state does not allow it.
    #[error("not possible in this state")]
    State,
    /// It was applied before; nothing changes and nothing is owed.
    #[error("already so")]
    Repeat,
    /// Another cancel is not settled yet.
    #[error("another cancel is being settled")]
    Busy,
    /// Everything was cancelled before.
    #[error("already cancelled in full")]
    NothingLeft,
    /// More than what is left.
    #[error("more than the amount left")]
    TooMuch,
    /// Zero, where money must move.
    #[error("amount is zero")]
    Zero,
    /// The PG's amount is not ours.
    #[error("amount differs")]
    Amount,
    /// Currencies differ or an amount is out of range.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

type Step = Result<(State, Vec<Effect>), Illegal>;

impl Payment {
    /// A payment whose window is about to open.
    #[must_use]
    pub const fn new(amount: Money) -> Self {
        Self { amount, state: State::Ready }
    }

    /// V1's word for the state.
    #[must_use]
    pub const fn status(self) -> Status {
        match self.state {
            State::Ready | State::Approving | State::Unknown | State::AccountIssued { .. } => {
                Status::Ready
            }
            State::Paid { .. } => Status::Paid,
            State::PartCancelled { .. } | State::Cancelled => Status::Cancelled,
            State::Failed => Status::Failed,
        }
    }

    /// The sum of settled cancels.
    #[must_use]
    pub const fn cancelled(self) -> Money {
        match self.state {
            State::PartCancelled { cancelled, .. } => cancelled,
            State::Cancelled => self.amount,
            State::Ready
            | State::Approving
            | State::Unknown
            | State::AccountIssued { .. }
            | State::Paid { .. }
            | State::Failed => Money::zero(self.amount.currency()),
        }
    }

    /// What can still be cancelled: nothing unless money is held or an account is open.
    ///
    /// # Errors
    /// Never for a payment made by [`Payment::apply`]; checked all the same.
    pub fn left(self) -> Result<Money, MoneyError> {
        match self.state {
            State::AccountIssued { .. } | State::Paid { .. } => Ok(self.amount),
            State::PartCancelled { cancelled, .. } => self.amount.minus(cancelled),
            State::Ready | State::Approving | State::Unknown | State::Cancelled | State::Failed => {
                Ok(Money::zero(self.amount.currency()))
            }
        }
    }

    /// The cancel that is sent and not settled.
    #[must_use]
    pub const fn pending_cancel(self) -> Option<Money> {
        match self.state {
            State::AccountIssued { closing: true } => Some(self.amount),
            State::Paid { pending } | State::PartCancelled { pending, .. } => pending,
            State::Ready
            | State::Approving
            | State::Unknown
            | State::AccountIssued { closing: false }
            | State::Cancelled
            | State::Failed => None,
        }
    }

    /// What follows from an event, or why nothing does. The payment itself is not changed.
    ///
    /// # Errors
    /// [`Illegal`] says which rule forbids it.
    pub fn apply(self, event: Event) -> Result<(Self, Vec<Effect>), Illegal> {
        let (state, effects) = match event {
            Event::ApprovalStarted => self.approval_started(),
            Event::Approved(amount) => self.approved(amount),
            Event::AccountIssued => self.account_issued(),
            Event::AccountChanged(amount) => self.account_changed(amount),
            Event::Declined => self.declined(),
            Event::NoAnswer => self.no_answer(),
            Event::Voided => self.voided(),
            Event::Deposited(amount) => self.deposited(amount),
            Event::CancelStarted(amount) => self.cancel_started(amount),
            Event::CancelDone => self.cancel_done(),
            Event::CancelRefused => self.cancel_ended(Vec::new(), false),
            Event::CancelNoAnswer => self.cancel_ended(vec![Effect::SettleCancel], true),
        }?;
        let amount = if let Event::AccountChanged(now) = event { now } else { self.amount };
        Ok((Self { amount, state }, effects))
    }

    fn approval_started(self) -> Step {
        match self.state {
            State::Ready => Ok((State::Approving, vec![Effect::SettleApproval])),
            State::Approving | State::Unknown => Err(Illegal::Repeat),
            State::AccountIssued { .. }
            | State::Paid { .. }
            | State::PartCancelled { .. }
            | State::Cancelled
            | State::Failed => Err(Illegal::State),
        }
    }

    fn approved(self, amount: Money) -> Step {
        let same = amount == self.amount;
        match self.state {
            State::Approving | State::Unknown if !same => Err(Illegal::Amount),
            State::Approving | State::Unknown => {
                Ok((State::Paid { pending: None }, vec![Effect::Notify(Status::Paid)]))
            }
            State::Paid { .. } | State::PartCancelled { .. } | State::Cancelled => {
                Err(Illegal::Repeat)
            }
            State::Failed => {
                Ok((State::Failed, vec![Effect::NeedsPerson(Surprise::MoneyAfterFailure)]))
            }
            State::Ready | State::AccountIssued { .. } => Err(Illegal::State),
        }
    }

    fn account_issued(self) -> Step {
        match self.state {
            State::Approving | State::Unknown => {
                Ok((State::AccountIssued { closing: false }, vec![Effect::Notify(Status::Ready)]))
            }
            State::AccountIssued { .. } | State::Paid { .. } => Err(Illegal::Repeat),
            State::Ready | State::PartCancelled { .. } | State::Cancelled | State::Failed => {
                Err(Illegal::State)
            }
        }
    }

    /// Only an account nobody paid into can want another amount.
    fn account_changed(self, amount: Money) -> Step {
        match self.state {
            State::AccountIssued { closing: true } => Err(Illegal::Busy),
            State::AccountIssued { closing: false } if amount.is_zero() => Err(Illegal::Zero),
            State::AccountIssued { closing: false } => {
                if amount.currency() != self.amount.currency() {
                    return Err(MoneyError::Currencies.into());
                }
                Ok((self.state, Vec::new()))
            }
            State::Ready
            | State::Approving
            | State::Unknown
            | State::Paid { .. }
            | State::PartCancelled { .. }
            | State::Cancelled
            | State::Failed => Err(Illegal::State),
        }
    }

    fn declined(self) -> Step {
        match self.state {
            State::Ready | State::Approving => Ok((State::Failed, Vec::new())),
            State::Failed => Err(Illegal::Repeat),
            State::Unknown
            | State::AccountIssued { .. }
            | State::Paid { .. }
            | State::PartCancelled { .. }
            | State::Cancelled => Err(Illegal::State),
        }
    }

    fn no_answer(self) -> Step {
        match self.state {
            State::Approving => Ok((State::Unknown, vec![Effect::SettleApproval])),
            State::Unknown => Err(Illegal::Repeat),
            State::Ready
            | State::AccountIssued { .. }
            | State::Paid { .. }
            | State::PartCancelled { .. }
            | State::Cancelled
            | State::Failed => Err(Illegal::State),
        }
    }

    fn voided(self) -> Step {
        match self.state {
            State::Approving | State::Unknown => Ok((State::Failed, Vec::new())),
            State::Failed => Err(Illegal::Repeat),
            State::Ready
            | State::AccountIssued { .. }
            | State::Paid { .. }
            | State::PartCancelled { .. }
            | State::Cancelled => Err(Illegal::State),
        }
    }

    fn deposited(self, amount: Money) -> Step {
        match self.state {
            State::AccountIssued { .. } if amount != self.amount => Err(Illegal::Amount),
            State::AccountIssued { closing: true } => Err(Illegal::Busy),
            State::AccountIssued { closing: false } => {
                Ok((State::Paid { pending: None }, vec![Effect::Notify(Status::Paid)]))
            }
            State::Paid { .. } | State::PartCancelled { .. } => Err(Illegal::Repeat),
            State::Cancelled => {
                Ok((State::Cancelled, vec![Effect::NeedsPerson(Surprise::DepositAfterCancel)]))
            }
            State::Failed => {
                Ok((State::Failed, vec![Effect::NeedsPerson(Surprise::MoneyAfterFailure)]))
            }
            State::Ready | State::Approving | State::Unknown => Err(Illegal::State),
        }
    }

    fn cancel_started(self, amount: Money) -> Step {
        if self.pending_cancel().is_some() {
            return Err(Illegal::Busy);
        }
        if self.state == State::Cancelled {
            return Err(Illegal::NothingLeft);
        }
        if self.left()?.is_zero() {
            return Err(Illegal::State);
        }
        if amount.is_zero() {
            return Err(Illegal::Zero);
        }
        match self.left()?.minus(amount) {
            Err(MoneyError::Negative) => return Err(Illegal::TooMuch),
            Err(other) => return Err(other.into()),
            Ok(_) => {}
        }
        let pending = Some(amount);
        let state = match self.state {
            State::AccountIssued { .. } if amount != self.amount => return Err(Illegal::Amount),
            State::AccountIssued { .. } => State::AccountIssued { closing: true },
            State::Paid { .. } => State::Paid { pending },
            State::PartCancelled { cancelled, .. } => State::PartCancelled { cancelled, pending },
            State::Ready | State::Approving | State::Unknown | State::Cancelled | State::Failed => {
                return Err(Illegal::State);
            }
        };
        Ok((state, vec![Effect::SettleCancel]))
    }

    fn cancel_done(self) -> Step {
        let pending = self.pending_cancel().ok_or(Illegal::State)?;
        let cancelled = self.cancelled().plus(pending)?;
        let state = if cancelled == self.amount {
            State::Cancelled
        } else {
            State::PartCancelled { cancelled, pending: None }
        };
        Ok((state, vec![Effect::Notify(Status::Cancelled)]))
    }

    /// A pending cancel was refused (`keep` false) or had no answer and stays pending.
    fn cancel_ended(self, effects: Vec<Effect>, keep: bool) -> Step {
        let pending = Some(self.pending_cancel().ok_or(Illegal::State)?).filter(|_| keep);
        let state = match self.state {
            State::AccountIssued { .. } => State::AccountIssued { closing: keep },
            State::Paid { .. } => State::Paid { pending },
            State::PartCancelled { cancelled, .. } => State::PartCancelled { cancelled, pending },
            State::Ready | State::Approving | State::Unknown | State::Cancelled | State::Failed => {
                return Err(Illegal::State);
            }
        };
        Ok((state, effects))
    }
}
