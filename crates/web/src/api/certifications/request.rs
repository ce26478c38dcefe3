//! `POST /certifications/otp/request`: a code is sent to somebody's telephone.

use super::refused;
use crate::api::Answer;
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use engine::certifications::{self as verb, OtpRequest};
use serde_json::json;

/// Has a code sent, to the end even if the caller hangs up. `bypass` is for one PG's own module and
/// not looked at.
pub async fn request(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let request = read(&fields)?;
    drop(fields);
    let engine = app.engine.clone();
    let sent = engine::detached(async move { verb::request(&engine, merchant.id, request).await });
    let row = sent.await.map_err(refused)?;
    Ok(error::ok(json!({ "imp_uid": row.imp_uid })))
}

fn read(fields: &Fields) -> Result<OtpRequest, Refusal> {
    Ok(OtpRequest {
        name: fields.need("name")?,
        phone: fields.need("phone")?,
        birth: fields.need("birth")?,
        gender_digit: fields.need("gender_digit")?,
        carrier: fields.need("carrier")?,
        is_mvno: fields.flag("is_mvno")?,
        company: fields.text("company")?,
        merchant_uid: fields.text("merchant_uid")?,
        method: fields.text("verification_method")?,
        channel_key: fields.text("channel_key")?,
        pg: fields.text("pg")?,
    })
}
