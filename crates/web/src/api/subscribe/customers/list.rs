//! `GET /subscribe/customers?customer_uid[]=`: several at once (V1 behaviour §3.7).

use crate::api::Answer;
use crate::api::subscribe::customer_json;
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::Error;
use serde_json::Value;
use std::collections::BTreeSet;

/// The most names one call may give.
const MOST: usize = 100;

/// In the order asked for; 207 if some are missing, 404 if all are.
pub async fn list(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let mut seen = BTreeSet::new();
    let mut uids = fields.list("customer_uid")?;
    uids.retain(|uid| seen.insert(uid.clone()));
    if uids.is_empty() {
        return Err(Refusal::missing("customer_uid[]"));
    }
    if uids.len() > MOST {
        let text = format!("한 번에 {MOST}건까지 조회할 수 있습니다.");
        return Err(Error::invalid("customer_uid[]", text).into());
    }
    let found = engine::billing::customers::get_many(&app.engine, merchant.id, &uids).await?;
    if found.is_empty() {
        return Err(Error::NotFound("해당되는 고객정보를 찾지 못하였습니다.").into());
    }
    let all = found.len() == uids.len();
    let status = if all { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    let rows: Value = found.iter().map(|row| customer_json::one(&app.engine, row)).collect();
    Ok(error::envelope(status, 0, None, rows))
}
