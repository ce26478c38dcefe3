//! What the reader takes, what it gives, and what it refuses.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use serde_json::json;

const JSON: &str = "application/json; charset=utf-8";
const FORM: &str = "application/x-www-form-urlencoded";

fn value(kind: &str, body: &str) -> Value {
    Value::Object(Fields::read(kind, b"", body.as_bytes()).unwrap().into_map())
}

fn fields(body: &str) -> Fields {
    Fields::read(JSON, b"", body.as_bytes()).unwrap()
}

fn field_of<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    match result {
        Err(Error::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    }
}

#[test]
fn json_is_read_under_any_name() {
    let expected = json!({"a": "1", "b": [1]});
    let body = " {\"a\":\"1\",\"b\":[1]}";
    for kind in [JSON, "APPLICATION/JSON", "text/json", "application/vnd.x+json", "", "text/plain"]
    {
        assert_eq!(value(kind, body), expected, "{kind}");
    }
    assert_eq!(value(FORM, body), expected, "curl -d without a header");
    assert_eq!(value(JSON, &format!("\u{feff}{body}")), expected, "a byte order mark");
}

#[test]
fn nothing_is_nothing() {
    for (kind, body) in
        [(JSON, ""), (JSON, " \n"), (JSON, "null"), (JSON, "[]"), (FORM, ""), ("", "")]
    {
        assert_eq!(value(kind, body), json!({}), "{kind} {body:?}");
    }
}

#[test]
fn everything_else_is_a_form() {
    for kind in [FORM, "", "text/plain", "application/octet-stream"] {
        assert_eq!(value(kind, "a=1&b[]=2"), json!({"a": "1", "b": ["2"]}), "{kind}");
    }
    assert_eq!(value(FORM, "{x=1"), json!({"{x": "1"}), "a form with an odd key");
}

#[test]
fn the_body_wins_over_the_query() {
    let read = Fields::read(JSON, b"a=q&c=q", b"{\"a\":\"b\",\"d\":1}").unwrap();
    assert_eq!(Value::Object(read.into_map()), json!({"a": "b", "c": "q", "d": 1}));
}

#[test]
fn what_cannot_be_read_is_named() {
    let deep = format!("{}1{}", "{\"a\":".repeat(500), "}".repeat(500));
    for (kind, body) in [
        (JSON, b"{".as_slice()),
        (JSON, b"{\"a\":1,}"),
        (JSON, b"a=1"),
        (JSON, b"[1]"),
        (JSON, b"\"text\""),
        (JSON, b"12"),
        (JSON, b"{\"a\":\"\xff\"}"),
        (JSON, b"{\"a\":\"\\ud800\"}"),
        (JSON, b"{\"a\":NaN}"),
        ("text/plain", b"{broken"),
        (FORM, b"a=\xff"),
        (JSON, deep.as_bytes()),
    ] {
        let shown = String::from_utf8_lossy(body);
        assert_eq!(field_of(Fields::read(kind, b"", body)), "body", "{kind} {shown}");
    }
    let multipart = Fields::read("multipart/form-data; boundary=x", b"", b"--x");
    assert_eq!(field_of(multipart), "Content-Type");
}

#[test]
fn errors_do_not_repeat_what_was_sent() {
    let body = b"{\"imp_secret\":\"S3CRET\" \"x\"}";
    let Err(error) = Fields::read(JSON, b"", body) else { panic!("read") };
    assert!(!error.to_string().contains("S3CRET"));
}

#[test]
fn nul_is_refused_wherever_it_is() {
    for (query, body, field) in [
        ("a=%00", "", "a"),
        ("", "{\"a\":\"x\\u0000\"}", "a"),
        ("", "{\"a\":[{\"b\":\"\\u0000\"}]}", "a"),
        ("", "{\"a\":{\"\\u0000\":1}}", "a"),
        ("", "{\"a\\u0000\":1}", "a"),
    ] {
        let read = Fields::read(JSON, query.as_bytes(), body.as_bytes());
        assert_eq!(field_of(read), field, "{query} {body}");
    }
}

#[test]
fn numbers_keep_their_digits() {
    for (sent, text) in [
        ("1001", "1001"),
        ("\"1001\"", "1001"),
        ("1.20", "1.20"),
        ("0.1", "0.1"),
        ("0", "0"),
        ("-0", "-0"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("0.30000000000000004", "0.30000000000000004"),
        ("true", "true"),
    ] {
        let read = fields(&format!("{{\"a\":{sent}}}"));
        assert_eq!(read.text("a").unwrap().as_deref(), Some(text), "{sent}");
    }
    // However an exponent is kept, it is the same amount.
    for sent in ["1e3", "1E3", "1E+3", "10e2"] {
        let text = fields(&format!("{{\"a\":{sent}}}")).text("a").unwrap().unwrap();
        let money = domain::Money::parse(&text, domain::Currency::Krw).unwrap();
        assert_eq!(money.minor(), 1000, "{sent}");
    }
}

#[test]
fn empty_null_and_missing_are_the_same() {
    for body in ["{}", "{\"a\":null}", "{\"a\":\"\"}"] {
        let read = fields(body);
        assert_eq!(read.text("a").unwrap(), None, "{body}");
        assert!(!read.flag("a").unwrap(), "{body}");
        assert_eq!(read.integer("a").unwrap(), None, "{body}");
        assert!(read.list("a").unwrap().is_empty(), "{body}");
        assert!(read.need("a").is_err(), "{body}");
    }
}

#[test]
fn wrong_types_are_refused_by_name() {
    for body in ["{\"a\":{}}", "{\"a\":{\"b\":1}}", "{\"a\":[[1]]}", "{\"a\":[{}]}"] {
        let read = fields(body);
        assert_eq!(field_of(read.text("a")), "a", "{body}");
        assert_eq!(field_of(read.flag("a")), "a", "{body}");
        assert_eq!(field_of(read.integer("a")), "a", "{body}");
        assert_eq!(field_of(read.list("a")), "a", "{body}");
    }
    // A repeated amount is not guessed.
    let twice = Fields::read(FORM, b"", b"amount=1&amount=2").unwrap();
    assert_eq!(field_of(twice.text("amount")), "amount");
}

#[test]
fn flags_integers_and_lists() {
    for (sent, expected) in [
        ("true", true),
        ("\"true\"", true),
        ("\"True\"", true),
        ("1", true),
        ("\"1\"", true),
        ("false", false),
        ("\"false\"", false),
        ("0", false),
    ] {
        let read = fields(&format!("{{\"a\":{sent}}}"));
        assert_eq!(read.flag("a").unwrap(), expected, "{sent}");
    }
    assert_eq!(field_of(fields("{\"a\":\"maybe\"}").flag("a")), "a");
    for (sent, expected) in [("5", Some(5)), ("\" 5 \"", Some(5)), ("-1", Some(-1))] {
        assert_eq!(fields(&format!("{{\"a\":{sent}}}")).integer("a").unwrap(), expected);
    }
    for sent in ["1.5", "\"x\"", "1e3", "99999999999999999999", "true"] {
        assert_eq!(field_of(fields(&format!("{{\"a\":{sent}}}")).integer("a")), "a", "{sent}");
    }
    for (body, expected) in [
        ("{\"a\":[\"x\",2,null,\"\"]}", vec!["x", "2"]),
        ("{\"a\":\"x\"}", vec!["x"]),
        ("{\"a[]\":[\"x\"]}", vec!["x"]),
    ] {
        assert_eq!(fields(body).list("a").unwrap(), expected, "{body}");
    }
}
