//! The ScheduleResult object (V1 behaviour §3.6): every documented key, always, in alphabetical
//! order.

use crate::api::payment_json::{money, seconds, text};
use domain::{Currency, Money};
use engine::rows::{RUNNING, ScheduleRow};
use serde_json::{Map, Value};

/// A plan as every operation of the API shows it.
#[must_use]
pub fn one(row: &ScheduleRow) -> Value {
    let currency = Currency::parse(&row.currency);
    let amount = currency.and_then(|currency| Money::new(row.amount, currency).ok());
    // A charge on its way is not over.
    let running = row.state == RUNNING;
    let state = if running { "scheduled" } else { row.state.as_str() };
    let imp_uid = if running { Value::Null } else { text(&row.imp_uid) };
    let pairs: [(&str, Value); 22] = [
        ("amount", amount.map_or(Value::Null, money)),
        ("buyer_addr", text(&row.buyer_addr)),
        ("buyer_email", text(&row.buyer_email)),
        ("buyer_name", text(&row.buyer_name)),
        ("buyer_postcode", text(&row.buyer_postcode)),
        ("buyer_tel", text(&row.buyer_tel)),
        ("currency", row.currency.as_str().into()),
        ("custom_data", row.custom_data.clone().into()),
        ("customer_id", text(&row.customer_id)),
        ("customer_uid", row.customer_uid.as_str().into()),
        ("executed_at", seconds(row.executed_at)),
        ("fail_reason", text(&row.fail_reason)),
        ("imp_uid", imp_uid),
        ("merchant_uid", row.merchant_uid.as_str().into()),
        ("name", text(&row.name)),
        ("payment_status", text(&row.payment_status)),
        ("pg_id", text(&row.pg_id)),
        ("pg_provider", text(&row.pg)),
        ("promotion_id", Value::Null),
        ("revoked_at", seconds(row.revoked_at)),
        ("schedule_at", seconds(Some(row.schedule_at))),
        ("schedule_status", state.into()),
    ];
    let pairs = pairs.into_iter().map(|(key, value)| (key.to_owned(), value));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Several.
#[must_use]
pub fn all(rows: &[ScheduleRow]) -> Value {
    rows.iter().map(one).collect()
}
