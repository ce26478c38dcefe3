//! `POST /cvs`: a number to pay at a convenience store.

use crate::api::subscribe::charge;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::payments::cvs::issue::{self as verb, CvsRequest};
use engine::payments::find;

/// Issues, to the end even if the caller hangs up.
pub async fn issue(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let request = request(&fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::issue(&engine, merchant.id, request).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}

fn request(fields: &Fields) -> Result<CvsRequest, Refusal> {
    Ok(CvsRequest {
        channel_key: fields.need("channel_key")?,
        order: charge::read(fields)?,
        barcode: fields.text("barcode")?,
        expired_at: fields.integer("expired_at")?,
        confirm_url: fields.text("confirm_url")?,
    })
}
