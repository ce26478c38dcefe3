//! What of an exchange with a PG may be kept: everything but secrets and card numbers.

/// The most text of one body that is kept.
const LIMIT: usize = 8_192;

/// A body for the exchange log. `names` are fields whose value is hidden (the PG's list), `values`
/// are credentials that are hidden wherever they stand. Anything that looks like a card number is
/// hidden too, whatever the field is called.
#[must_use]
pub fn body(bytes: &[u8], names: &[&str], values: &[&str]) -> String {
    let text = pg::form::decode(bytes);
    let mut shown = match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(mut json) if json.is_object() || json.is_array() => {
            hide_json(&mut json, names);
            json.to_string()
        }
        _ if looks_like_form(&text) => form(bytes, names),
        _ => text,
    };
    for value in values.iter().filter(|value| value.len() >= 4) {
        shown = shown.replace(value, "***");
    }
    domain::text::cut(&hide_card_numbers(&shown), LIMIT)
}

fn hide_json(json: &mut serde_json::Value, names: &[&str]) {
    match json {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                if hidden(name, names) && !value.is_null() {
                    *value = "***".into();
                } else {
                    hide_json(value, names);
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                hide_json(item, names);
            }
        }
        _ => {}
    }
}

fn form(bytes: &[u8], names: &[&str]) -> String {
    let pairs = pg::form::Form::read(bytes).0;
    let shown = pairs.iter().map(|(name, value)| {
        if hidden(name, names) && !value.is_empty() {
            format!("{name}=***")
        } else {
            format!("{name}={value}")
        }
    });
    shown.collect::<Vec<_>>().join("&")
}

fn hidden(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn looks_like_form(text: &str) -> bool {
    let head = text.split('&').next().unwrap_or_default();
    let name = head.split('=').next().unwrap_or_default();
    head.contains('=')
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-[]%.".contains(&byte))
}

/// Replaces runs of 13 to 19 digits (dashes or spaces between them allowed) that pass the Luhn
/// check by their first six and last digits.
fn hide_card_numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let before = at.checked_sub(1).and_then(|index| chars.get(index));
        let starts = chars[at].is_ascii_digit() && !before.is_some_and(char::is_ascii_digit);
        match starts.then(|| card_run(&chars[at..])).flatten() {
            Some((length, digits)) => {
                shown.push_str(&digits[..6]);
                shown.push_str("******");
                at += length;
            }
            None => {
                shown.push(chars[at]);
                at += 1;
            }
        }
    }
    shown
}

/// The length of the run at the start and its digits, if it looks like a card number.
fn card_run(chars: &[char]) -> Option<(usize, String)> {
    let mut digits = String::new();
    let mut length = 0;
    for (index, character) in chars.iter().enumerate() {
        match character {
            '0'..='9' => {
                digits.push(*character);
                length = index + 1;
            }
            '-' | ' ' if index == length => {}
            _ => break,
        }
    }
    ((13..=19).contains(&digits.len()) && luhn(&digits)).then_some((length, digits))
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_fields_and_credentials_are_hidden() {
        let json = br#"{"mallId":"T1","key":"k","a":{"AuthToken":"secret"},"n":null}"#;
        let shown = body(json, &["authtoken", "key", "n"], &[]);
        assert_eq!(shown, r#"{"mallId":"T1","key":"***","a":{"AuthToken":"***"},"n":null}"#);
        let shown = body(b"MID=m&SignData=abc&X=my-secret-key", &["SignData"], &["my-secret-key"]);
        assert_eq!(shown, "MID=m&SignData=***&X=***");
    }

    #[test]
    fn card_numbers_never_pass() {
        for number in ["4111111111111111", "4111-1111-1111-1111", "4111 1111 1111 1111"] {
            let shown = body(format!("free text {number} here").as_bytes(), &[], &[]);
            assert!(!shown.contains(number) && shown.contains("411111******"), "{shown}");
        }
        let tid = "nicepay00m01012006221311045107";
        assert!(body(tid.as_bytes(), &[], &[]).contains(tid));
    }

    #[test]
    fn anything_can_be_shown() {
        for bytes in [&b""[..], b"\xff\xfe\x00", b"<html>500</html>", b"=", b"&&&"] {
            assert!(body(bytes, &["a"], &["b"]).len() <= LIMIT * 4);
        }
    }
}
