//! The console's cookies. None is readable by scripts or sent along from other sites' forms.

use crate::App;
use axum::http::{HeaderMap, HeaderValue, header};

/// The session.
pub(super) const SESSION: &str = "ieum_session";
/// Ties the sign-in form to the browser it was shown in, before there is a session.
pub(super) const VISITOR: &str = "ieum_visitor";
/// `ko` or `en`.
pub(super) const LANGUAGE: &str = "ieum_lang";

/// The value of a cookie.
pub(super) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

/// Adds a `Set-Cookie`. `seconds` is its life, 0 takes it away. Values are of our own making:
/// hex, or a language's code.
pub(super) fn set(app: &App, headers: &mut HeaderMap, name: &str, value: &str, seconds: i64) {
    let secure = if app.options.secure_cookies { "; Secure" } else { "" };
    let path = if name == LANGUAGE { "/" } else { "/console" };
    let text =
        format!("{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(text) = HeaderValue::from_str(&text) {
        headers.append(header::SET_COOKIE, text);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, "a=1; ieum_lang=en".parse().unwrap());
        headers.append(header::COOKIE, "xieum_session=no;ieum_session=abc=".parse().unwrap());
        assert_eq!(read(&headers, LANGUAGE), Some("en"));
        assert_eq!(read(&headers, SESSION), Some("abc="));
        assert_eq!(read(&headers, VISITOR), None);
    }
}
