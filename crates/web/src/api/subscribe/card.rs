//! A card as its holder typed it: taken out of the request, checked, wiped. What is wrong is
//! told by the field's name, never by its content.

use crate::extract::{Fields, Refusal};
use engine::Error;
use engine::rows::CardInput;
use zeroize::Zeroizing;

/// The card of a request.
///
/// # Errors
/// HTTP 400 naming the field that is missing or malformed.
pub fn need(fields: &mut Fields) -> Result<CardInput, Refusal> {
    given(fields)?.ok_or_else(|| Refusal::missing("card_number"))
}

/// The card of a request that may have none.
///
/// # Errors
/// As [`need`].
pub fn given(fields: &mut Fields) -> Result<Option<CardInput>, Refusal> {
    let number = fields.take_secret("card_number")?;
    let expiry = fields.take_secret("expiry")?;
    let birth = fields.take_secret("birth")?.unwrap_or_default();
    let password = fields.take_secret("pwd_2digit")?.unwrap_or_default();
    drop(fields.take_secret("cvc")?);
    let Some(number) = number else { return Ok(None) };
    let expiry = expiry.ok_or_else(|| Refusal::missing("expiry"))?;
    Ok(Some(CardInput {
        number: digits("card_number", &number, |count| (13..=19).contains(&count))?,
        expiry: yymm(&expiry)?,
        birth: digits("birth", &birth, |count| matches!(count, 0 | 6 | 10))?,
        password: digits("pwd_2digit", &password, |count| matches!(count, 0 | 2))?,
    }))
}

/// Digits, in groups joined by dashes or in one.
fn digits(
    field: &str,
    text: &str,
    count: impl Fn(usize) -> bool,
) -> Result<Zeroizing<String>, Error> {
    let text = text.trim();
    let mut found = Zeroizing::new(String::with_capacity(text.len()));
    found.extend(text.chars().filter(char::is_ascii_digit));
    let clean = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if clean && count(found.len()) {
        return Ok(found);
    }
    let rule = match field {
        "card_number" => "13자리에서 19자리의 숫자여야 합니다. ('-' 허용)",
        "birth" => "생년월일 6자리 또는 사업자등록번호 10자리여야 합니다.",
        _ => "숫자 2자리여야 합니다.",
    };
    Err(Error::invalid(field, rule))
}

/// `YYYY-MM`, `YYYYMM` or `YYMM` as `YYMM`.
fn yymm(text: &str) -> Result<Zeroizing<String>, Error> {
    let wrong = || Error::invalid("expiry", "YYYY-MM 형식이어야 합니다.");
    let text = text.trim();
    let year_and_month = match text.split_once('-') {
        Some((year, month)) if year.len() == 4 && month.len() == 2 => Some((year, month)),
        Some(_) => None,
        None if text.is_ascii() && matches!(text.len(), 4 | 6) => {
            Some(text.split_at(text.len() - 2))
        }
        None => None,
    };
    let (year, month) = year_and_month.ok_or_else(wrong)?;
    let clean = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let century = year.len() == 2 || year.starts_with("20");
    let known = matches!(month.parse::<u8>(), Ok(1..=12));
    if !clean(year) || !clean(month) || !century || !known {
        return Err(wrong());
    }
    let mut found = Zeroizing::new(String::with_capacity(4));
    found.push_str(&year[year.len() - 2..]);
    found.push_str(month);
    Ok(found)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(body: &Value) -> (Result<Option<CardInput>, Refusal>, Fields) {
        let body = body.to_string();
        let mut fields = Fields::read("application/json", b"", body.as_bytes()).unwrap();
        (given(&mut fields), fields)
    }

    #[test]
    fn every_shape_of_a_good_card() {
        for (number, expiry, expected) in [
            (json!("4111-1111-1111-1111"), json!("2030-12"), ("4111111111111111", "3012")),
            (json!("4111111111111111"), json!("203012"), ("4111111111111111", "3012")),
            (json!(4_111_111_111_111_111_i64), json!(3012), ("4111111111111111", "3012")),
            (json!(" 378282246310005 "), json!("3001"), ("378282246310005", "3001")),
        ] {
            let body = json!({"card_number": number, "expiry": expiry, "birth": "880101"});
            let (card, fields) = read(&body);
            let card = card.unwrap().unwrap();
            assert_eq!((card.number.as_str(), card.expiry.as_str()), expected);
            assert_eq!((card.birth.as_str(), card.password.as_str()), ("880101", ""));
            assert!(fields.map().values().all(Value::is_null), "nothing is left behind");
            assert!(!format!("{card:?} {fields:?}").contains("111"));
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_never_repeated() {
        let good = json!({"card_number": "4111111111111111", "expiry": "2030-12"});
        for (field, value) in [
            ("card_number", json!("411111111111")),
            ("card_number", json!("41111111111111111111")),
            ("card_number", json!("4111 1111 1111 1111")),
            ("card_number", json!("４１１１１１１１１１１１１１１１")),
            ("card_number", json!(["4111111111111111"])),
            ("expiry", json!("2030-13")),
            ("expiry", json!("2030-00")),
            ("expiry", json!("12/30")),
            ("expiry", json!("1930-12")),
            ("expiry", json!("20-12")),
            ("expiry", json!("가나")),
            ("expiry", json!("+1+1")),
            ("birth", json!("19880101")),
            ("pwd_2digit", json!("1234")),
        ] {
            let mut body = good.clone();
            body[field] = value.clone();
            let Err(refusal) = read(&body).0 else { panic!("{field} {value}") };
            let text = format!("{refusal:?}");
            assert!(text.contains("400"), "{field} {value}");
            assert!(!text.contains("4111"), "{field} {value}");
        }
        assert!(read(&json!({"card_number": "4111111111111111"})).0.is_err());
        assert!(read(&json!({"expiry": "2030-12"})).0.unwrap().is_none());
    }
}
