//! The one shop this NICE knows: the published test MID, its keys and its cancel password.

use super::catalog::{Fault, fault, missing};
use crate::crypto::{same_hex, sha256_hex};
use crate::form::Form;

const MID: &str = "nicepay00m";

/// Both published keys work: the current one and the one of older samples.
const KEYS: [&str; 2] = [
    "EYzu8jGGMfqaDEp76gSckuvnaHHu+bC4opsSN6lHv3b2lurNYkVXrZ7Z1AoqQnXI3eLuaUFyoRNC6FkrzVjceg==",
    "33F49GnCMS1mFYlGXisbUDzVf2ATWCl9k3R++d5hDd3Frmuos/XLx8XhXpe+LDYAbpGKZYSwtlyyLOtS/8aD7A==",
];

const PASSWORD: &str = "123456";

/// Fields that must be there.
pub(super) fn need(form: &Form, names: &[&str]) -> Result<(), Fault> {
    match names.iter().find(|name| form.get(name).is_empty()) {
        Some(name) => Err(missing(name)),
        None => Ok(()),
    }
}

/// Which of the shop's keys made `SignData` over these parts (the key comes last).
pub(super) fn key_of(form: &Form, parts: &[&str]) -> Result<usize, Fault> {
    if form.get("MID") != MID {
        return Err(fault("A114"));
    }
    let made = |key: &&str| same_hex(form.get("SignData"), &sign(parts, key));
    KEYS.iter().position(made).ok_or_else(|| fault("A211"))
}

/// What NICE signs with the shop's key.
pub(super) fn signed(parts: &[&str], key: usize) -> String {
    sign(parts, KEYS.get(key).unwrap_or(&KEYS[0]))
}

fn sign(parts: &[&str], key: &str) -> String {
    sha256_hex(format!("{}{key}", parts.concat()))
}

/// The cancel password: checked where given, demanded where the contract demands it.
pub(super) fn password(given: &str, demanded: bool) -> Result<(), Fault> {
    match given {
        PASSWORD => Ok(()),
        "" if demanded => Err(fault("2025")),
        "" => Ok(()),
        _ => Err(fault("2024")),
    }
}

/// Minor units of an amount as requests write it: digits for won, two decimals for dollars.
pub(super) fn minor(text: &str, currency: &str) -> Option<i64> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if text.len() > 12 {
        return None;
    }
    if currency == "KRW" {
        return digits(text).then(|| text.parse().ok())?;
    }
    let (whole, cents) = text.split_once('.')?;
    let exact = digits(whole) && digits(cents) && cents.len() == 2;
    exact.then(|| format!("{whole}{cents}").parse().ok())?
}

/// An amount as answers write it: padded with zeros to 12 characters.
pub(super) fn padded(minor: i64, currency: &str) -> String {
    let text = match currency {
        "KRW" => minor.to_string(),
        _ => format!("{}.{:02}", minor / 100, minor % 100),
    };
    format!("{text:0>12}")
}

/// True for a date of 14 digits, as `EdiDate` must be.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 14 && domain::Millis::parse_kst(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_published_keys_sign() {
        for key in 0..2 {
            let parts = ["20200622131021", "nicepay00m", "1004"];
            let sign = signed(&parts, key);
            let form = Form(vec![("MID".into(), MID.into()), ("SignData".into(), sign)]);
            assert_eq!(key_of(&form, &parts), Ok(key));
        }
        let vector = "475979a5628498711052598c6d4a73a17f0e3f0ef45960eed2e1b1776e3146bd";
        assert_eq!(signed(&["20200622131021", "nicepay00m", "1004"], 0), vector);
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!((minor("1004", "KRW"), minor("1.20", "USD")), (Some(1004), Some(120)));
        for (wrong, currency) in
            [("1.2", "USD"), ("120", "USD"), ("1,004", "KRW"), ("", "KRW"), ("-1", "KRW")]
        {
            assert_eq!(minor(wrong, currency), None, "{wrong}");
        }
        assert_eq!(
            (padded(1004, "KRW"), padded(120, "USD")),
            ("000000001004".into(), "000000001.20".into())
        );
    }
}
