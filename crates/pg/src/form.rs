//! Forms in UTF-8 and EUC-KR, as Korean PGs send and expect them.

use encoding_rs::{EUC_KR, Encoding, UTF_8};

/// Decoded names and values in the order they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// Reads `a=b&c=d` whose percent-decoded bytes are UTF-8, or EUC-KR where they are not.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        let text = |part: &str| {
            let spaced = part.replace('+', " ");
            let bytes: Vec<u8> = percent_encoding::percent_decode_str(&spaced).collect();
            decode(&bytes)
        };
        // Names and separators are ASCII in every charset in use, raw values may be EUC-KR bytes.
        let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| {
                    let cut = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
                    let (name, value) = pair.split_at(cut);
                    let value = value.strip_prefix(b"=").unwrap_or(value);
                    (text(&decode(name)), text(&decode(value)))
                })
                .collect(),
        )
    }

    /// The first value of a name, or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    /// True if the name is there, even with an empty value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }
}

/// Bytes as text: UTF-8 if they are valid UTF-8, else EUC-KR (with replacement characters).
#[must_use]
pub fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => EUC_KR.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Text as EUC-KR bytes; characters it does not have become `?`.
#[must_use]
pub fn euc_kr(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut buffer = [0_u8; 4];
    for character in text.chars() {
        let (encoded, _, failed) = EUC_KR.encode(character.encode_utf8(&mut buffer));
        if failed {
            bytes.push(b'?');
        } else {
            bytes.extend_from_slice(&encoded);
        }
    }
    bytes
}

/// A percent-encoded form body in UTF-8.
#[must_use]
pub fn utf8_body(fields: &[(&str, &str)]) -> String {
    body(fields, UTF_8)
}

/// A percent-encoded form body whose bytes are EUC-KR.
#[must_use]
pub fn euc_kr_body(fields: &[(&str, &str)]) -> String {
    body(fields, EUC_KR)
}

fn body(fields: &[(&str, &str)], charset: &'static Encoding) -> String {
    let part = |text: &str| {
        let bytes = if charset == EUC_KR { euc_kr(text) } else { text.as_bytes().to_vec() };
        form_urlencoded::byte_serialize(&bytes).collect::<String>()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", part(name), part(value)))
        .collect::<Vec<_>>()
        .join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_charsets() {
        let utf8 = Form::read("name=%ED%99%8D&plus=a+b&raw=홍&empty=&flag".as_bytes());
        assert_eq!((utf8.get("name"), utf8.get("plus"), utf8.get("raw")), ("홍", "a b", "홍"));
        assert!(utf8.has("flag") && utf8.has("empty") && !utf8.has("none"));
        let sent = euc_kr_body(&[("name", "홍길동"), ("t", "a&b=c")]);
        assert!(sent.starts_with("name=%C8%AB"));
        let read = Form::read(sent.as_bytes());
        assert_eq!((read.get("name"), read.get("t")), ("홍길동", "a&b=c"));
    }

    #[test]
    fn characters_euc_kr_does_not_have_become_question_marks() {
        assert_eq!(decode(&euc_kr("a😀b")), "a?b");
    }
}
