//! `/receipts/external/{merchant_uid}`: receipts for sales made elsewhere.

use super::{read, receipt_json, refusal};
use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::Error;
use engine::receipts::elsewhere::{self as verb, Sale};

/// The newest receipt.
pub async fn get(State(app): State<App>, merchant: Merchant, One(merchant_uid): One) -> Answer {
    let row = verb::get(&app.engine, merchant.id, &merchant_uid).await?;
    Ok(error::ok(receipt_json(&app.engine, &row)))
}

/// Issues, to the end even if the caller hangs up.
pub async fn issue(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    mut fields: Fields,
) -> Answer {
    let sale = sale(&fields, merchant_uid)?;
    let request = read(&mut fields)?;
    let engine = app.engine.clone();
    let issued =
        engine::detached(async move { verb::issue(&engine, merchant.id, sale, request).await });
    Ok(error::ok(receipt_json(&app.engine, &issued.await.map_err(refusal)?)))
}

fn sale(fields: &Fields, merchant_uid: String) -> Result<Sale, Refusal> {
    let (channel_key, name) = (fields.need("channel_key")?, fields.need("name")?);
    fields.need("amount")?;
    if let Some(method) = fields.text("pay_method")?
        && !matches!(method.as_str(), "trans" | "vbank")
    {
        return Err(Error::invalid("pay_method", "trans 또는 vbank여야 합니다.").into());
    }
    let amount = fields.integer("amount")?.unwrap_or_default();
    Ok(Sale { merchant_uid, channel_key, name, amount })
}

/// Takes it back, to the end even if the caller hangs up.
pub async fn revoke(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    _: Fields,
) -> Answer {
    let engine = app.engine.clone();
    let revoked =
        engine::detached(async move { verb::revoke(&engine, merchant.id, &merchant_uid).await });
    Ok(error::ok(receipt_json(&app.engine, &revoked.await.map_err(refusal)?)))
}
