//! The messages' tests.

use super::ALL;

#[test]
fn both_languages_say_everything_and_fill_alike() {
    for (name, ko, en) in ALL {
        assert!(!ko.trim().is_empty() && !en.trim().is_empty(), "{name}");
        assert_eq!(ko.matches("{}").count(), en.matches("{}").count(), "{name}");
    }
}

#[test]
fn english_is_english() {
    // Words that are the same in both on purpose.
    let shared = ["other_language", "cancel_reason"];
    for (name, _, en) in ALL {
        let hangul = en.chars().any(|c| ('가'..='힣').contains(&c));
        assert!(!hangul || shared.contains(name), "{name}: {en}");
    }
}
