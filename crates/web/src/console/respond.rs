//! Pages and redirects on their way out, with the headers every page has.

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// A page. Scripts run only with the nonce, styles come only from us, nothing may frame it.
pub(super) fn page(status: StatusCode, nonce: &str, page: &impl Template) -> Response {
    let html = match page.render() {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page cannot be rendered");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:; \
         form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    );
    let mut headers = HeaderMap::new();
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    (status, headers, html).into_response()
}

/// `303 See Other` to a path of ours.
pub(super) fn see_other(path: &str) -> Response {
    let target = HeaderValue::from_str(path);
    let target = target.unwrap_or_else(|_| HeaderValue::from_static("/console"));
    let headers = [(header::LOCATION, target), (header::CACHE_CONTROL, NO_STORE)];
    (StatusCode::SEE_OTHER, headers).into_response()
}

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// A path of the console, as ASCII; anything else becomes the home page. Browsers read `//host`
/// and `/\host` as another site.
pub(super) fn safe_path(path: &str) -> &str {
    let ours = path == "/console"
        || ["/console/", "/console?"].iter().any(|prefix| path.starts_with(prefix));
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if ours && plain && path.len() <= 1_000 { path } else { "/console" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_console_are_gone_to() {
        for good in ["/console", "/console/payments?status=paid&q=%EC%9D%B4", "/console?mode=live"]
        {
            assert_eq!(safe_path(good), good);
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/console",
            "/consolex",
            "/console/\\evil",
            "/console/a\r\nset-cookie: a=b",
            "/payments/1",
        ] {
            assert_eq!(safe_path(bad), "/console", "{bad}");
        }
    }
}
