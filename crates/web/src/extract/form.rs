//! Forms and queries by PHP's conventions, which V1's clients use: `a[]=1`, `a[0][b]=1`,
//! `a[b]=1`, and Node's repeated plain keys.

use engine::Error;
use percent_encoding::percent_decode;
use serde_json::{Map, Value};

/// The most pairs a form may have; PHP's own limit.
const PAIRS: usize = 1_000;
/// The most brackets a key may have.
const DEPTH: usize = 8;

/// Reads `key=value&...`. Every value is a text, a list or an object of such.
///
/// # Errors
/// [`Error::Invalid`] if it is no UTF-8, has too many pairs or nests too deep.
pub fn read(bytes: &[u8]) -> Result<Map<String, Value>, Error> {
    let mut tree = Vec::new();
    let pairs = bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    for (count, pair) in pairs.enumerate() {
        if count == PAIRS {
            let text = format!("항목이 {PAIRS}개를 초과합니다.");
            return Err(Error::invalid("body", text));
        }
        let cut = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let key = decode(&pair[..cut])?;
        let value = decode(pair.get(cut + 1..).unwrap_or_default())?;
        // A client of V1 joins its pairs with "& ".
        let Some(path) = path(key.trim_start()) else { continue };
        if path.len() > DEPTH {
            let text = format!("대괄호가 {DEPTH}단계를 초과합니다.");
            return Err(Error::invalid(path[0].as_str(), text));
        }
        put(&mut tree, &path, value);
    }
    Ok(tree.into_iter().map(|(key, node)| (key, node.value())).collect())
}

fn decode(bytes: &[u8]) -> Result<String, Error> {
    let spaced: Vec<u8> =
        bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    let decoded: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(decoded).map_err(|_| Error::invalid("body", "UTF-8이 아닙니다."))
}

/// `a[0][b]` as `a`, `0`, `b`; `a[]` as `a` and nothing. A key whose brackets do not close is one
/// plain name. `None` for no name at all.
fn path(key: &str) -> Option<Vec<String>> {
    let plain = || (!key.is_empty()).then(|| vec![key.to_owned()]);
    let Some((name, mut rest)) = key.split_once('[') else { return plain() };
    if name.is_empty() {
        return plain();
    }
    let mut path = vec![name.to_owned()];
    loop {
        let Some((inside, after)) = rest.split_once(']') else { return plain() };
        path.push(inside.to_owned());
        match after.strip_prefix('[') {
            Some(more) => rest = more,
            None if after.is_empty() => return Some(path),
            None => return plain(),
        }
    }
}

/// What a key leads to.
enum Node {
    Text(String),
    Many(Vec<(String, Node)>),
}

impl Node {
    /// A list if every key is a number, else an object.
    fn value(self) -> Value {
        let many = match self {
            Self::Text(text) => return Value::String(text),
            Self::Many(many) => many,
        };
        let number = |key: &str| key.parse::<u32>().ok();
        if many.iter().any(|(key, _)| number(key).is_none()) {
            return many.into_iter().map(|(key, node)| (key, node.value())).collect();
        }
        let mut many = many;
        many.sort_by_key(|(key, _)| number(key));
        Value::Array(many.into_iter().map(|(_, node)| node.value()).collect())
    }
}

fn put(tree: &mut Vec<(String, Node)>, path: &[String], value: String) {
    let Some((key, rest)) = path.split_first() else { return };
    let key = if key.is_empty() { next(tree) } else { key.clone() };
    let Some(at) = tree.iter().position(|(known, _)| *known == key) else {
        tree.push((key, leaf(rest, value)));
        return;
    };
    let node = &mut tree[at].1;
    // A second value makes a list of the first.
    if let Node::Text(first) = node {
        *node = Node::Many(vec![("0".to_owned(), Node::Text(std::mem::take(first)))]);
    }
    if let Node::Many(many) = node {
        let again = [String::new()];
        put(many, if rest.is_empty() { &again } else { rest }, value);
    }
}

fn leaf(rest: &[String], value: String) -> Node {
    if rest.is_empty() {
        return Node::Text(value);
    }
    let mut many = Vec::new();
    put(&mut many, rest, value);
    Node::Many(many)
}

/// The number after the largest one.
fn next(tree: &[(String, Node)]) -> String {
    let largest = tree.iter().filter_map(|(key, _)| key.parse::<u32>().ok()).max();
    largest.map_or(0, |largest| largest.saturating_add(1)).to_string()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conventions_of_every_client() {
        for (text, expected) in [
            ("", json!({})),
            ("&&", json!({})),
            ("=x", json!({})),
            ("a", json!({"a": ""})),
            ("a=1&b=2", json!({"a": "1", "b": "2"})),
            ("imp_key=K& imp_secret=S", json!({"imp_key": "K", "imp_secret": "S"})),
            ("imp_key=K&%20imp_secret=S", json!({"imp_key": "K", "imp_secret": "S"})),
            ("reason=환불 요청", json!({"reason": "환불 요청"})),
            ("reason=%ED%99%98%EB%B6%88+1%2B1", json!({"reason": "환불 1+1"})),
            ("reason=100%", json!({"reason": "100%"})),
            ("a=b=c", json!({"a": "b=c"})),
            ("u[]=a&u[]=b", json!({"u": ["a", "b"]})),
            ("u%5B%5D=a&u%5B%5D=b", json!({"u": ["a", "b"]})),
            ("u[]=a", json!({"u": ["a"]})),
            ("u=a&u=b&u=c", json!({"u": ["a", "b", "c"]})),
            ("u=a&u[]=b", json!({"u": ["a", "b"]})),
            ("u[1]=b&u[0]=a", json!({"u": ["a", "b"]})),
            ("u[7]=a&u[]=b", json!({"u": ["a", "b"]})),
            ("u[4000000000]=a&u[]=b", json!({"u": ["a", "b"]})),
            ("extra[requester]=admin", json!({"extra": {"requester": "admin"}})),
            ("s[0][m]=x&s[0][a]=1&s[1][m]=y", json!({"s": [{"m": "x", "a": "1"}, {"m": "y"}]})),
            ("u[a]=1&u[0]=2", json!({"u": {"a": "1", "0": "2"}})),
            ("u[x=1", json!({"u[x": "1"})),
            ("u[x]y=1", json!({"u[x]y": "1"})),
            ("[x]=1", json!({"[x]": "1"})),
            ("5=a", json!({"5": "a"})),
        ] {
            assert_eq!(Value::Object(read(text.as_bytes()).unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn bounds_and_bad_bytes_are_refused() {
        let deep = format!("a{}=1", "[x]".repeat(DEPTH));
        let many = "a=1&".repeat(PAIRS + 1);
        for bytes in [b"a=\xff".as_slice(), b"%ff=1", b"a=%C0%80", deep.as_bytes(), many.as_bytes()]
        {
            assert!(matches!(read(bytes), Err(Error::Invalid { .. })), "{bytes:?}");
        }
        assert!(read("a=1&".repeat(PAIRS).as_bytes()).is_ok());
    }
}
