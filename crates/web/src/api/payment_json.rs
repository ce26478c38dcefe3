//! The Payment object (V1 behaviour §3.2): every documented key, always, in alphabetical order.

use domain::{Millis, Money};
use engine::commit::CARD_CHECK;
use engine::payments::find::View;
use engine::rows::{CancelRow, PaymentRow};
use engine::{Engine, payments::receipt};
use serde_json::{Map, Number, Value, json};

/// Keys that are newer than V1's oldest clients, one of which refuses keys it does not know
/// (§9-25). `legacy_payment_keys` leaves them out.
const NEWER: [&str; 7] = [
    "card_issuer_code",
    "card_issuer_name",
    "card_publisher_code",
    "card_publisher_name",
    "deposit_history",
    "promotion",
    "sandbox",
];

/// A payment as every operation of the API shows it.
#[must_use]
pub fn payment_json(engine: &Engine, view: &View) -> Value {
    let slip = receipt_url(engine, &view.row);
    object(view, slip.as_deref(), engine.settings.legacy_payment_keys)
}

/// The sales slip, once money arrived. The link opens for whoever holds it and cannot be guessed
/// from the imp_uid.
#[must_use]
pub fn receipt_url(engine: &Engine, row: &PaymentRow) -> Option<String> {
    row.paid_at?;
    let tag = receipt::tag(engine, &row.imp_uid);
    Some(format!("{}/receipts/{}/{tag}", engine.settings.public_url, row.imp_uid))
}

/// A decimal text as a JSON number of the same digits.
#[must_use]
pub fn number(decimal: &str) -> Value {
    decimal.parse::<Number>().map_or(Value::Null, Value::Number)
}

/// An amount as a JSON number of major units: `14000`, `1.2`.
pub(super) fn money(amount: Money) -> Value {
    number(&amount.decimal())
}

fn object(view: &View, slip: Option<&str>, legacy: bool) -> Value {
    let row = &view.row;
    let done: Vec<&CancelRow> = view.cancels.iter().filter(|it| it.state == "done").collect();
    let slips: Vec<&str> = done.iter().filter_map(|_| slip).collect();
    let history = done.iter().map(|it| cancelled(row, it, slip, legacy));
    let amount = row.payment.amount;
    let pairs: [(&str, Value); 54] = [
        ("amount", money(amount)),
        ("apply_num", row.apply_num.clone().into()),
        ("bank_code", text(&row.bank_code)),
        ("bank_name", text(&row.bank_name)),
        ("buyer_addr", text(&row.buyer_addr)),
        ("buyer_email", text(&row.buyer_email)),
        ("buyer_name", text(&row.buyer_name)),
        ("buyer_postcode", text(&row.buyer_postcode)),
        ("buyer_tel", text(&row.buyer_tel)),
        ("cancel_amount", money(row.payment.cancelled())),
        ("cancel_history", history.collect()),
        ("cancel_reason", text(&row.cancel_reason)),
        ("cancel_receipt_urls", slips.into()),
        ("cancelled_at", seconds(row.cancelled_at)),
        ("card_code", text(&row.card_code)),
        ("card_issuer_code", Value::Null),
        ("card_issuer_name", Value::Null),
        ("card_name", text(&row.card_name)),
        ("card_number", row.card_number.clone().into()),
        ("card_publisher_code", Value::Null),
        ("card_publisher_name", Value::Null),
        ("card_quota", row.card_quota.into()),
        ("card_type", row.card_type.into()),
        ("cash_receipt_issued", row.cash_receipt_at.is_some().into()),
        ("channel", row.channel.as_str().into()),
        ("currency", amount.currency().code().into()),
        ("custom_data", row.custom_data.clone().into()),
        ("customer_uid", text(&row.customer_uid)),
        ("customer_uid_usage", usage(row)),
        ("deposit_history", Value::Null),
        ("emb_pg_provider", text(&row.emb_pg_provider)),
        ("escrow", row.escrow.into()),
        ("fail_reason", text(&row.fail_reason)),
        ("failed_at", seconds(row.failed_at)),
        ("imp_uid", row.imp_uid.as_str().into()),
        ("merchant_uid", row.merchant_uid.as_str().into()),
        ("name", text(&row.name)),
        ("paid_at", seconds(row.paid_at)),
        ("pay_method", text(&row.pay_method)),
        ("pg_id", row.pg_id.as_str().into()),
        ("pg_provider", row.pg.as_str().into()),
        ("pg_tid", text(&row.pg_tid)),
        ("promotion", Value::Null),
        ("receipt_url", slip.into()),
        ("sandbox", (row.mode == "test").into()),
        ("started_at", seconds(Some(row.started_at))),
        ("status", row.payment.status().as_str().into()),
        ("user_agent", text(&row.user_agent)),
        ("vbank_code", text(&row.vbank_code)),
        ("vbank_date", seconds(row.vbank_due_at)),
        ("vbank_holder", text(&row.vbank_holder)),
        ("vbank_issued_at", seconds(row.vbank_issued_at)),
        ("vbank_name", text(&row.vbank_name)),
        ("vbank_num", text(&row.vbank_num)),
    ];
    let kept = pairs.into_iter().filter(|(key, _)| !(legacy && NEWER.contains(key)));
    Value::Object(kept.map(|(key, value)| (key.to_owned(), value)).collect())
}

/// A settled cancel.
fn cancelled(row: &PaymentRow, cancel: &CancelRow, slip: Option<&str>, legacy: bool) -> Value {
    let amount = Money::new(cancel.amount, row.payment.amount.currency());
    let tid = cancel.pg_tid.as_deref().or(row.pg_tid.as_deref()).unwrap_or_default();
    let mut map = Map::new();
    let mut put = |key: &str, value: Value| map.insert(key.to_owned(), value);
    put("pg_tid", tid.into());
    put("amount", amount.map_or(Value::Null, money));
    put("cancelled_at", seconds(cancel.done_at));
    put("reason", cancel.reason.as_str().into());
    put("receipt_url", slip.into());
    if !legacy {
        put("cancellation_id", cancel.cancel_id.as_str().into());
    }
    Value::Object(map)
}

/// V1's word for what a key was used for; it has none for a check of a card.
fn usage(row: &PaymentRow) -> Value {
    match row.customer_uid_usage.as_deref() {
        Some(CARD_CHECK) => "payment".into(),
        _ => text(&row.customer_uid_usage),
    }
}

/// Empty is null.
pub(super) fn text(value: &Option<String>) -> Value {
    value.as_deref().filter(|text| !text.is_empty()).into()
}

/// UNIX seconds; 0 for what never happened.
pub(super) fn seconds(at: Option<i64>) -> Value {
    json!(at.map_or(0, |at| Millis(at).seconds()))
}

#[cfg(test)]
#[path = "payment_json_tests.rs"]
mod tests;
