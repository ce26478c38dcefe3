//! `POST /subscribe/payments/onetime` (V1 behaviour §3.6): a card is charged at once, and its key
//! kept if a `customer_uid` is given.

use super::{card, charge};
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::billing::charge as verb;
use engine::payments::find;

/// Charges, to the end even if the caller hangs up.
pub async fn onetime(State(app): State<App>, merchant: Merchant, mut fields: Fields) -> Answer {
    let request = charge::read(&fields)?;
    let (channel_key, pg) = (fields.text("channel_key")?, fields.text("pg")?);
    let customer_uid = fields.text("customer_uid")?;
    let card = card::need(&mut fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let channel = (channel_key.as_deref(), pg.as_deref());
        let uid = customer_uid.as_deref();
        let paid = verb::onetime(&engine, merchant.id, card, uid, channel, request);
        let row = paid.await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}
