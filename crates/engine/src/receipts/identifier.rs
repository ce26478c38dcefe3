//! Whom a receipt is for: four kinds of numbers, checked for their shape. Pure.

use crate::{Error, Result};
use pg::capability::cash_receipt::{IdKind, Purpose};
use zeroize::Zeroizing;

/// A number of the right shape.
#[derive(Clone)]
pub struct Identified {
    /// What it is.
    pub kind: IdKind,
    /// Digits only.
    pub number: Zeroizing<String>,
}

impl std::fmt::Debug for Identified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identified").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// V1's words and ours.
const KINDS: [(&str, IdKind); 4] = [
    ("phone", IdKind::Phone),
    ("person", IdKind::Person),
    ("business", IdKind::Business),
    ("taxcard", IdKind::TaxCard),
];

/// V1's word for a kind.
#[must_use]
pub fn word(kind: IdKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}

/// Reads a number. Blanks and dashes between digits are taken out. Without a kind its shape tells:
/// no number fits two of the first three.
///
/// # Errors
/// [`Error::Invalid`] naming `identifier` or `identifier_type`, never repeating the number.
pub fn read(kind: Option<&str>, text: &str) -> Result<Identified> {
    let wrong = |why: &str| Error::invalid("identifier", why);
    let mut number = Zeroizing::new(String::with_capacity(32));
    for character in text.chars() {
        match character {
            '0'..='9' if number.len() < 20 => number.push(character),
            '0'..='9' => return Err(wrong("너무 긴 번호입니다.")),
            '-' | ' ' => {}
            _ => return Err(wrong("숫자와 '-'만 쓸 수 있습니다.")),
        }
    }
    let kind = match kind {
        Some(word) => {
            let known = KINDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind);
            let text = "phone, person, business, taxcard 중 하나여야 합니다.";
            known.ok_or_else(|| Error::invalid("identifier_type", text))?
        }
        None => {
            let fitting = KINDS.iter().map(|(_, kind)| *kind).find(|kind| fits(*kind, &number));
            fitting.ok_or_else(|| {
                wrong("휴대폰번호, 주민등록번호, 사업자등록번호, 현금영수증카드 번호가 아닙니다.")
            })?
        }
    };
    if !fits(kind, &number) {
        return Err(wrong(match kind {
            IdKind::Phone => "휴대폰번호가 아닙니다.",
            IdKind::Person => "주민등록번호가 아닙니다.",
            IdKind::Business => "사업자등록번호가 아닙니다.",
            IdKind::TaxCard => "현금영수증카드 번호가 아닙니다.",
        }));
    }
    Ok(Identified { kind, number })
}

fn fits(kind: IdKind, number: &str) -> bool {
    let second = number.as_bytes().get(2).copied().unwrap_or_default();
    match kind {
        IdKind::Phone => {
            let carrier = number.starts_with("01") && b"016789".contains(&second);
            carrier && matches!(number.len(), 10 | 11)
        }
        IdKind::Person => number.len() == 13 && is_birth(&number[2..6]),
        IdKind::Business => is_business(number),
        IdKind::TaxCard => (13..=19).contains(&number.len()),
    }
}

/// Month and day. Numbers given since 2020 have no check digit, so nothing more can be said.
fn is_birth(text: &str) -> bool {
    let part = |text: &str| text.parse::<u8>().unwrap_or_default();
    (1..=12).contains(&part(&text[..2])) && (1..=31).contains(&part(&text[2..]))
}

/// A business registration number: ten digits whose last one checks the others.
#[must_use]
pub fn is_business(number: &str) -> bool {
    let digits: Vec<u32> = number.chars().filter_map(|digit| digit.to_digit(10)).collect();
    if digits.len() != 10 || number.len() != 10 {
        return false;
    }
    let weights = [1, 3, 7, 1, 3, 7, 1, 3, 5];
    let sum: u32 = weights.iter().zip(&digits).map(|(weight, digit)| weight * digit).sum();
    let carried = digits[8] * 5 / 10;
    (10 - (sum + carried) % 10) % 10 == digits[9]
}

/// What the receipt is for: `person` unless said.
///
/// # Errors
/// [`Error::Invalid`] for another word, and for a deduction in a business's name: the tax office
/// knows none.
pub fn purpose(word: Option<&str>, kind: IdKind) -> Result<Purpose> {
    let wrong = |text: &str| Err(Error::invalid("type", text));
    match (word, kind) {
        (None | Some("person"), IdKind::Business) => {
            wrong("소득공제용(person)에는 사업자등록번호를 쓸 수 없습니다. company로 보내 주세요.")
        }
        (None | Some("person"), _) => Ok(Purpose::Person),
        (Some("company"), _) => Ok(Purpose::Company),
        (Some(_), _) => wrong("person 또는 company여야 합니다."),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn every_kind_in_every_shape() {
        for (kind, text, wanted, digits) in [
            (Some("phone"), "010-1234-5678", IdKind::Phone, "01012345678"),
            (None, "011 123 4567", IdKind::Phone, "0111234567"),
            (None, "0100001234", IdKind::Phone, "0100001234"),
            (Some("person"), "900101-1234567", IdKind::Person, "9001011234567"),
            (None, "900101-1234567", IdKind::Person, "9001011234567"),
            (Some("business"), "120-81-47521", IdKind::Business, "1208147521"),
            (None, "1208147521", IdKind::Business, "1208147521"),
            (None, "1234-5678-9012-3456-78", IdKind::TaxCard, "123456789012345678"),
            (Some("taxcard"), "9001011234567", IdKind::TaxCard, "9001011234567"),
        ] {
            let read = read(kind, text).unwrap();
            assert_eq!((read.kind, read.number.as_str()), (wanted, digits), "{text}");
            assert!(!format!("{read:?}").contains(digits));
        }
    }

    #[test]
    fn what_is_no_such_number_is_refused_without_repeating_it() {
        for (kind, text) in [
            (None, "---"),
            (None, "0201234567"),
            (None, "1208147522"),
            (Some("phone"), "01512345678"),
            (Some("phone"), "010123456"),
            (Some("phone"), "1208147521"),
            (Some("person"), "901301-1234567"),
            (Some("person"), "900132-1234567"),
            (Some("person"), "01012345678"),
            (Some("business"), "120-81-47520"),
            (Some("business"), "0000000001"),
            (Some("taxcard"), "123456789012"),
            (Some("taxcard"), "12345678901234567890"),
            (Some("taxcard"), "123456789012345678901"),
            (None, "공일공"),
            (None, "010.1234.5678"),
            (Some("card"), "01012345678"),
        ] {
            let error = read(kind, text).unwrap_err();
            let Error::Invalid { field, message } = &error else { panic!("{error:?}") };
            let wanted = if kind == Some("card") { "identifier_type" } else { "identifier" };
            assert_eq!(field, wanted, "{text}");
            assert!(!message.contains(text), "{message}");
        }
    }

    #[test]
    fn purposes() {
        assert_eq!(purpose(None, IdKind::Phone).unwrap(), Purpose::Person);
        assert_eq!(purpose(Some("company"), IdKind::Business).unwrap(), Purpose::Company);
        assert_eq!(purpose(Some("company"), IdKind::Phone).unwrap(), Purpose::Company);
        assert!(purpose(None, IdKind::Business).is_err());
        assert!(purpose(Some("firma"), IdKind::Phone).is_err());
    }
}
