//! The contract every PG fulfils. Capabilities only some have are `Option<&dyn Trait>`.

use crate::capability::account_changes::AccountChanges;
use crate::capability::accounts::Accounts;
use crate::capability::billing::Billing;
use crate::capability::cash_receipt::CashReceipts;
use crate::capability::cvs::Cvs;
use crate::capability::deliveries::Deliveries;
use crate::capability::errands::Errands;
use crate::capability::escrow::Escrows;
use crate::capability::holders::Holders;
use crate::capability::inquiry::Inquiries;
use crate::capability::notices::Notices;
use crate::capability::order_status::OrderStatuses;
use crate::capability::point_login::Points;
use crate::capability::product_orders::ProductOrders;
use crate::capability::purchases::Purchases;
use crate::capability::quick_pay::QuickPay;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{
    Approval, CancelDone, CancelOrder, CancelSettled, Opened, Order, Outcome, Returned, Settled,
};
use crate::spec::Spec;

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
    fn cvs(&self) -> Option<&dyn Cvs> {
        None
    }

    /// Members with prepaid money.
    fn quick_pay(&self) -> Option<&dyn QuickPay> {
        None
    }

    /// Points behind a login.
    fn points(&self) -> Option<&dyn Points> {
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

    /// Questions about what was settled long ago, for PGs that answer them without changing
    /// anything.
    fn inquiries(&self) -> Option<&dyn Inquiries> {
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

    /// Changes to an open account, for PGs that allow them.
    fn account_changes(&self) -> Option<&dyn AccountChanges> {
        None
    }

    /// Whose account a number is, for PGs that tell.
    fn holders(&self) -> Option<&dyn Holders> {
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
