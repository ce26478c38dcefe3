//! `PUT /vbanks/{imp_uid}`: another amount or deadline.

use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::payments::accounts::change::{self as verb, ChangeRequest};
use engine::payments::find;

/// Changes an open account where its PG can.
pub async fn change(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    fields: Fields,
) -> Answer {
    let request =
        ChangeRequest { amount: fields.text("amount")?, vbank_due: fields.integer("vbank_due")? };
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::change(&engine, merchant.id, &imp_uid, &request).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}
