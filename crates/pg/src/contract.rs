//! The contract every PG fulfils. Capabilities only some have are `Option<&dyn Trait>`.

use crate::capability::cash_receipt::CashReceipts;
use crate::capability::deliveries::Deliveries;
use crate::capability::errands::Errands;
use crate::capability::escrow::Escrows;
use crate::capability::order_status::OrderStatuses;
use crate::capability::product_orders::ProductOrders;
use crate::capability::purchases::Purchases;
use crate::error::PgError;
use crate::ops::{
    AccountOrder, Approval, CancelDone, CancelOrder, CancelSettled, Charge, IssuedKey, KeyIssue,
    Notice, Opened, Order, Outcome, Returned, Settled,
};
use crate::spec::{Credentials, Mode, Spec};
use crate::wire::{Response, Transport};
use domain::Millis;

/// What every verb gets besides its order.
pub struct Cx<'a> {
    /// The way out. It records a redacted copy of each exchange.
    pub transport: &'a dyn Transport,
    /// The channel's credentials: the operator's in live mode, the PG's published ones in test.
    pub credentials: &'a Credentials,
    /// Test or live.
    pub mode: Mode,
    /// The time of the call (sandbox clock in test mode).
    pub at: Millis,
    /// Unique per call and the same when a call is repeated for the same intent: what a PG asks as
    /// an idempotency key or transaction number is derived from it, never random. `[A-Za-z0-9_]`,
    /// at most 40 characters.
    pub operation_id: &'a str,
}

/// One PG. Verbs that move money are called only after their intent is committed.
#[async_trait::async_trait]
pub trait Pg: Send + Sync {
    /// Facts: names, fields of the settings form, methods, currencies, hosts.
    fn spec(&self) -> &'static Spec;

    /// What the buyer's browser must do to see the PG's window. May call the PG (register).
    async fn open(&self, cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError>;

    /// What the browser brought back from the window: verified, never trusted. Pure.
    ///
    /// # Errors
    /// [`PgError::Forged`] where a signature or an identity does not hold.
    fn read_return(&self, cx: &Cx<'_>, back: &Returned<'_>) -> Result<Outcome, PgError>;

    /// Asks for the money (or the virtual account). `auth` is what [`Outcome::Authorised`] carried.
    async fn approve(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        memo: &str,
        auth: &str,
    ) -> Result<Approval, PgError>;

    /// How an approval without an answer ended: by inquiry, or by undoing it (net-cancel).
    /// `auth` and `cx.operation_id` are those of the approval.
    async fn settle_approval(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        memo: &str,
        auth: &str,
    ) -> Result<Settled, PgError>;

    /// Gives money back, in part or whole, or closes an unpaid virtual account.
    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError>;

    /// How a cancel without an answer ended. `cx.operation_id` is that of the cancel.
    async fn settle_cancel(
        &self,
        cx: &Cx<'_>,
        cancel: &CancelOrder,
    ) -> Result<CancelSettled, PgError>;

    /// Billing keys, for PGs that have them.
    fn billing(&self) -> Option<&dyn Billing> {
        None
    }

    /// Virtual accounts without a window, for PGs that issue them so.
    fn accounts(&self) -> Option<&dyn Accounts> {
        None
    }

    /// Numbers to pay at a convenience store.
    fn cvs(&self) -> Option<&dyn crate::capability::cvs::Cvs> {
        None
    }

    /// Members with prepaid money.
    fn quick_pay(&self) -> Option<&dyn crate::capability::quick_pay::QuickPay> {
        None
    }

    /// Points behind a login.
    fn points(&self) -> Option<&dyn crate::capability::point_login::Points> {
        None
    }

    /// Deposit notices, for PGs with virtual accounts.
    fn notices(&self) -> Option<&dyn Notices> {
        None
    }

    /// Deliveries of escrow payments, for PGs that keep the money until then.
    fn escrows(&self) -> Option<&dyn Escrows> {
        None
    }

    /// V1 lists sub-merchants on this PG's sales slips. The PG's own call is not published, so
    /// there is nothing to ask it.
    fn partner_receipts(&self) -> bool {
        false
    }

    /// Cash receipts, for PGs that issue them.
    fn cash_receipts(&self) -> Option<&dyn CashReceipts> {
        None
    }

    /// How errands without an answer ended, for PGs that run any.
    fn errands(&self) -> Option<&dyn Errands> {
        None
    }

    /// Product orders, for PGs where every product is an order of its own.
    fn product_orders(&self) -> Option<&dyn ProductOrders> {
        None
    }

    /// What comes after a purchase, for PGs that want to hear of it.
    fn purchases(&self) -> Option<&dyn Purchases> {
        None
    }

    /// A state of the order beside the payment's, for PGs that keep one.
    fn order_statuses(&self) -> Option<&dyn OrderStatuses> {
        None
    }

    /// How the goods travel, for PGs that want to know.
    fn deliveries(&self) -> Option<&dyn Deliveries> {
        None
    }
}

/// A PG whose customers can be charged again without a window.
///
/// Where the key comes from differs: from a window ([`Billing::has_window`]: [`Pg::open`] of an
/// order with a `customer_uid` opens it and the approval carries the key) or from the card itself
/// ([`Billing::has_card_issue`]).
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

/// A PG that opens virtual accounts without a window: the merchant's server says the bank, the
/// holder and the deadline. Closing one is [`Pg::cancel`] of the unpaid whole.
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

/// A PG that tells of deposits by calling us.
pub trait Notices: Send + Sync {
    /// Reads a notice without believing it: enough to find the payment and its channel.
    ///
    /// # Errors
    /// [`PgError::Invalid`] if it is no notice of this PG.
    fn read(&self, content_type: &str, body: &[u8]) -> Result<Notice, PgError>;

    /// Checks what the PG's protocol lets one check with the channel's credentials (signature).
    /// The engine itself compares MID, transaction, account, amount and source address.
    ///
    /// # Errors
    /// [`PgError::Forged`].
    fn verify(&self, credentials: &Credentials, notice: &Notice) -> Result<(), PgError>;

    /// What the PG wants to read when we took the notice; anything else makes it try again.
    fn accepted(&self) -> Response;

    /// What makes the PG try again, or show the failure to the merchant.
    fn refused(&self, why: &str) -> Response;
}
