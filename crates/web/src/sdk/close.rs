//! The buyer closed the overlay.

use super::{answer, result};
use crate::App;
use crate::error::Failure;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// `POST /sdk/payments/{session}/close`.
pub async fn close(State(app): State<App>, Path(session): Path<String>) -> Response {
    let engine = app.engine.clone();
    let closed =
        engine::detached(async move { engine::payments::close::close(&engine, &session).await });
    match closed.await {
        Ok((_, None)) => answer(&json!({ "done": false })),
        Ok((checkout, Some(row))) => {
            let redirect = checkout.redirect_url.as_deref();
            answer(&json!({
                "done": true,
                "rsp": result::rsp(&app, &row, &checkout),
                "m_redirect": redirect.map(|url| result::return_url(url, &row)),
            }))
        }
        Err(error) => {
            let mut failed = Failure(error).into_response();
            failed.headers_mut().extend(super::cors());
            failed
        }
    }
}
