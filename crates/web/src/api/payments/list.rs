//! `GET /payments?imp_uid[]=&merchant_uid[]=`: several at once (V1 behaviour §3.3).

use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::http::StatusCode;
use engine::Error;
use serde_json::Value;

/// The most numbers one call may name.
const MOST: usize = 100;

/// Newest first; 207 if some are missing, 404 if all are.
pub async fn list(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let (imp_uids, orders) = (fields.list("imp_uid")?, fields.list("merchant_uid")?);
    if imp_uids.is_empty() && orders.is_empty() {
        return Err(Refusal::missing("imp_uid[]"));
    }
    if imp_uids.len() + orders.len() > MOST {
        let text = format!("한 번에 {MOST}건까지 조회할 수 있습니다.");
        return Err(Error::invalid("imp_uid[]", text).into());
    }
    let found = engine::payments::find::by_numbers(&app.engine, merchant.id, &imp_uids, &orders);
    let found = found.await?;
    if found.is_empty() {
        return Err(Error::NotFound("해당되는 결제건을 찾지 못하였습니다.").into());
    }
    let all = imp_uids.iter().all(|uid| found.iter().any(|view| view.row.imp_uid == *uid))
        && orders.iter().all(|uid| found.iter().any(|view| view.row.merchant_uid == *uid));
    let status = if all { StatusCode::OK } else { StatusCode::MULTI_STATUS };
    let rows: Value = found.iter().map(|view| payment_json(&app.engine, view)).collect();
    Ok(error::envelope(status, 0, None, rows))
}
