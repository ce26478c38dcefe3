//! `POST /kcpquick/payment/money`: a member's prepaid money.

use crate::api::subscribe::charge;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::payments::find;
use engine::quick::money as verb;

/// Charges, to the end even if the caller hangs up.
pub async fn pay(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let member_id = fields.need("member_id")?;
    let channel_key = fields.need("channel_key")?;
    fields.need("name")?;
    let pin = fields.need("imp_uid")?;
    let request = charge::read(&fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let paid = verb::pay(&engine, merchant.id, &member_id, &channel_key, &pin, request);
        find::view(&engine, paid.await?).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}
