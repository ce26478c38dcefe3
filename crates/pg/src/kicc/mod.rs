//! KICC EasyPay (한국정보통신 이지페이), the EP9 REST protocol with the integrated window.
//!
//! Register → the browser goes to the window → it posts back → approval → revise (cancel, refund).
//! There is no net-cancel: an approval or cancel without an answer is asked after by its number.

mod approve;
mod billing;
mod cancel;
mod codes;
mod inquiry;
mod notice;
mod open;
mod receipt;
mod return_;
mod settle;
mod spec;
mod wire;

#[cfg(test)]
mod fixture;

#[cfg(feature = "sim")]
pub mod sim;

use crate::capability::billing::Billing;
use crate::capability::cash_receipt::CashReceipts;
use crate::capability::inquiry::Inquiries;
use crate::capability::notices::Notices;
use crate::contract::Pg;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{
    Approval, CancelDone, CancelOrder, CancelSettled, Opened, Order, Outcome, Returned, Settled,
};
use crate::spec::Spec;

/// The connector; it has no state.
pub struct Kicc;

#[async_trait::async_trait]
impl Pg for Kicc {
    fn spec(&self) -> &'static Spec {
        &spec::SPEC
    }

    async fn open(&self, cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
        open::open(cx, order).await
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
        approve::approve(cx, order, auth).await
    }

    async fn settle_approval(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        _memo: &str,
        auth: &str,
    ) -> Result<Settled, PgError> {
        settle::approval(cx, order, auth).await
    }

    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
        cancel::cancel(cx, cancel).await
    }

    async fn settle_cancel(
        &self,
        cx: &Cx<'_>,
        cancel: &CancelOrder,
    ) -> Result<CancelSettled, PgError> {
        settle::cancel(cx, cancel).await
    }

    fn billing(&self) -> Option<&dyn Billing> {
        Some(&billing::KiccBilling)
    }

    fn inquiries(&self) -> Option<&dyn Inquiries> {
        Some(&inquiry::KiccInquiries)
    }

    fn notices(&self) -> Option<&dyn Notices> {
        Some(&notice::KiccNotices)
    }

    fn cash_receipts(&self) -> Option<&dyn CashReceipts> {
        Some(&receipt::KiccReceipts)
    }
}
