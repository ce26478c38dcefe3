//! Virtual accounts without a window.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{AccountOrder, Approval, Settled};

/// A PG that opens virtual accounts without a window: the merchant's server says the bank, the
/// holder and the deadline. Closing one is [`Pg::cancel`](crate::Pg::cancel) of the unpaid whole.
#[async_trait::async_trait]
pub trait Accounts: Send + Sync {
    /// An account needs the name of its holder.
    fn needs_holder(&self) -> bool;

    /// Opens an account. Called once per operation: one that may have left is settled, never sent
    /// again.
    ///
    /// # Errors
    /// [`PgError::Invalid`] for an order this PG cannot take (no holder, a deadline that is over);
    /// nothing was sent then.
    async fn issue(&self, cx: &Cx<'_>, order: &AccountOrder) -> Result<Approval, PgError>;

    /// How an issue without an answer ended; `cx.operation_id` is that of the issue. An account
    /// nobody was told of may be closed: that is [`Settled::Voided`].
    async fn settle_issue(&self, cx: &Cx<'_>, order: &AccountOrder) -> Result<Settled, PgError>;
}
