//! What each PG can do, asked of its connector: the compatibility page shows it, so nobody has to
//! keep a list beside the code.

use crate::rows::Spec;

/// Something only some PGs can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Can {
    /// Payments through a window, and cancels of them: every PG.
    Pay,
    /// Billing keys issued in the PG's window.
    KeyFromWindow,
    /// Billing keys issued from a card's number.
    KeyFromCard,
    /// Charges of a billing key, wherever it came from.
    Charge,
    /// Virtual accounts without a window.
    Account,
    /// Changes to an open account.
    AccountChange,
    /// Numbers to pay at a convenience store.
    Cvs,
    /// Members with prepaid money.
    QuickPay,
    /// Points behind a login.
    Points,
    /// Cash receipts.
    CashReceipt,
    /// Deliveries of escrow payments.
    Escrow,
    /// Changes to such a delivery.
    EscrowChange,
    /// Sub-merchants on a sales slip.
    PartnerReceipt,
    /// Identity verification by a code: not a PG's, but a certifier's.
    Code,
    /// Product orders: every product of a payment is an order of its own.
    ProductOrder,
    /// Points, the end of a purchase, and what a cash receipt may be issued for.
    Purchase,
    /// A state of the order beside the payment's.
    OrderStatus,
    /// How the goods travel.
    Delivery,
}

impl Can {
    /// Everything there is to ask of PGs, in the order it is shown.
    pub const ALL: &[Self] = &[
        Self::Pay,
        Self::KeyFromWindow,
        Self::KeyFromCard,
        Self::Charge,
        Self::Account,
        Self::AccountChange,
        Self::Cvs,
        Self::QuickPay,
        Self::Points,
        Self::CashReceipt,
        Self::Escrow,
        Self::EscrowChange,
        Self::PartnerReceipt,
        Self::ProductOrder,
        Self::Purchase,
        Self::OrderStatus,
        Self::Delivery,
    ];

    fn of(self, pg: &dyn pg::Pg) -> bool {
        let billing = |it: fn(&dyn pg::Billing) -> bool| pg.billing().is_some_and(it);
        match self {
            Self::Pay => true,
            Self::KeyFromWindow => billing(|billing| billing.has_window()),
            Self::KeyFromCard => billing(|billing| billing.has_card_issue()),
            Self::Charge => billing(|_| true),
            Self::Account => pg.accounts().is_some(),
            Self::AccountChange => pg.account_changes().is_some(),
            Self::Cvs => pg.cvs().is_some(),
            Self::QuickPay => pg.quick_pay().is_some(),
            Self::Points => pg.points().is_some(),
            Self::CashReceipt => pg.cash_receipts().is_some(),
            Self::Escrow => pg.escrows().is_some(),
            Self::EscrowChange => pg.escrows().is_some_and(|verbs| verbs.can_change()),
            Self::PartnerReceipt => pg.partner_receipts(),
            Self::Code => false,
            Self::ProductOrder => pg.product_orders().is_some(),
            Self::Purchase => pg.purchases().is_some(),
            Self::OrderStatus => pg.order_statuses().is_some(),
            Self::Delivery => pg.deliveries().is_some(),
        }
    }
}

/// The PGs (for [`Can::Code`] the certifiers) that can, in the order the console offers them.
#[must_use]
pub fn able(can: Can) -> Vec<&'static Spec> {
    if can == Can::Code {
        let by_code = pg::certifiers::ALL.iter().filter(|one| one.otp().is_some());
        return by_code.map(|one| one.spec()).collect();
    }
    pg::ALL.iter().filter(|pg| can.of(**pg)).map(|pg| pg.spec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_issues_keys_can_charge_them() {
        for can in [Can::KeyFromWindow, Can::KeyFromCard] {
            let codes = |can| able(can).iter().map(|spec| spec.code).collect::<Vec<_>>();
            assert!(!codes(can).is_empty());
            assert!(codes(can).iter().all(|code| codes(Can::Charge).contains(code)));
        }
        assert_eq!(able(Can::Pay).len(), pg::ALL.len());
    }
}
