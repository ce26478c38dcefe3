//! Cutting texts to the lengths V1's columns have, by character and never by byte.

/// At most `limit` characters of `text`, with control characters (NUL among them) taken out.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(limit).collect()
}

/// A text without the middle, for people: `abcdefgh` shows as `ab****gh`. Short ones vanish whole.
#[must_use]
pub fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < 8 {
        return "*".repeat(8);
    }
    let head: String = chars[..2].iter().collect();
    let tail: String = chars[chars.len() - 2..].iter().collect();
    format!("{head}{}{tail}", "*".repeat(8))
}

#[cfg(test)]
mod tests {
    #[test]
    fn cuts_by_character() {
        assert_eq!(super::cut("주문명:결제테스트", 5), "주문명:결");
        assert_eq!(super::cut("a\0b\nc", 9), "abc");
    }

    #[test]
    fn masks_hide_length_and_middle() {
        assert_eq!(super::mask("abcdefghij"), "ab********ij");
        assert_eq!(super::mask("short"), "********");
    }
}
