//! Why an amount a merchant sent is none, in words.

use crate::Error;
use domain::MoneyError;

/// The refusal that names the field.
pub(crate) fn bad(field: &str, error: MoneyError) -> Error {
    let text = match error {
        MoneyError::Negative => "0보다 작을 수 없습니다.",
        MoneyError::TooPrecise => "통화의 최소 단위보다 작은 금액입니다.",
        MoneyError::TooLarge => "너무 큰 금액입니다.",
        MoneyError::NotANumber | MoneyError::Currencies => "숫자가 아닙니다.",
    };
    Error::invalid(field, text)
}
