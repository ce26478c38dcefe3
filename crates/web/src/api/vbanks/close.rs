//! `DELETE /vbanks/{imp_uid}`: an account nobody paid into is closed.

use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::payments::accounts::close as verb;
use engine::payments::find;

/// Closes, to the end even if the caller hangs up, and shows the payment as it is then.
/// `pg_api_key` is V1's for one PG and not looked at.
pub async fn close(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    _: Fields,
) -> Answer {
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::close(&engine, merchant.id, &imp_uid).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}
