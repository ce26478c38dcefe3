//! `PUT /subscribe/payments/schedule/{merchant_uid}`, `POST …/reschedule` and `POST …/retry`
//! (V1 behaviour §3.6).

use crate::api::subscribe::schedule_json;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::billing::schedules as verb;
use engine::payments::find;

/// Moves a plan that was not charged yet.
pub async fn replan(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    fields: Fields,
) -> Answer {
    let at = schedule_at(&fields)?;
    let engine = app.engine.clone();
    let moved =
        engine::detached(
            async move { verb::replan(&engine, merchant.id, &merchant_uid, at).await },
        );
    Ok(error::ok(schedule_json::one(&moved.await?)))
}

/// Plans a failed charge again.
pub async fn reschedule(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    fields: Fields,
) -> Answer {
    let at = schedule_at(&fields)?;
    let engine = app.engine.clone();
    let moved =
        engine::detached(
            async move { verb::reschedule(&engine, merchant.id, &merchant_uid, at).await },
        );
    Ok(error::ok(schedule_json::one(&moved.await?)))
}

/// Charges a failed plan now; the payment's status says how it went.
pub async fn retry(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    _: Fields,
) -> Answer {
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::retry(&engine, merchant.id, &merchant_uid).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}

fn schedule_at(fields: &Fields) -> Result<i64, Refusal> {
    fields.integer("schedule_at")?.ok_or_else(|| Refusal::missing("schedule_at"))
}
