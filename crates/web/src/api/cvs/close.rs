//! `DELETE /cvs/{imp_uid}`: a number nobody paid is voided.

use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::payments::{cvs, find};

/// Voids, to the end even if the caller hangs up, and shows the payment as it is then.
pub async fn close(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    _: Fields,
) -> Answer {
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = cvs::close(&engine, merchant.id, &imp_uid).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}
