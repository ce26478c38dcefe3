//! An attempt as its PG needs to know it, rebuilt from the rows at any time.

use crate::Engine;
use domain::{Millis, Money};
use pg::{Buyer, CancelOrder, Device, Order, RefundAccount};
use store::cancels::CancelRow;
use store::checkouts::CheckoutRow;
use store::payments::PaymentRow;

/// The order of an attempt.
#[must_use]
pub fn order(engine: &Engine, row: &PaymentRow, checkout: &CheckoutRow) -> Order {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let money = |minor: Option<i64>| {
        minor.and_then(|minor| Money::new(minor, row.payment.amount.currency()).ok())
    };
    let param: serde_json::Value = serde_json::from_str(&checkout.param).unwrap_or_default();
    let base = &engine.settings.public_url;
    Order {
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        // Optional in V1, but no PG takes an order without one.
        name: row.name.clone().unwrap_or_else(|| row.merchant_uid.clone()),
        amount: row.payment.amount,
        tax_free: money(row.tax_free),
        vat_amount: money(row.vat_amount),
        method: text(&row.pay_method),
        buyer: Buyer {
            name: text(&row.buyer_name),
            email: text(&row.buyer_email),
            tel: text(&row.buyer_tel),
            addr: text(&row.buyer_addr),
            postcode: text(&row.buyer_postcode),
        },
        device: if row.channel == "mobile" { Device::Mobile } else { Device::Pc },
        customer_uid: row.customer_uid.clone(),
        language: checkout.language.clone(),
        vbank_due: row.vbank_due_at.map(Millis),
        escrow: row.escrow,
        digital: super::open::Param(&param).flag("digital"),
        param,
        return_url: format!("{base}/callback/{}/return/{}", row.pg, checkout.session),
        close_url: format!("{base}/checkout/{}/closed", checkout.session),
        notice_url: format!("{base}/callback/{}/notice", row.pg),
        client_ip: checkout.client_ip.clone(),
    }
}

/// A cancel as its PG needs to know it. `earlier` is how many cancels were settled before.
#[must_use]
pub fn cancel_order(row: &PaymentRow, cancel: &CancelRow, earlier: i64) -> CancelOrder {
    let currency = row.payment.amount.currency();
    let money = |minor: i64| Money::new(minor, currency).unwrap_or(Money::zero(currency));
    let refund = cancel.refund_account.clone().map(|number| RefundAccount {
        bank_code: cancel.refund_bank.clone().unwrap_or_default(),
        number,
        holder: cancel.refund_holder.clone().unwrap_or_default(),
        tel: cancel.refund_tel.clone().unwrap_or_default(),
    });
    let reason = cancel.reason.trim();
    CancelOrder {
        cancel_id: cancel.cancel_id.clone(),
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        tid: row.pg_tid.clone().unwrap_or_default(),
        method: row.pay_method.clone().unwrap_or_default(),
        total: row.payment.amount,
        left: money(cancel.left_before),
        amount: money(cancel.amount),
        earlier,
        deposited: row.paid_at.is_some(),
        tax_free: cancel.tax_free.map(money),
        vat_amount: cancel.vat_amount.map(money),
        // Every PG wants one and merchants may give none.
        reason: if reason.is_empty() { "취소".to_owned() } else { reason.to_owned() },
        refund,
        item: cancel.item.as_deref().and_then(|item| serde_json::from_str(item).ok()),
        memo: row.pg_memo.clone(),
        paid_at: Millis(row.paid_at.unwrap_or(row.started_at)),
        asked_at: Millis(cancel.asked_at),
    }
}
