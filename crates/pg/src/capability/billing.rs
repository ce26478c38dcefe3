//! Charging customers again without a window, by a billing key.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Approval, Charge, IssuedKey, KeyIssue, Settled};

/// A PG whose customers can be charged again without a window.
///
/// Where the key comes from differs: from a window ([`Billing::has_window`]: [`crate::Pg::open`] of
/// an order with a `customer_uid` opens it and the approval carries the key) or from the card
/// itself ([`Billing::has_card_issue`]).
#[async_trait::async_trait]
pub trait Billing: Send + Sync {
    /// A window can issue a key.
    fn has_window(&self) -> bool;

    /// A key can be issued from a card's number.
    fn has_card_issue(&self) -> bool;

    /// A window that issues a key charges the order's amount as well, unless it is zero (V1
    /// behaviour §4.6).
    fn charges_at_issue(&self) -> bool {
        false
    }

    /// V1 pay methods a window issues keys for.
    fn methods(&self) -> &'static [&'static str] {
        &["card"]
    }

    /// Issues a key from a card. No money moves.
    ///
    /// # Errors
    /// [`PgError::Invalid`] if this PG only issues keys in its window.
    async fn issue(&self, cx: &Cx<'_>, issue: &KeyIssue) -> Result<IssuedKey, PgError>;

    /// Charges a key. Called once per operation: a charge that may have left is settled, never sent
    /// again, since not every PG recognises a repeat.
    async fn charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Approval, PgError>;

    /// How a charge without an answer ended. `cx.operation_id` is that of the charge.
    async fn settle_charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Settled, PgError>;

    /// Forgets a key at the PG; PGs without such a call answer `Ok` and the hub drops its copy.
    async fn forget(&self, cx: &Cx<'_>, key: &IssuedKey) -> Result<(), PgError>;
}
