//! A PG that wants to hear that a purchase is over, gives points for it, and knows which part of it
//! a cash receipt may be issued for (V1 behaviour §3.13, `point`, `confirm`, `cash-amount`).

use crate::cx::Cx;
use crate::error::PgError;
use domain::Money;

/// Who says that the purchase is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    /// The merchant.
    Admin,
    /// The buyer.
    Customer,
}

impl Requester {
    /// V1's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Customer => "customer",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Admin, Self::Customer].into_iter().find(|it| it.word() == word)
    }
}

/// What a cash receipt may be issued for. One currency throughout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CashAmount {
    /// All of it: points and primary, or supply and VAT.
    pub total: Money,
    /// Paid with the PG's points.
    pub by_point: Money,
    /// Paid with what counts as cash otherwise.
    pub by_primary: Money,
    /// Without VAT.
    pub supply: Money,
    /// VAT.
    pub vat: Money,
}

/// A PG that does. Both changes are errands: [`crate::Errands::settle`] tells how they ended.
#[async_trait::async_trait]
pub trait Purchases: Send + Sync {
    /// Gives the buyer the points of a purchase.
    ///
    /// # Errors
    /// [`PgError::Declined`] if there are none (any more): nothing changed.
    async fn give_points(&self, cx: &Cx<'_>, tid: &str) -> Result<(), PgError>;

    /// The purchase is over.
    ///
    /// # Errors
    /// [`PgError::Declined`] if it was over before, or is cancelled: nothing changed.
    async fn confirm(&self, cx: &Cx<'_>, tid: &str, by: Requester) -> Result<(), PgError>;

    /// What a cash receipt may be issued for now. Changes nothing.
    async fn cash_amount(&self, cx: &Cx<'_>, tid: &str) -> Result<CashAmount, PgError>;
}
