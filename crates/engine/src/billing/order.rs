//! A charge as its PG needs to know it: to ask for it, and to ask later how it ended.

use domain::{Millis, Money};
use pg::{Charge, IssuedKey};
use store::payments::PaymentRow;

/// The charge as its PG needs to know it, rebuilt from the row at any time.
#[must_use]
pub fn order(row: &PaymentRow, key: IssuedKey) -> Charge {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let part = |minor: Option<i64>| {
        minor.and_then(|minor| Money::new(minor, row.payment.amount.currency()).ok())
    };
    Charge {
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        name: row.name.clone().unwrap_or_else(|| row.merchant_uid.clone()),
        amount: row.payment.amount,
        tax_free: part(row.tax_free),
        vat_amount: part(row.vat_amount),
        buyer: pg::Buyer {
            name: text(&row.buyer_name),
            email: text(&row.buyer_email),
            tel: text(&row.buyer_tel),
            addr: text(&row.buyer_addr),
            postcode: text(&row.buyer_postcode),
        },
        quota: row.card_quota,
        interest_free: false,
        key,
        client_ip: "127.0.0.1".into(),
        asked_at: Millis(row.approving_at.unwrap_or(row.started_at)),
    }
}
