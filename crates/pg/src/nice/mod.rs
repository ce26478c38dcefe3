//! NICE Payments (나이스페이먼츠), the legacy web protocol v3 (`goPay`), which V1's `nice` speaks.
//!
//! The verbs are plain functions over a [`Profile`], so that `alipay` (NICE's Alipay service) says
//! only what differs. Sources, quirks and open questions: `README.md` in this folder.

mod account;
#[cfg(all(test, feature = "sim"))]
mod account_tests;
mod approve;
mod billing;
mod billing_charge;
mod billing_forget;
mod billing_issue;
mod cancel;
mod codes;
mod delivery;
#[cfg(test)]
pub(crate) mod fixtures;
mod notice;
mod open;
pub mod profile;
mod receipt;
mod return_;
mod settle;
pub(crate) mod spec;
#[cfg(test)]
pub(crate) mod tests_support;
mod wire;

#[cfg(feature = "sim")]
pub mod sim;

#[cfg(all(test, feature = "sim"))]
mod billing_tests;
#[cfg(all(test, feature = "sim"))]
mod tests;

pub use profile::{Gateway, NICE, Profile};

use crate::capability::accounts::Accounts;
use crate::capability::billing::Billing;
use crate::capability::cash_receipt::CashReceipts;
use crate::capability::escrow::Escrows;
use crate::capability::notices::Notices;
use crate::error::PgError;
use crate::ops::{
    AccountOrder, Approval, CancelDone, CancelOrder, CancelSettled, Notice, Opened, Order, Outcome,
    Returned, Settled,
};
use crate::spec::{Credentials, Spec};
use crate::wire::Response;
use crate::{Cx, Pg};

/// Every PG behind NICE's legacy wire: `nice` and `alipay` differ in their profile and facts only.
#[async_trait::async_trait]
impl Pg for Gateway {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    async fn open(&self, cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
        open::open(self.profile, cx, order)
    }

    fn read_return(&self, cx: &Cx<'_>, back: &Returned<'_>) -> Result<Outcome, PgError> {
        return_::read_return(self.profile, cx, back)
    }

    async fn approve(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        _memo: &str,
        auth: &str,
    ) -> Result<Approval, PgError> {
        approve::approve(self.profile, cx, order, auth).await
    }

    async fn settle_approval(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        _memo: &str,
        auth: &str,
    ) -> Result<Settled, PgError> {
        settle::settle_approval(self.profile, cx, order, auth).await
    }

    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
        cancel::ask(self.profile, cx, cancel).await
    }

    async fn settle_cancel(
        &self,
        cx: &Cx<'_>,
        cancel: &CancelOrder,
    ) -> Result<CancelSettled, PgError> {
        cancel::settle_cancel(self.profile, cx, cancel).await
    }

    fn billing(&self) -> Option<&dyn Billing> {
        self.profile.billing().then_some(self as &dyn Billing)
    }

    fn accounts(&self) -> Option<&dyn Accounts> {
        self.profile.vbank().then_some(self as &dyn Accounts)
    }

    fn notices(&self) -> Option<&dyn Notices> {
        self.profile.vbank().then_some(self as &dyn Notices)
    }

    fn escrows(&self) -> Option<&dyn Escrows> {
        self.profile.wallet.is_none().then_some(self as &dyn Escrows)
    }

    fn cash_receipts(&self) -> Option<&dyn CashReceipts> {
        self.profile.wallet.is_none().then_some(self as &dyn CashReceipts)
    }
}

#[async_trait::async_trait]
impl Accounts for Gateway {
    fn needs_holder(&self) -> bool {
        true
    }

    async fn issue(&self, cx: &Cx<'_>, order: &AccountOrder) -> Result<Approval, PgError> {
        account::issue(self.profile, cx, order).await
    }

    async fn settle_issue(&self, cx: &Cx<'_>, order: &AccountOrder) -> Result<Settled, PgError> {
        account::settle(self.profile, cx, order).await
    }
}

impl Notices for Gateway {
    fn read(&self, _content_type: &str, body: &[u8]) -> Result<Notice, PgError> {
        notice::read(body)
    }

    fn verify(&self, credentials: &Credentials, notice: &Notice) -> Result<(), PgError> {
        notice::verify(credentials, notice)
    }

    fn accepted(&self) -> Response {
        Response::text("OK")
    }

    fn refused(&self, _why: &str) -> Response {
        Response::text("FAIL")
    }
}
