//! Payments at a convenience store: a number to show at the counter, paid in cash or by card.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Approval, Settled};
use domain::{Millis, Money};

/// A number to be paid at a store.
#[derive(Clone, Debug)]
pub struct CvsOrder {
    /// Our number of the attempt: the PG's order number.
    pub imp_uid: String,
    /// Order name; may be empty.
    pub name: String,
    /// What is to be paid.
    pub amount: Money,
    /// The shop's own number to be registered; empty for one of the PG's.
    pub barcode: String,
    /// Until when it can be paid; the PG's default if not given.
    pub due: Option<Millis>,
    /// Where this PG's server asks and tells.
    pub notice_url: String,
}

/// A PG whose numbers are paid at stores. Voiding one is [`crate::Pg::cancel`] of the unpaid whole,
/// a payment is told by [`crate::Notices`], where `account` is the number.
#[async_trait::async_trait]
pub trait Cvs: Send + Sync {
    /// Gets or registers a number. Called once per operation: one that may have left is settled.
    async fn issue(&self, cx: &Cx<'_>, order: &CvsOrder) -> Result<Approval, PgError>;

    /// How an issue without an answer ended; `cx.operation_id` is that of the issue.
    async fn settle_issue(&self, cx: &Cx<'_>, order: &CvsOrder) -> Result<Settled, PgError>;

    /// V1's name of the question asked at the shop before a number is paid.
    fn confirm_event(&self) -> &'static str;
}
