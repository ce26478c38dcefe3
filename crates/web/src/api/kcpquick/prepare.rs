//! `POST`, `PUT /kcpquick/prepare/{merchant_uid}`.

use crate::api::Answer;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::quick::prepare::{self as verb, Prepared, Registered};
use serde_json::json;

/// Registers an order; once.
pub async fn register(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    fields: Fields,
) -> Answer {
    let prepared = read(&fields)?;
    match verb::register(&app.engine, merchant.id, &merchant_uid, &prepared).await? {
        Registered::Done => Ok(error::ok(json!({ "merchant_uid": merchant_uid }))),
        Registered::Before => {
            let text = "이미 동일한 merchant_uid로 사전등록된 정보가 존재합니다.";
            Err(Refusal::text(StatusCode::CONFLICT, text))
        }
    }
}

/// Changes what is registered.
pub async fn change(
    State(app): State<App>,
    merchant: Merchant,
    One(merchant_uid): One,
    fields: Fields,
) -> Answer {
    let prepared = read(&fields)?;
    verb::change(&app.engine, merchant.id, &merchant_uid, &prepared).await?;
    Ok(error::ok(json!({ "merchant_uid": merchant_uid })))
}

fn read(fields: &Fields) -> Result<Prepared, Refusal> {
    Ok(Prepared {
        btid: fields.need("btid")?,
        cust_ip: fields.need("cust_ip")?,
        code_verifier: fields.need("code_verifier")?,
        prepaid_auth_yn: fields.text("prepaid_auth_yn")?,
        prepaid_amount: fields.integer("prepaid_amount")?,
        vender_type: fields.text("vender_type")?,
        reward_id: fields.text("reward_id")?,
    })
}
