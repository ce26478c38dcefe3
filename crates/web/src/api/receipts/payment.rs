//! `GET`, `POST` and `DELETE /receipts/{imp_uid}`: the receipt of a payment.

use super::{read, receipt_json, refusal};
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One};
use crate::{App, error};
use axum::extract::State;
use engine::receipts::{issue as issuing, revoke as revoking, show};

/// The newest receipt.
pub async fn get(State(app): State<App>, merchant: Merchant, One(imp_uid): One) -> Answer {
    let row = show::get(&app.engine, merchant.id, &imp_uid).await?;
    Ok(error::ok(receipt_json(&app.engine, &row)))
}

/// Issues, to the end even if the caller hangs up.
pub async fn issue(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    mut fields: Fields,
) -> Answer {
    let request = read(&mut fields)?;
    let engine = app.engine.clone();
    let issued =
        engine::detached(
            async move { issuing::issue(&engine, merchant.id, &imp_uid, request).await },
        );
    Ok(error::ok(receipt_json(&app.engine, &issued.await.map_err(refusal)?)))
}

/// Takes it back, to the end even if the caller hangs up.
pub async fn revoke(
    State(app): State<App>,
    merchant: Merchant,
    One(imp_uid): One,
    _: Fields,
) -> Answer {
    let engine = app.engine.clone();
    let revoked =
        engine::detached(async move { revoking::revoke(&engine, merchant.id, &imp_uid).await });
    Ok(error::ok(receipt_json(&app.engine, &revoked.await.map_err(refusal)?)))
}
