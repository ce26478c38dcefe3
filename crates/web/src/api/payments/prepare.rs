//! `POST` and `PUT /payments/prepare`, `GET /payments/prepare/{merchant_uid}`
//! (V1 behaviour §3.5).

use crate::api::Answer;
use crate::api::payment_json::number;
use crate::extract::{Fields, Merchant, One, Refusal};
use crate::{App, error};
use axum::extract::State;
use axum::response::Response;
use engine::payments::prepare::{self as verb, PrepareRequest};
use engine::rows::PrepareRow;
use serde_json::{Map, Value};

/// Registers what an order must cost.
pub async fn register(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let request = request(&fields)?;
    Ok(shown(&verb::register(&app.engine, merchant.id, &request).await?))
}

/// Changes it.
pub async fn change(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let request = request(&fields)?;
    Ok(shown(&verb::change(&app.engine, merchant.id, &request).await?))
}

/// What is registered.
pub async fn get(State(app): State<App>, merchant: Merchant, One(merchant_uid): One) -> Answer {
    Ok(shown(&verb::get(&app.engine, merchant.id, &merchant_uid).await?))
}

fn request(fields: &Fields) -> Result<PrepareRequest, Refusal> {
    Ok(PrepareRequest {
        merchant_uid: fields.need("merchant_uid")?,
        amount: fields.need("amount")?,
        currency: fields.text("currency")?,
    })
}

fn shown(row: &PrepareRow) -> Response {
    let mut map = Map::new();
    map.insert("merchant_uid".to_owned(), row.merchant_uid.as_str().into());
    map.insert("amount".to_owned(), number(&row.amount));
    if let Some(currency) = &row.currency {
        map.insert("currency".to_owned(), currency.as_str().into());
    }
    error::ok(Value::Object(map))
}
