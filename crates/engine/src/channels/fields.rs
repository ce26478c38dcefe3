//! Checks the settings form of a channel against the PG's facts. Pure.

use crate::{Error, Result};
use pg::Spec;
use std::collections::BTreeMap;

/// The longest name of a channel, in characters.
pub const LONGEST_NAME: usize = 60;

/// The values of a live channel: what was given, over what is stored. An empty secret means
/// "as it is", since a stored one is never sent to the browser.
///
/// # Errors
/// [`Error::Invalid`] naming the field.
pub(super) fn live(
    spec: &Spec,
    given: &BTreeMap<String, String>,
    stored: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let known = |key: &String| spec.fields.iter().any(|field| field.key == key.as_str());
    if let Some(stranger) = given.keys().find(|key| !known(key)) {
        return Err(Error::invalid(stranger, "이 PG사에 없는 항목입니다."));
    }
    let mut values = BTreeMap::new();
    for field in spec.fields {
        let given = given.get(field.key).map(|value| value.trim());
        let value = match given {
            Some(value) if !(value.is_empty() && field.secret) => value,
            _ => stored.get(field.key).map_or("", String::as_str),
        };
        if value.is_empty() && field.required {
            return Err(Error::invalid(field.key, format!("{} 값을 입력해 주세요.", field.ko)));
        }
        if value.chars().count() > field.max {
            let text = format!("{} 값은 {}자를 초과할 수 없습니다.", field.ko, field.max);
            return Err(Error::invalid(field.key, text));
        }
        if value.chars().any(char::is_control) {
            let text = format!("{} 값에 쓸 수 없는 문자가 있습니다.", field.ko);
            return Err(Error::invalid(field.key, text));
        }
        if !value.is_empty() {
            values.insert(field.key.to_owned(), value.to_owned());
        }
    }
    Ok(values)
}

/// The name of a channel; the PG's if none is given.
///
/// # Errors
/// [`Error::Invalid`].
pub(super) fn name(spec: &Spec, given: &str) -> Result<String> {
    let given = given.trim();
    if given.is_empty() {
        return Ok(spec.ko.to_owned());
    }
    if given.chars().count() > LONGEST_NAME {
        let text = format!("채널 이름은 {LONGEST_NAME}자를 초과할 수 없습니다.");
        return Err(Error::invalid("name", text));
    }
    if given.chars().any(char::is_control) {
        return Err(Error::invalid("name", "채널 이름에 쓸 수 없는 문자가 있습니다."));
    }
    Ok(given.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use pg::{Field, Flow};

    const fn field(key: &'static str, secret: bool, required: bool) -> Field {
        Field { key, ko: key, en: key, secret, required, max: 5, help: ("", "") }
    }

    static SPEC: Spec = Spec {
        code: "demo",
        aliases: &[],
        ko: "데모",
        en: "Demo",
        note: ("", ""),
        fields: &[field("mid", false, true), field("key", true, true), field("memo", false, false)],
        test: &[("mid", "demotest")],
        methods: &["card"],
        only_method: None,
        any_method: false,
        sandbox_only: false,
        closed_text: pg::spec::GAVE_UP,
        currencies: &[domain::Currency::Krw],
        flow: Flow::CallbackRedirect,
        hosts: &[],
        notice_sources: &[],
        redact: &[],
        source: "",
    };

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn wrong(given: &[(&str, &str)]) -> String {
        match live(&SPEC, &map(given), &BTreeMap::new()) {
            Err(Error::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn required_known_and_not_too_long() {
        let good = live(&SPEC, &map(&[("mid", " 가나다라마 "), ("key", "k")]), &BTreeMap::new());
        assert_eq!(good.unwrap(), map(&[("mid", "가나다라마"), ("key", "k")]));
        assert_eq!(wrong(&[("key", "k")]), "mid");
        assert_eq!(wrong(&[("mid", "m"), ("key", " ")]), "key");
        assert_eq!(wrong(&[("mid", "sixsix"), ("key", "k")]), "mid");
        assert_eq!(wrong(&[("mid", "m"), ("key", "a\0b")]), "key");
        assert_eq!(wrong(&[("mid", "m"), ("key", "k"), ("kye", "k")]), "kye");
    }

    #[test]
    fn an_empty_secret_stays_and_an_empty_plain_value_goes() {
        let stored = map(&[("mid", "m"), ("key", "k"), ("memo", "x")]);
        let kept = live(&SPEC, &map(&[("key", ""), ("memo", "")]), &stored).unwrap();
        assert_eq!(kept, map(&[("mid", "m"), ("key", "k")]));
        let refused = live(&SPEC, &map(&[("mid", "")]), &stored);
        assert!(matches!(refused, Err(Error::Invalid { field, .. }) if field == "mid"));
    }

    #[test]
    fn names_default_to_the_pgs() {
        assert_eq!(name(&SPEC, " ").unwrap(), "데모");
        assert!(name(&SPEC, &"가".repeat(LONGEST_NAME)).is_ok());
        assert!(name(&SPEC, &"가".repeat(LONGEST_NAME + 1)).is_err());
    }
}
