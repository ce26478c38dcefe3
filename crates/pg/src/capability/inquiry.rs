//! What a PG's books say of a payment or a cancel that was settled long ago: for reconciliation.
//! Unlike settling (`Pg::settle_approval`), which some PGs can only do by undoing, an inquiry never
//! changes anything.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelOrder, CancelSettled};
use domain::{Millis, Money};

/// A payment a PG is asked about. `cx.operation_id` is that of its approval.
#[derive(Clone, Debug)]
pub struct Inquiry {
    /// Our number of the attempt: the PG's order number.
    pub imp_uid: String,
    /// The PG's transaction number.
    pub tid: String,
    /// What we hold paid.
    pub amount: Money,
    /// Final pay method.
    pub method: String,
    /// The connector's memo of the approval.
    pub memo: String,
    /// When approval was asked for (the day some inquiries need).
    pub asked_at: Millis,
}

/// A payment in a PG's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The PG's transaction number.
    pub tid: String,
    /// The MID, if told.
    pub mid: String,
    /// What was approved.
    pub amount: Money,
    /// When, if told.
    pub at: Option<Millis>,
    /// All that was given back since, if this PG tells it here; `None` if each cancel is asked
    /// about by its own number ([`Inquiries::cancel`]).
    pub back: Option<Money>,
}

/// What a PG says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It has it.
    Known(Known),
    /// It does not have it.
    Nothing,
    /// It cannot tell, and says why: no ground for a break.
    CannotTell(String),
}

/// A PG that can be asked.
#[async_trait::async_trait]
pub trait Inquiries: Send + Sync {
    /// Whether [`Known::back`] is told, so that no cancel is asked about alone.
    fn tells_backs(&self) -> bool {
        false
    }

    /// What the PG's books say of a payment. Changes nothing.
    ///
    /// # Errors
    /// [`PgError`] where there is no usable answer.
    async fn payment(&self, cx: &Cx<'_>, inquiry: &Inquiry) -> Result<Told, PgError>;

    /// What they say of a cancel that was carried out, by its number `cx.operation_id`. Changes
    /// nothing. Asked only where [`Known::back`] is not told.
    ///
    /// # Errors
    /// [`PgError`] where there is no usable answer.
    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelSettled, PgError>;
}
