//! What the browser SDK calls, and the SDK file itself. The wire between them is private: only the
//! JavaScript surface is V1's.

pub mod certify;
pub mod close;
pub mod file;
pub mod open;
pub mod result;

use crate::App;
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, options, post};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/v1/iamport.js", get(file::latest))
        .route("/js/{name}", get(file::legacy))
        .route("/sdk/payments", post(open::open).options(preflight))
        .route("/sdk/payments/{session}/close", post(close::close).options(preflight))
        .route("/sdk/certifications", post(certify::open).options(preflight))
        .route("/sdk/certifications/{session}/close", post(certify::close).options(preflight))
        .route("/sdk", options(preflight))
}

/// Any page may call the SDK's routes: they carry no cookies, and a session is its own authority.
fn cors() -> HeaderMap {
    let mut headers = HeaderMap::new();
    let fixed = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST, OPTIONS"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

async fn preflight() -> Response {
    (StatusCode::NO_CONTENT, cors()).into_response()
}

/// An answer of the private wire: always HTTP 200 JSON.
fn answer(body: &serde_json::Value) -> Response {
    let mut headers = cors();
    let json = HeaderValue::from_static("application/json; charset=UTF-8");
    headers.insert(header::CONTENT_TYPE, json);
    (headers, body.to_string()).into_response()
}
