//! `GET /payments/find/{merchant_uid}[/{status}]`: one attempt of an order (V1 behaviour §3.3).

use super::{MISSING, status_word};
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One, Two};
use crate::{App, error};
use axum::extract::State;
use domain::payment::Status;
use engine::payments::find;
use engine::rows::Sorting;

/// The first attempt in sort order.
pub async fn any(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    fields: Fields,
) -> Answer {
    first(&app, merchant, &merchant_uid, None, &fields).await
}

/// The newest attempt of a status. A word that is no status finds nothing (§9-14).
pub async fn of_status(
    State(app): State<App>,
    merchant: Merchant,
    Two(merchant_uid, word): Two,
    fields: Fields,
) -> Answer {
    let status = status_word(&word).map_err(|()| MISSING)?;
    first(&app, merchant, &merchant_uid, status, &fields).await
}

async fn first(
    app: &App,
    merchant: Merchant,
    merchant_uid: &str,
    status: Option<Status>,
    fields: &Fields,
) -> Answer {
    let sorting = Sorting::parse(&fields.text("sorting")?.unwrap_or_default());
    let view = find::first_of_order(&app.engine, merchant.id, merchant_uid, status, sorting);
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}
