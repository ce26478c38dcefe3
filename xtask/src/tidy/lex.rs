//! Tells code, text and comments of a Rust file apart, byte by byte, so that rules look at the
//! right one. No parser: it knows strings, raw strings, characters, lifetimes and nested comments.

/// What a byte of a source belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Code, attributes and white space.
    Code,
    /// A string or character literal with its quotes.
    Text,
    /// A comment, also a documentation comment.
    Comment,
}

/// The source with everything but these classes blanked; lines and columns stay where they are.
pub(crate) fn only(source: &str, keep: &[Class]) -> String {
    let classes = classes(source);
    let bytes = source.bytes().zip(classes);
    let kept = bytes.map(|(byte, class)| match keep.contains(&class) || byte == b'\n' {
        true => byte,
        false => b' ',
    });
    // A class begins and ends at ASCII bytes, so a character is kept or blanked whole.
    String::from_utf8_lossy(&kept.collect::<Vec<_>>()).into_owned()
}

/// Code without strings and comments.
pub(crate) fn code(source: &str) -> String {
    only(source, &[Class::Code])
}

/// Comments alone.
pub(crate) fn comments(source: &str) -> String {
    only(source, &[Class::Comment])
}

/// As [`only`], and `#[cfg(test)]` items blanked too: what ends up in the product.
pub(crate) fn product(source: &str, keep: &[Class]) -> String {
    let code = code(source);
    let mut text = only(source, keep).into_bytes();
    for (start, _) in code.match_indices("#[cfg(test)]") {
        let end = item_end(code.as_bytes(), start + "#[cfg(test)]".len());
        text[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Past the `;` or the block that ends the item beginning at `from`. `code` is [`code`]'s.
pub(crate) fn item_end(code: &[u8], from: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b';' if depth == 0 => return at + 1,
            b'{' if depth == 0 => return block_end(code, at),
            _ => {}
        }
    }
    code.len()
}

/// Past the `}` that closes the `{` at `open`.
pub(crate) fn block_end(code: &[u8], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    code.len()
}

/// The line a byte is in, from 1.
pub(crate) fn line_of(source: &str, at: usize) -> usize {
    1 + source.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
}

fn classes(source: &str) -> Vec<Class> {
    let bytes = source.as_bytes();
    let mut classes = Vec::with_capacity(bytes.len());
    while let Some(byte) = bytes.get(classes.len()) {
        let at = classes.len();
        let (class, end) = match byte {
            b'/' if bytes[at..].starts_with(b"//") => (Class::Comment, line_end(bytes, at)),
            b'/' if bytes[at..].starts_with(b"/*") => (Class::Comment, comment_end(bytes, at)),
            b'"' => (Class::Text, string_end(bytes, at)),
            b'\'' => match character_end(source, at) {
                Some(end) => (Class::Text, end),
                None => (Class::Code, at + 1),
            },
            b'r' => match raw_end(bytes, at) {
                Some(end) => (Class::Text, end),
                None => (Class::Code, at + 1),
            },
            _ => (Class::Code, at + 1),
        };
        classes.resize(end.min(bytes.len()), class);
    }
    classes
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
}

fn comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
        } else {
            at += 1;
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// `'x'` and `'\n'` are characters, `'a` is a lifetime.
fn character_end(source: &str, at: usize) -> Option<usize> {
    let rest = &source[at + 1..];
    let first = rest.chars().next()?;
    if first == '\\' {
        let close = rest[2..].find('\'')?;
        return Some(at + 1 + 2 + close + 1);
    }
    let after = &rest[first.len_utf8()..];
    after.starts_with('\'').then_some(at + 1 + first.len_utf8() + 1)
}

/// `r"..."`, `r#"..."#`, also behind `b` or `c`; not the `r` at the end of a name.
fn raw_end(bytes: &[u8], at: usize) -> Option<usize> {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = match at.checked_sub(1).map(|previous| bytes[previous]) {
        Some(b'b' | b'c') => at.checked_sub(2),
        _ => at.checked_sub(1),
    };
    if before.is_some_and(|before| word(&bytes[before])) {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    let open = at + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let close = format!("\"{}", "#".repeat(hashes));
    let length = bytes[open + 1..].windows(close.len()).position(|it| it == close.as_bytes());
    Some(length.map_or(bytes.len(), |length| open + 1 + length + close.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, expected: &str) {
        assert_eq!(code(source).trim_end(), expected);
    }

    #[test]
    fn strings_and_comments_are_not_code() {
        check("a(\"{\") // }", "a(   )");
        check("a(\"\\\"{\") b", "a(     ) b");
        check("a /* { /* { */ } */ b", "a                   b");
        check("r#\"{\"# + br\"}\" + bar\"{\"", "       + b     + bar");
    }

    #[test]
    fn lifetimes_are_code_and_characters_are_not() {
        check("fn f<'a>(x: &'a str) { '{' }", "fn f<'a>(x: &'a str) {     }");
        check("['\\'', '\\u{1}', '금', b'\\\\']", "[    ,        ,      , b    ]");
        check("r#fn + r", "r#fn + r");
    }

    #[test]
    fn korean_text_survives_when_kept() {
        assert_eq!(only("a(\"금\") // 은", &[Class::Text]).trim(), "\"금\"");
        assert_eq!(comments("a(\"금\") // 은").trim(), "// 은");
    }

    #[test]
    fn tests_are_no_product() {
        let source = "fn a() {}\n#[cfg(test)]\n#[expect(x)]\nmod tests { fn b() {} }\nfn c() {}";
        let left = product(source, &[Class::Code]);
        assert_eq!(left.split_whitespace().collect::<String>(), "fna(){}fnc(){}");
        assert_eq!(left.lines().count(), source.lines().count());
        let two = product("#[cfg(test)]\nmod tests;\nfn d() {}", &[Class::Code]);
        assert_eq!(two.trim(), "fn d() {}");
    }
}
