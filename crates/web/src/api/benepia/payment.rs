//! `POST /benepia/payment`: spends points.

use super::{failed, login};
use crate::api::subscribe::charge;
use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::billing::points as verb;
use engine::payments::find;

/// Pays, to the end even if the caller hangs up.
pub async fn pay(State(app): State<App>, merchant: Merchant, mut fields: Fields) -> Answer {
    let channel_key = fields.need("channel_key")?;
    fields.need("name")?;
    let login = login(&mut fields)?;
    let request = charge::read(&fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::pay(&engine, merchant.id, &channel_key, &login, request).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await.map_err(failed)?)))
}
