//! The style sheet and the script: compiled in, served with their hash in the address so that
//! browsers may keep them for ever.

use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::LazyLock;

const CSS: &str = include_str!("../../assets/ieum.css");
const JS: &str = include_str!("../../assets/console.js");

static CSS_URL: LazyLock<String> = LazyLock::new(|| format!("/assets/ieum.css?v={}", mark(CSS)));
static JS_URL: LazyLock<String> = LazyLock::new(|| format!("/assets/console.js?v={}", mark(JS)));

/// Address of the style sheet, which every page of the hub uses.
#[must_use]
pub fn css_url() -> &'static str {
    &CSS_URL
}

/// Address of the console's script.
#[must_use]
pub fn js_url() -> &'static str {
    &JS_URL
}

/// `GET /assets/ieum.css`
pub(super) async fn css(query: Query<HashMap<String, String>>) -> Response {
    file(CSS, "text/css; charset=utf-8", &query)
}

/// `GET /assets/console.js`
pub(super) async fn js(query: Query<HashMap<String, String>>) -> Response {
    file(JS, "text/javascript; charset=utf-8", &query)
}

/// Kept for ever if asked for by its own hash; otherwise asked for again each time.
fn file(text: &'static str, kind: &'static str, query: &HashMap<String, String>) -> Response {
    let exact = query.get("v").is_some_and(|v| *v == mark(text));
    let cache = if exact { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, cache),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

/// FNV-1a: tells versions of our own files apart, nothing more.
fn mark(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
pub(crate) const CSS_BYTES: usize = CSS.len();
