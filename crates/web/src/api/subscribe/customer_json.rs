//! The CustomerAnnotation object (V1 behaviour §3.7): every documented key, always, in alphabetical
//! order. The billing key itself is never shown.

use crate::api::payment_json::{seconds, text};
use engine::Engine;
use engine::rows::CustomerRow;
use serde_json::{Map, Value};

/// Keys newer than V1's oldest clients (§9-25); `legacy_payment_keys` leaves them out.
const NEWER: [&str; 5] = [
    "card_issuer_code",
    "card_issuer_name",
    "card_publisher_code",
    "card_publisher_name",
    "sandbox",
];

/// A customer as every operation of the API shows it.
#[must_use]
pub fn one(engine: &Engine, row: &CustomerRow) -> Value {
    let pairs: [(&str, Value); 20] = [
        ("card_code", text(&row.card_code)),
        ("card_issuer_code", Value::Null),
        ("card_issuer_name", Value::Null),
        ("card_name", text(&row.card_name)),
        ("card_number", text(&row.card_number)),
        ("card_publisher_code", Value::Null),
        ("card_publisher_name", Value::Null),
        ("card_type", row.card_type.into()),
        ("customer_addr", text(&row.customer_addr)),
        ("customer_email", text(&row.customer_email)),
        ("customer_id", text(&row.customer_id)),
        ("customer_name", text(&row.customer_name)),
        ("customer_postcode", text(&row.customer_postcode)),
        ("customer_tel", text(&row.customer_tel)),
        ("customer_uid", row.customer_uid.as_str().into()),
        ("inserted", seconds(Some(row.inserted_at))),
        ("pg_id", row.pg_id.as_str().into()),
        ("pg_provider", row.pg.as_str().into()),
        ("sandbox", (row.mode == "test").into()),
        ("updated", seconds(Some(row.updated_at))),
    ];
    let legacy = engine.settings.legacy_payment_keys;
    let kept = pairs.into_iter().filter(|(key, _)| !(legacy && NEWER.contains(key)));
    Value::Object(kept.map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>())
}
