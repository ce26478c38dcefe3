//! `POST /payco/orders/status/{imp_uid}`: a state of the order. As every command V1 documents with
//! 200 and 401 alone, it is refused with HTTP 200 and a code.

use super::Answer;
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::{Error, OrderStatus, purchases};
use serde_json::json;

/// Changes it, to the end even if the caller hangs up.
pub async fn change(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    let status = fields.need("status")?;
    let words = OrderStatus::ALL.map(OrderStatus::word).join(", ");
    let wrong = || Error::invalid("status", format!("{words} 중 하나여야 합니다."));
    let status = OrderStatus::parse(&status).ok_or_else(wrong)?;
    let engine = app.engine.clone();
    let changed = engine::detached(async move {
        purchases::order_status(&engine, merchant.id, &imp_uid, status).await
    });
    changed.await.map_err(as_command)?;
    Ok(error::ok(json!({ "status": status.word() })))
}

/// What cannot be done with this payment is a refusal.
pub(super) fn as_command(error: Error) -> Error {
    match error {
        Error::NotFound(text) => Error::Refused(text.to_owned()),
        Error::Invalid { field, message } if field == "imp_uid" => Error::Refused(message),
        other => other,
    }
}
