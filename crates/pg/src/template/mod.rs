//! `template`: one sentence on the protocol, and which of its products this folder speaks.
//!
//! Open → return → approve → cancel; what settles an approval without an answer.

mod approve;
mod cancel;
mod codes;
mod open;
mod return_;
mod settle;
mod spec;
mod wire;

#[cfg(feature = "sim")]
pub mod sim;

use crate::contract::Pg;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{
    Approval, CancelDone, CancelOrder, CancelSettled, Opened, Order, Outcome, Returned, Settled,
};
use crate::spec::Spec;

/// The connector; it has no state.
pub struct Template;

#[async_trait::async_trait]
impl Pg for Template {
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
        memo: &str,
        auth: &str,
    ) -> Result<Approval, PgError> {
        approve::approve(cx, order, memo, auth).await
    }

    async fn settle_approval(
        &self,
        cx: &Cx<'_>,
        order: &Order,
        memo: &str,
        auth: &str,
    ) -> Result<Settled, PgError> {
        settle::approval(cx, order, memo, auth).await
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
}
