//! Which entry of the ledger a step of a payment is: money never moves without one, and an entry
//! never says anything but what moved.
//!
//! Each entry takes an amount from one account (credit) and gives it to another (debit), so the
//! books balance by their shape. `pg:7` is what the PG of channel 7 owes the merchant, `sales` what
//! was earned, `refunds` what went back to buyers, `suspense` money that came and belongs to no
//! order, `correction` what reconciliation put right.

#[cfg(test)]
mod tests;

use crate::payment::{Event, Payment, State};
use crate::{Money, MoneyError};
use std::fmt;

/// Whose side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What the PG of this channel owes the merchant.
    Pg(i64),
    /// What buyers paid for.
    Sales,
    /// What went back to buyers.
    Refunds,
    /// Money that came and belongs to no order: a person decides.
    Suspense,
    /// The other side of what reconciliation put right.
    Correction,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pg(channel) => write!(f, "pg:{channel}"),
            Self::Sales => f.write_str("sales"),
            Self::Refunds => f.write_str("refunds"),
            Self::Suspense => f.write_str("suspense"),
            Self::Correction => f.write_str("correction"),
        }
    }
}

impl Account {
    /// Reads what `Display` wrote.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "sales" => Some(Self::Sales),
            "refunds" => Some(Self::Refunds),
            "suspense" => Some(Self::Suspense),
            "correction" => Some(Self::Correction),
            _ => word.strip_prefix("pg:")?.parse().ok().map(Self::Pg),
        }
    }
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// What a payment from before the ledger held, or had given back, when the ledger began.
    Opening,
    /// The PG approved a payment or a charge.
    Approval,
    /// An approval that came to light after the payment had failed.
    LateApproval,
    /// A deposit into a payment's account.
    Deposit,
    /// A deposit into the account of a payment that is cancelled or failed.
    LateDeposit,
    /// A deposit into the account of a payment that was paid already.
    SecondDeposit,
    /// The PG gave money back.
    Cancel,
    /// A person put right what the PG's books say otherwise.
    Correction,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Opening,
        Self::Approval,
        Self::LateApproval,
        Self::Deposit,
        Self::LateDeposit,
        Self::SecondDeposit,
        Self::Cancel,
        Self::Correction,
    ];

    /// The word in the ledger.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Approval => "approval",
            Self::LateApproval => "late_approval",
            Self::Deposit => "deposit",
            Self::LateDeposit => "late_deposit",
            Self::SecondDeposit => "second_deposit",
            Self::Cancel => "cancel",
            Self::Correction => "correction",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether an entry of this kind may have these sides.
    #[must_use]
    pub const fn fits(self, debit: Account, credit: Account) -> bool {
        use Account::{Pg, Refunds, Sales, Suspense};
        match self {
            Self::Opening => {
                matches!((debit, credit), (Pg(_), Sales) | (Refunds, Pg(_)))
            }
            Self::Approval | Self::Deposit => matches!((debit, credit), (Pg(_), Sales)),
            Self::LateApproval | Self::LateDeposit | Self::SecondDeposit => {
                matches!((debit, credit), (Pg(_), Suspense))
            }
            Self::Cancel => matches!((debit, credit), (Refunds, Pg(_))),
            Self::Correction => true,
        }
    }
}

/// One entry: the amount goes from `credit` to `debit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// What it is about.
    pub kind: Kind,
    /// The account that has more afterwards.
    pub debit: Account,
    /// The account it comes from.
    pub credit: Account,
    /// More than nothing.
    pub amount: Money,
}

impl Transfer {
    /// Money the PG holds that belongs to no order.
    #[must_use]
    pub const fn unexpected(kind: Kind, channel: i64, amount: Money) -> Self {
        Self { kind, debit: Account::Pg(channel), credit: Account::Suspense, amount }
    }
}

/// What moves when `event` happens to a payment that stands at `before`. The state machine
/// ([`Payment::apply`]) says whether it may happen; this says only what it means for the money.
#[must_use]
pub fn transfer(before: Payment, event: Event, channel: i64) -> Option<Transfer> {
    let pg = Account::Pg(channel);
    let came = |kind, amount| Transfer { kind, debit: pg, credit: Account::Sales, amount };
    let moved = match (before.state, event) {
        (State::Approving | State::Unknown, Event::Approved(amount)) => {
            came(Kind::Approval, amount)
        }
        (State::Failed, Event::Approved(amount)) => {
            Transfer::unexpected(Kind::LateApproval, channel, amount)
        }
        (State::AccountIssued { .. }, Event::Deposited(amount)) => came(Kind::Deposit, amount),
        (State::Cancelled | State::Failed, Event::Deposited(amount)) => {
            Transfer::unexpected(Kind::LateDeposit, channel, amount)
        }
        (State::Paid { pending }, Event::CancelDone)
        | (State::PartCancelled { pending, .. }, Event::CancelDone) => {
            let (debit, credit) = (Account::Refunds, pg);
            Transfer { kind: Kind::Cancel, debit, credit, amount: pending? }
        }
        _ => return None,
    };
    Some(moved).filter(|moved| !moved.amount.is_zero())
}

/// What the ledger says of a payment that moved its money before there was a ledger. `paid` tells
/// a payment that was given back from an account that was closed before anybody paid.
#[must_use]
pub fn opening(payment: Payment, paid: bool, channel: i64) -> Vec<Transfer> {
    let (kind, pg) = (Kind::Opening, Account::Pg(channel));
    let expected = Expected::of(payment, paid);
    let came = Transfer { kind, debit: pg, credit: Account::Sales, amount: expected.sales };
    let went = Transfer { kind, debit: Account::Refunds, credit: pg, amount: expected.refunds };
    [came, went].into_iter().filter(|moved| !moved.amount.is_zero()).collect()
}

/// What the entries of a payment must come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// What was ever paid.
    pub sales: Money,
    /// What went back of it.
    pub refunds: Money,
}

impl Expected {
    /// By the payment's own word. `paid` as in [`opening`].
    #[must_use]
    pub const fn of(payment: Payment, paid: bool) -> Self {
        let nothing = Money::zero(payment.amount.currency());
        match payment.state {
            State::Paid { .. } => Self { sales: payment.amount, refunds: nothing },
            State::PartCancelled { cancelled, .. } => {
                Self { sales: payment.amount, refunds: cancelled }
            }
            State::Cancelled if paid => Self { sales: payment.amount, refunds: payment.amount },
            State::Ready
            | State::Approving
            | State::Unknown
            | State::AccountIssued { .. }
            | State::Cancelled
            | State::Failed => Self { sales: nothing, refunds: nothing },
        }
    }

    /// What the PG holds for this order.
    ///
    /// # Errors
    /// Never for a payment made by [`Payment::apply`].
    pub fn held(self) -> Result<Money, MoneyError> {
        self.sales.minus(self.refunds)
    }
}
