//! PGs whose protocol we do not speak, for test mode only.
//!
//! Code that names these PGs has to be testable, and we invent no PG's wire: every one of them is
//! played by one simulator behind one small protocol of our own (`README.md` in this folder). Their
//! hosts end in `.invalid` (RFC 6761), so a call that goes astray can never reach anybody.

mod account;
mod approve;
mod billing;
mod cancel;
pub mod catalogue;
mod cvs;
mod errands;
mod inquiry;
mod naver;
mod notice;
mod open;
mod profile;
mod quick;
mod return_;
mod settle;
mod wire;

#[cfg(feature = "sim")]
pub mod sim;

pub use catalogue::{COUNT, PGS};
pub use profile::SandboxOnly;

use crate::capability::account_changes::AccountChanges;
use crate::capability::accounts::Accounts;
use crate::capability::billing::Billing;
use crate::capability::deliveries::Deliveries;
use crate::capability::errands::Errands;
use crate::capability::holders::Holders;
use crate::capability::inquiry::Inquiries;
use crate::capability::notices::Notices;
use crate::capability::order_status::OrderStatuses;
use crate::capability::product_orders::ProductOrders;
use crate::capability::purchases::Purchases;
use crate::contract::Pg;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{
    AccountOrder, Approval, CancelDone, CancelOrder, CancelSettled, Opened, Order, Outcome,
    Returned, Settled,
};
use crate::spec::Spec;

#[async_trait::async_trait]
impl Pg for SandboxOnly {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    async fn open(&self, cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
        open::open(self, cx, order).await
    }

    fn read_return(&self, cx: &Cx<'_>, back: &Returned<'_>) -> Result<Outcome, PgError> {
        return_::read(cx, back)
    }

    async fn approve(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        _memo: &str,
        auth: &str,
    ) -> Result<Approval, PgError> {
        approve::approve(self, cx, order, auth).await
    }

    async fn settle_approval(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        _memo: &str,
        _auth: &str,
    ) -> Result<Settled, PgError> {
        settle::approval(self, cx, &order.imp_uid).await
    }

    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
        cancel::cancel(self, cx, cancel).await
    }

    async fn settle_cancel(
        &self,
        cx: &Cx<'_>,
        cancel: &CancelOrder,
    ) -> Result<CancelSettled, PgError> {
        settle::cancel(self, cx, cancel).await
    }

    fn billing(&self) -> Option<&dyn Billing> {
        self.facts.keys.is_some().then_some(self as &dyn Billing)
    }

    fn accounts(&self) -> Option<&dyn Accounts> {
        self.facts.accounts.is_some().then_some(self as &dyn Accounts)
    }

    fn account_changes(&self) -> Option<&dyn AccountChanges> {
        self.facts.opens_accounts().then_some(self as &dyn AccountChanges)
    }

    fn holders(&self) -> Option<&dyn Holders> {
        (self.facts.code == account::HOLDERS).then_some(self as &dyn Holders)
    }

    fn cvs(&self) -> Option<&dyn crate::capability::cvs::Cvs> {
        self.facts.cvs.then_some(self as &dyn crate::capability::cvs::Cvs)
    }

    fn quick_pay(&self) -> Option<&dyn crate::capability::quick_pay::QuickPay> {
        self.facts.quick.then_some(self as &dyn crate::capability::quick_pay::QuickPay)
    }

    fn points(&self) -> Option<&dyn crate::capability::point_login::Points> {
        self.facts.login.then_some(self as &dyn crate::capability::point_login::Points)
    }

    fn inquiries(&self) -> Option<&dyn Inquiries> {
        Some(self)
    }

    fn notices(&self) -> Option<&dyn Notices> {
        self.facts.deposits().then_some(&notice::SandboxNotices)
    }

    fn errands(&self) -> Option<&dyn Errands> {
        Some(self)
    }

    fn product_orders(&self) -> Option<&dyn ProductOrders> {
        (self.facts.code == naver::ORDERS).then_some(self as &dyn ProductOrders)
    }

    fn purchases(&self) -> Option<&dyn Purchases> {
        (self.facts.code == naver::PAYMENTS).then_some(self as &dyn Purchases)
    }

    fn order_statuses(&self) -> Option<&dyn OrderStatuses> {
        (self.facts.code == errands::STATUSES).then_some(self as &dyn OrderStatuses)
    }

    fn deliveries(&self) -> Option<&dyn Deliveries> {
        (self.facts.code == errands::DELIVERIES).then_some(self as &dyn Deliveries)
    }
}

#[async_trait::async_trait]
impl Accounts for SandboxOnly {
    fn needs_holder(&self) -> bool {
        self.facts.accounts.unwrap_or(false)
    }

    async fn issue(&self, cx: &Cx<'_>, order: &AccountOrder) -> Result<Approval, PgError> {
        account::issue(self, cx, order).await
    }

    async fn settle_issue(&self, cx: &Cx<'_>, order: &AccountOrder) -> Result<Settled, PgError> {
        settle::approval(self, cx, &order.imp_uid).await
    }
}
