//! The one shop this NICE knows: the published test MID, its keys and its cancel password.

use super::catalog::{Fault, fault, missing};
use crate::crypto::{same_hex, sha256_hex};
use crate::form::Form;
use aes::cipher::{BlockDecrypt, KeyInit};
use zeroize::Zeroizing;

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

/// The plain text of `EncData`: AES-128-ECB with PKCS#5 padding in hex, under the key's first 16
/// characters. It is wiped when dropped.
pub(super) fn unsealed(hex_text: &str, key: usize) -> Option<Zeroizing<String>> {
    let key = KEYS.get(key)?.as_bytes().get(..16)?;
    let mut bytes = Zeroizing::new(hex::decode(hex_text).ok()?);
    let cipher = aes::Aes128::new_from_slice(key).ok()?;
    if bytes.is_empty() || bytes.len() % 16 != 0 {
        return None;
    }
    for block in bytes.chunks_exact_mut(16) {
        cipher.decrypt_block(block.into());
    }
    let padding = usize::from(*bytes.last()?);
    let length = bytes.len().checked_sub(padding).filter(|_| (1..=16).contains(&padding))?;
    let (plain, rest) = bytes.split_at(length);
    if rest.iter().any(|byte| usize::from(*byte) != padding) {
        return None;
    }
    Some(Zeroizing::new(std::str::from_utf8(plain).ok()?.to_owned()))
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
    fn sealed_text_is_opened_and_garbage_is_not() {
        let sealed = include_str!("../testdata/billing_enc_data.txt").trim_end();
        let plain = "CardNo=4111111111111111&ExpYear=30&ExpMonth=12&IDNo=800101&CardPw=12";
        assert_eq!(unsealed(sealed, 0).as_deref().map(String::as_str), Some(plain));
        assert!(unsealed(&sealed.to_uppercase(), 0).is_some());
        for garbage in ["", "00", "zz", &"00".repeat(16), &sealed[..32]] {
            assert!(unsealed(garbage, 0).is_none(), "{garbage}");
        }
        assert!(unsealed(sealed, 1).is_none(), "another key");
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
