//! The guard against full card numbers: a PG's books hold masked ones only.

use pg::form::Form;
use serde_json::Value;

/// The path of a value that looks like a full card number: 13 to 19 digits that pass the Luhn
/// check, under a name that says card. Numbers under other names (accounts, transaction numbers)
/// pass the check by chance one time in ten and are left alone.
pub(crate) fn find(value: &Value) -> Option<String> {
    walk("", false, value)
}

/// The same for a note, whose value may be JSON, a form, or the number itself.
pub(crate) fn find_in_note(key: &str, value: &str) -> Option<String> {
    if let Ok(json @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str(value) {
        return walk(key, says_card(key), &json);
    }
    if says_card(key) && is_number(value) {
        return Some(key.to_owned());
    }
    let form = Form::read(value.as_bytes());
    let card = form.0.iter().find(|(name, value)| says_card(name) && is_number(value));
    card.map(|(name, _)| format!("{key}.{name}"))
}

fn walk(path: &str, card: bool, value: &Value) -> Option<String> {
    let at = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(map) => map.iter().find_map(|(name, value)| {
            // `number` says card inside of `card`, anything else must say it by itself.
            let numbered = card && ["no", "num", "number"].contains(&&*name.to_lowercase());
            let inside = says_card(name) || (card && !value.is_string() && !value.is_number());
            walk(&at(name), inside || numbered, value)
        }),
        Value::Array(list) => list.iter().find_map(|value| walk(path, card, value)),
        Value::String(text) => (card && is_number(text)).then(|| path.to_owned()),
        Value::Number(number) => (card && is_number(&number.to_string())).then(|| path.to_owned()),
        Value::Null | Value::Bool(_) => None,
    }
}

fn says_card(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("card") || name == "pan"
}

fn is_number(text: &str) -> bool {
    let digits: Vec<u32> = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '-'))
        .map_while(|character| character.to_digit(10))
        .collect();
    let all = digits.len() == text.chars().filter(|c| !matches!(c, ' ' | '-')).count();
    all && (13..=19).contains(&digits.len()) && luhn(&digits)
}

fn luhn(digits: &[u32]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (0, _) => *digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn full_numbers_under_card_names_are_found() {
        for (value, path) in [
            (json!({"cardNo": "4242424242424242"}), "cardNo"),
            (json!({"card": {"number": "4242-4242-4242-4242"}}), "card.number"),
            (json!({"a": [{"CARD_Num": "4242 4242 4242 4242"}]}), "a.CARD_Num"),
            (json!({"pan": 378_282_246_310_005_u64}), "pan"),
            (json!({"cards": ["4242424242424242"]}), "cards"),
        ] {
            assert_eq!(find(&value).as_deref(), Some(path), "{value}");
        }
        let note = find_in_note("session", r#"{"cardNo":"4242424242424242"}"#);
        assert_eq!(note.as_deref(), Some("session.cardNo"));
        let note = find_in_note("session", "a=b&CardNo=4242424242424242");
        assert_eq!(note.as_deref(), Some("session.CardNo"));
        assert_eq!(find_in_note("cardNo", "4242424242424242").as_deref(), Some("cardNo"));
    }

    #[test]
    fn masked_numbers_and_other_numbers_pass() {
        for value in [
            json!({"cardNo": "424242******4242"}),
            json!({"cardNo": "4242424242424241"}),
            json!({"account": "4242424242424242"}),
            json!({"card": {"tid": "4242424242424242"}}),
            json!({"cardNo": "574880230721BA465449"}),
            json!({"cardNo": 424_242}),
        ] {
            assert_eq!(find(&value), None, "{value}");
        }
        assert_eq!(find_in_note("used:tid", "4242424242424242"), None);
        assert_eq!(find_in_note("session", "cardNo=424242******4242"), None);
    }
}
