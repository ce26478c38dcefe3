//! Billing keys (`BID`): issued from a card, charged without a window, removed.
//!
//! NICE's window issues no key in this protocol, so an order with a customer is refused at `open`.

use super::wire::{Shop, made_tid};
use super::{Gateway, billing_charge, billing_forget, billing_issue};
use crate::Cx;
use crate::capability::billing::Billing;
use crate::error::PgError;
use crate::ops::{Approval, Charge, IssuedKey, KeyIssue, Settled};
use domain::Millis;

#[async_trait::async_trait]
impl Billing for Gateway {
    fn has_window(&self) -> bool {
        false
    }

    fn has_card_issue(&self) -> bool {
        true
    }

    async fn issue(&self, cx: &Cx<'_>, issue: &KeyIssue) -> Result<IssuedKey, PgError> {
        billing_issue::issue(cx, issue).await
    }

    async fn charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Approval, PgError> {
        billing_charge::charge(self.profile, cx, charge).await
    }

    async fn settle_charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Settled, PgError> {
        billing_charge::settle(self.profile, cx, charge).await
    }

    async fn forget(&self, cx: &Cx<'_>, key: &IssuedKey) -> Result<(), PgError> {
        billing_forget::forget(cx, key).await
    }
}

/// The TID of a charge: card `01`, billing `16`.
pub(crate) fn tid(shop: &Shop<'_>, operation_id: &str, asked_at: Millis) -> String {
    made_tid(shop, "0116", operation_id, asked_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nice::fixtures::AT;

    #[test]
    fn a_tid_follows_the_rule_and_from_the_operation() {
        let shop = Shop { mid: "nicepay00m", key: "" };
        let one = tid(&shop, "op_1", AT);
        assert_eq!((one.len(), &one[..26]), (30, "nicepay00m0116231115071320"));
        assert!(one[26..].bytes().all(|byte| byte.is_ascii_digit()));
        assert_eq!(one, tid(&shop, "op_1", AT));
        assert_ne!(one, tid(&shop, "op_2", AT));
        assert_ne!(one, tid(&shop, "op_1", Millis(AT.0 + 1)), "also within a second");
    }
}
