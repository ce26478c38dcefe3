//! What faults do to a body. None of this knows a PG: it looks for amounts that were booked and
//! for the names signatures go by, in JSON, in `name=value` texts and in hidden fields of forms.

use crate::{books::Amount, fault::Kind, writer::mix};
use domain::{Currency, Money};
use pg::form::{self, Form};
use std::ops::Range;

/// Names under which PGs send the signature of an answer.
const SIGNATURES: &[&str] = &["msgAuthValue", "Signature", "authSignature", "signature"];

/// Names under which they send its amount, for answers whose trade is not in the books yet.
const AMOUNTS: &[&str] =
    &["amount", "Amt", "TotPrice", "P_AMT", "price", "CancelAmt", "cancelAmount", "amt_input"];

/// The body after a fault that changes bodies; other faults leave it as it is.
pub(crate) fn body(
    kind: Kind,
    content_type: &str,
    body: &[u8],
    amounts: &[Amount],
    random: u64,
) -> Vec<u8> {
    match kind {
        Kind::Garbage => garbage(body.len(), random),
        Kind::WrongCharset => other_charset(content_type, body),
        Kind::WrongAmount => wrong_amount(body, amounts),
        Kind::ForgedSignature => forged(body),
        Kind::AnsweredTwice => [body, body].concat(),
        _ => body.to_vec(),
    }
}

fn garbage(length: usize, random: u64) -> Vec<u8> {
    let words = (0_u64..).flat_map(|number| mix(random, number).to_le_bytes());
    words.take(length.max(16)).collect()
}

/// EUC-KR becomes UTF-8, everything else EUC-KR (which changes nothing if it is all ASCII).
fn other_charset(content_type: &str, body: &[u8]) -> Vec<u8> {
    let utf8 = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
    if content_type.starts_with("application/x-www-form-urlencoded") {
        let form = Form::read(body);
        let fields: Vec<(&str, &str)> =
            form.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let plain: Vec<u8> = percent_encoding::percent_decode(body).collect();
        return if plain.is_ascii() {
            body.to_vec()
        } else if utf8(&plain) {
            form::euc_kr_body(&fields).into_bytes()
        } else {
            form::utf8_body(&fields).into_bytes()
        };
    }
    let text = form::decode(body);
    if utf8(body) { form::euc_kr(&text) } else { text.into_bytes() }
}

/// Every number that is a booked amount, or else everything that goes by an amount's name, becomes
/// one minor unit more.
fn wrong_amount(body: &[u8], amounts: &[Amount]) -> Vec<u8> {
    let altered: Vec<(String, String)> =
        amounts.iter().flat_map(|(minor, currency)| more(*minor, currency)).collect();
    let booked = replace(body, numbers(body), |number| {
        altered.iter().find(|(from, _)| from == number).map(|(_, to)| to.clone())
    });
    if booked != body {
        return booked;
    }
    replace(body, values(body, AMOUNTS), increment)
}

/// The amount as any PG writes it (`120`, `1.2`, `1.20`), each with its altered form.
fn more(minor: i64, currency: &str) -> Vec<(String, String)> {
    // Zeroes are everywhere (instalments, flags) and no approval is for nothing.
    let Some(wrong) = minor.checked_add(1).filter(|_| minor != 0) else { return Vec::new() };
    let mut forms = vec![(minor.to_string(), wrong.to_string())];
    if let Some(currency) = Currency::parse(currency)
        && let (Ok(right), Ok(wrong)) = (Money::new(minor, currency), Money::new(wrong, currency))
    {
        // Longer forms count: "1.2" is not the number "1" followed by something.
        forms.push((right.decimal(), wrong.decimal()));
        forms.push((right.fixed(), wrong.fixed()));
    }
    forms
}

/// The last digit one more: `14000` is `14001`, `9.99` is `10.00`.
fn increment(number: &str) -> Option<String> {
    let decimals = number.split_once('.').map(|(_, decimals)| decimals.len());
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let value = digits.parse::<u64>().ok()?.checked_add(1)?;
    let digits = format!("{value:0width$}", width = digits.len());
    Some(match decimals {
        Some(decimals) if decimals < digits.len() => {
            let (whole, rest) = digits.split_at(digits.len() - decimals);
            format!("{whole}.{rest}")
        }
        _ => digits,
    })
}

/// The first digit of every signature becomes another one.
fn forged(body: &[u8]) -> Vec<u8> {
    replace(body, values(body, SIGNATURES), |signature| {
        let other = if signature.starts_with('0') { '1' } else { '0' };
        let rest: String = signature.chars().skip(1).collect();
        (!signature.is_empty()).then(|| format!("{other}{rest}"))
    })
}

/// Replaces the ranges whose (ASCII) text `to` wants otherwise.
fn replace(body: &[u8], ranges: Vec<Range<usize>>, to: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(body.len() + 8);
    let mut done = 0;
    for range in ranges {
        let old = &body[range.clone()];
        let Some(new) = std::str::from_utf8(old).ok().and_then(&to) else { continue };
        replaced.extend_from_slice(&body[done..range.start]);
        replaced.extend_from_slice(new.as_bytes());
        done = range.end;
    }
    replaced.extend_from_slice(&body[done..]);
    replaced
}

/// Numbers that stand by themselves, not as part of a longer word. Digits and the point mean
/// themselves in EUC-KR too.
fn numbers(body: &[u8]) -> Vec<Range<usize>> {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-+:".contains(byte) || *byte > 127;
    let mut found = Vec::new();
    let mut start = 0;
    while start < body.len() {
        let length = body[start..].iter().take_while(|byte| word(byte)).count();
        // `:` belongs to times of day; before a number it is JSON's.
        let colon = body[start..start + length].iter().take_while(|byte| **byte == b':').count();
        let number = &body[start + colon..start + length];
        if !number.is_empty() && number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
            found.push(start + colon..start + length);
        }
        start += length.max(1);
    }
    found
}

/// Where the values of these names are, in order: `"name":"value"`, `"name":value`, `name=value`
/// and `name="name" value="value"`.
fn values(body: &[u8], names: &[&str]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for name in names {
        let mut from = 0;
        while let Some(at) = find(&body[from..], name.as_bytes()) {
            let (start, end) = (from + at, from + at + name.len());
            let before = start.checked_sub(1).map(|place| body[place]);
            let whole = !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if whole && let Some(value) = value_after(body, end) {
                found.push(value);
            }
            from = end;
        }
    }
    found.sort_by_key(|range| range.start);
    found
}

fn value_after(body: &[u8], end: usize) -> Option<Range<usize>> {
    let skip_spaces = |mut place: usize| {
        while body.get(place).is_some_and(u8::is_ascii_whitespace) {
            place += 1;
        }
        place
    };
    let quoted = |place: usize| place + usize::from(body.get(place) == Some(&b'"'));
    let start = match body.get(end)? {
        b'=' => quoted(end + 1),
        b'"' => {
            let next = skip_spaces(end + 1);
            match body.get(next)? {
                b':' => quoted(skip_spaces(next + 1)),
                b'v' if body[next..].starts_with(b"value=\"") => next + b"value=\"".len(),
                _ => return None,
            }
        }
        _ => return None,
    };
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'.';
    let length = body.get(start..)?.iter().take_while(|byte| part(byte)).count();
    (length > 0).then(|| start..start + length)
}

fn find(body: &[u8], wanted: &[u8]) -> Option<usize> {
    body.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn krw(minor: i64) -> Vec<Amount> {
        vec![(minor, "KRW".to_owned())]
    }

    fn text(bytes: &[u8]) -> String {
        form::decode(bytes)
    }

    #[test]
    fn amounts_in_json_forms_and_pages() {
        let json = r#"{"amount":14000,"text":"14000","tid":"x14000","at":"20240101140000","n":0}"#;
        let wrong = wrong_amount(json.as_bytes(), &krw(14000));
        let want = r#"{"amount":14001,"text":"14001","tid":"x14000","at":"20240101140000","n":0}"#;
        assert_eq!(text(&wrong), want);
        let nvp = wrong_amount(b"P_AMT=14000&P_TID=a_14000_b&P_OID=14000x", &krw(14000));
        assert_eq!(text(&nvp), "P_AMT=14001&P_TID=a_14000_b&P_OID=14000x");
        let usd = vec![(120, "USD".to_owned())];
        let forms = wrong_amount(br#"{"a":"1.20","b":1.2,"c":120,"d":"11.20"}"#, &usd);
        assert_eq!(text(&forms), r#"{"a":"1.21","b":1.21,"c":121,"d":"11.20"}"#);
    }

    #[test]
    fn amounts_by_name_where_nothing_is_booked() {
        let page = br#"<input type="hidden" name="Amt" value="1004"><input name="x" value="1004">"#;
        let wrong = text(&wrong_amount(page, &[]));
        assert!(wrong.contains(r#"name="Amt" value="1005""#), "{wrong}");
        assert!(wrong.contains(r#"name="x" value="1004""#), "{wrong}");
        assert_eq!(text(&wrong_amount(b"Amt=9.99&PaAmt=1", &[])), "Amt=10.00&PaAmt=1");
        assert_eq!(text(&wrong_amount(b"nothing to see", &krw(5))), "nothing to see");
    }

    #[test]
    fn signatures_in_json_forms_and_pages() {
        for (body, want) in [
            (r#"{"msgAuthValue":"abc1"}"#, r#"{"msgAuthValue":"0bc1"}"#),
            (r#"{"msgAuthValue" : "0bc1"}"#, r#"{"msgAuthValue" : "1bc1"}"#),
            ("a=1&Signature=ff00&b=2", "a=1&Signature=0f00&b=2"),
            (r#"{"authSignature":"2645"}"#, r#"{"authSignature":"0645"}"#),
            (r#"<input name="Signature" value="9a">"#, r#"<input name="Signature" value="0a">"#),
            (r#"{"Signature":""}"#, r#"{"Signature":""}"#),
            (r#"{"other":"abc"}"#, r#"{"other":"abc"}"#),
        ] {
            assert_eq!(text(&forged(body.as_bytes())), want);
        }
    }

    #[test]
    fn charsets_are_swapped_both_ways() {
        let json = "{\"name\":\"홍길동\"}";
        let euc_kr = other_charset("application/json", json.as_bytes());
        assert_eq!(euc_kr, form::euc_kr(json));
        assert_eq!(other_charset("application/json", &euc_kr), json.as_bytes());
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let sent = form::utf8_body(&[("name", "홍길동"), ("n", "1")]);
        let swapped = other_charset(kind, sent.as_bytes());
        assert_eq!(text(&swapped), form::euc_kr_body(&[("name", "홍길동"), ("n", "1")]));
        assert_eq!(text(&other_charset(kind, &swapped)), sent);
        assert_eq!(other_charset(kind, b"a=1"), b"a=1");
    }

    #[test]
    fn garbage_follows_the_seed() {
        assert_eq!(garbage(40, 7), garbage(40, 7));
        assert_ne!(garbage(40, 7), garbage(40, 8));
        assert_eq!((garbage(40, 7).len(), garbage(0, 7).len()), (40, 16));
    }
}
