//! Billing keys (빌링키): issued in the window, charged and removed by REST.
//!
//! KICC gives no key for a card's number sent by a server; its window asks the card's holder.

pub(super) mod charge;
mod forget;
pub(super) mod window;

#[cfg(all(test, feature = "sim"))]
mod journey;

use crate::capability::billing::Billing;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Approval, Charge, IssuedKey, KeyIssue, Settled};

/// KICC's billing keys; no state.
pub(super) struct KiccBilling;

#[async_trait::async_trait]
impl Billing for KiccBilling {
    fn has_window(&self) -> bool {
        true
    }

    fn has_card_issue(&self) -> bool {
        false
    }

    async fn issue(&self, _cx: &Cx<'_>, _issue: &KeyIssue) -> Result<IssuedKey, PgError> {
        Err(PgError::invalid(
            "card_number",
            "KICC는 카드번호로 빌링키를 발급하지 않습니다. 결제창에서 발급하세요.",
        ))
    }

    async fn charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Approval, PgError> {
        charge::charge(cx, charge).await
    }

    async fn settle_charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Settled, PgError> {
        super::settle::charge(cx, charge).await
    }

    async fn forget(&self, cx: &Cx<'_>, key: &IssuedKey) -> Result<(), PgError> {
        forget::forget(cx, key).await
    }
}
