//! `GET /vbanks/holder` (legacy): whose account a number is.

use crate::api::Answer;
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::Error;
use engine::payments::accounts::holder as verb;
use serde_json::json;

/// Looks a holder up.
pub async fn holder(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let bank = fields.need("bank_code")?;
    // Symbols are allowed and stand for nothing.
    let number = fields.need("bank_num")?;
    let digits: String = number.chars().filter(char::is_ascii_digit).take(30).collect();
    if digits.is_empty() {
        return Err(Error::invalid("bank_num", "계좌번호에 숫자가 없습니다.").into());
    }
    let holder = verb::holder(&app.engine, merchant.id, &bank, &digits).await?;
    Ok(error::ok(json!({ "bank_holder": holder })))
}
