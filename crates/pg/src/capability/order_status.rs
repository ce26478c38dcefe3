//! A PG that keeps a state of the order beside that of the payment (V1 behaviour §3.13,
//! `/payco/orders/status`). No money moves.

use crate::cx::Cx;
use crate::error::PgError;

/// What an order becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// It is being sent.
    DeliveryStart,
    /// The buyer keeps it.
    PurchaseDecision,
    /// It will not be sent.
    Canceled,
}

impl OrderStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::DeliveryStart, Self::PurchaseDecision, Self::Canceled];

    /// V1's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::DeliveryStart => "DELIVERY_START",
            Self::PurchaseDecision => "PURCHASE_DECISION",
            Self::Canceled => "CANCELED",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
    }
}

/// A PG that does. An errand: [`crate::Errands::settle`] tells how it ended.
#[async_trait::async_trait]
pub trait OrderStatuses: Send + Sync {
    /// Changes the order's state.
    ///
    /// # Errors
    /// [`PgError::Declined`] if the state it has does not allow it: nothing changed.
    async fn change(&self, cx: &Cx<'_>, tid: &str, to: OrderStatus) -> Result<(), PgError>;
}
