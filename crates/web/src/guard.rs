//! What holds for every request: one trailing slash more or less is the same path, a body has a
//! limit, a panic is an envelope and not a broken connection.

use crate::error::envelope;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::Response;
use futures_util::FutureExt as _;
use serde_json::Value;
use std::panic::AssertUnwindSafe;

/// The largest body any route takes, bytes.
pub const BODY_LIMIT: usize = 1 << 20;

/// Wraps the routes. The slash is trimmed outside of the router, or it would not be found.
pub fn wrap(routes: Router) -> Router {
    let inner =
        routes.layer(DefaultBodyLimit::max(BODY_LIMIT)).layer(middleware::from_fn(no_panic));
    Router::new().fallback_service(inner).layer(middleware::from_fn(trim_slash))
}

async fn no_panic(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(answer) => answer,
        Err(_) => {
            tracing::error!(path, "a handler panicked");
            let text = "일시적인 오류가 발생하였습니다.";
            envelope(StatusCode::INTERNAL_SERVER_ERROR, -1, Some(text), Value::Null)
        }
    }
}

async fn trim_slash(mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.len() > 1 && path.ends_with('/') {
        let trimmed = match path.trim_end_matches('/') {
            "" => "/",
            trimmed => trimmed,
        };
        let target = match request.uri().query() {
            Some(query) => format!("{trimmed}?{query}"),
            None => trimmed.to_owned(),
        };
        if let Ok(uri) = target.parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    next.run(request).await
}
