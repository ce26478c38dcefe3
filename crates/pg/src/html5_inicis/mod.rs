//! KG Inicis (KG이니시스): web standard on PC, `smart/payment` on mobile, INIAPI v2 for cancels.
//!
//! | verb | file |
//! |---|---|
//! | window | `open.rs`, its options in `options.rs` |
//! | back from the window | `return_.rs` |
//! | approval | `approve.rs` (PC), `approve_mobile.rs` |
//! | no answer to an approval | `settle.rs` (net-cancel), `inquiry.rs` |
//! | what the books say | `books.rs` |
//! | cancel | `cancel.rs`, `settle_cancel.rs` |
//! | deposit notice | `notice.rs` |
//! | billing keys | `billing.rs` (issue), `billing_charge.rs`, `billing_settle.rs` |
//! | cash receipts | `receipt.rs` |
//! | escrow deliveries | `delivery.rs` |
//!
//! Sources, quirks and what is not published: `README.md`.

mod approve;
mod approve_mobile;
mod billing;
mod billing_charge;
mod billing_settle;
mod books;
mod cancel;
mod codes;
mod delivery;
mod inquiry;
mod notice;
mod open;
mod options;
mod receipt;
mod return_;
mod settle;
mod settle_cancel;
mod spec;
mod wire;

#[cfg(feature = "sim")]
pub mod sim;

#[cfg(test)]
mod tests;

use crate::capability::billing::Billing;
use crate::capability::cash_receipt::CashReceipts;
use crate::capability::escrow::Escrows;
use crate::capability::inquiry::Inquiries;
use crate::capability::notices::Notices;
use crate::contract::Pg;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{
    Approval, CancelDone, CancelOrder, CancelSettled, Opened, Order, Outcome, Returned, Settled,
};
use crate::spec::Spec;

/// KG Inicis.
#[derive(Debug)]
pub struct Inicis;

#[async_trait::async_trait]
impl Pg for Inicis {
    fn spec(&self) -> &'static Spec {
        &spec::SPEC
    }

    async fn open(&self, cx: &Cx<'_>, order: &Order) -> Result<Opened, PgError> {
        open::open(cx, order)
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
        memo: &str,
        auth: &str,
    ) -> Result<Settled, PgError> {
        settle::settle(cx, order, memo, auth).await
    }

    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
        cancel::cancel(cx, cancel).await
    }

    async fn settle_cancel(
        &self,
        cx: &Cx<'_>,
        cancel: &CancelOrder,
    ) -> Result<CancelSettled, PgError> {
        settle_cancel::settle(cx, cancel).await
    }

    fn billing(&self) -> Option<&dyn Billing> {
        Some(&billing::InicisBilling)
    }

    fn inquiries(&self) -> Option<&dyn Inquiries> {
        Some(&books::InicisInquiries)
    }

    fn notices(&self) -> Option<&dyn Notices> {
        Some(&notice::InicisNotices)
    }

    fn escrows(&self) -> Option<&dyn Escrows> {
        Some(&delivery::InicisEscrows)
    }

    fn partner_receipts(&self) -> bool {
        true
    }

    fn cash_receipts(&self) -> Option<&dyn CashReceipts> {
        Some(&receipt::InicisReceipts)
    }
}
