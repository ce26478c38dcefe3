//! `iamport.js` under every name pages have ever loaded it by (V1 behaviour §5.1).

use crate::error;
use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

const SOURCE: &str = include_str!("../../../../sdk/iamport.js");

/// `/v1/iamport.js`.
pub async fn latest(headers: HeaderMap) -> Response {
    serve(&headers)
}

/// `/js/iamport.payment.js` and `/js/iamport.payment-1.2.0.js` with any version number.
pub async fn legacy(Path(name): Path<String>, headers: HeaderMap) -> Response {
    if is_alias(&name) { serve(&headers) } else { error::not_found().await }
}

fn is_alias(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("iamport.payment") else { return false };
    let Some(version) = rest.strip_suffix(".js") else { return false };
    version.is_empty()
        || version.strip_prefix('-').is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        })
}

fn serve(headers: &HeaderMap) -> Response {
    let etag = format!("\"{}\"", &engine::seal::hash(SOURCE)[..32]);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let common = [
        (header::ETAG, etag.clone()),
        // Pages pin a name, not a content: they must see a new hub's file at once.
        (header::CACHE_CONTROL, "public, max-age=0, must-revalidate".to_owned()),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*".to_owned()),
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8".to_owned()),
    ];
    if known == Some(etag.as_str()) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, SOURCE).into_response()
}

#[cfg(test)]
mod tests {
    use super::is_alias;

    #[test]
    fn every_published_name_is_served_and_no_other() {
        for name in ["iamport.payment.js", "iamport.payment-1.1.5.js", "iamport.payment-1.2.0.js"] {
            assert!(is_alias(name), "{name}");
        }
        for name in ["iamport.js", "iamport.payment-.js", "iamport.payment-x.js", "x", ""] {
            assert!(!is_alias(name), "{name}");
        }
    }
}
