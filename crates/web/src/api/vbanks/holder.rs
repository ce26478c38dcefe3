//! `GET /vbanks/holder` (legacy): whose account a number is. None of our PGs publishes a call for
//! it, so the answer is always that nobody was found, never a made-up name.

use crate::api::Answer;
use crate::extract::{Fields, Merchant};
use engine::Error;

/// Looks a holder up.
pub async fn holder(_: Merchant, fields: Fields) -> Answer {
    let bank = fields.need("bank_code")?;
    let number = fields.need("bank_num")?;
    if engine::rows::normalise_bank(&bank).is_none() {
        return Err(Error::invalid("bank_code", "알 수 없는 은행코드입니다.").into());
    }
    // Symbols are allowed and stand for nothing.
    if !number.chars().any(|character| character.is_ascii_digit()) {
        return Err(Error::invalid("bank_num", "계좌번호에 숫자가 없습니다.").into());
    }
    Err(Error::NotFound("예금주를 조회할 수 있는 PG 설정이 없습니다.").into())
}
