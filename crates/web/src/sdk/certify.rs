//! `IMP.certification` arrives, and its overlay is closed.

use super::{answer, open};
use crate::App;
use crate::certify::result;
use crate::client::Client;
use crate::error::Failure;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use engine::certifications as verb;
use serde_json::{Value, json};

/// `POST /sdk/certifications`.
pub async fn open(State(app): State<App>, client: Client, body: Bytes) -> Response {
    let Ok(sent) = serde_json::from_slice::<Value>(&body) else {
        return open::refused(&open::unreadable(), Value::Null, result::FLAG);
    };
    let request = open::read(&sent, &client);
    let engine = app.engine.clone();
    let outcome = engine::detached(async move { verb::open(&engine, &request).await }).await;
    match outcome {
        Ok(Ok(opened)) => answer(&json!({
            "ok": true,
            "flow": opened.flow,
            "checkout_url":
                format!("{}/certify/{}", app.engine.settings.public_url, opened.session),
            "session": opened.session,
            "imp_uid": opened.imp_uid,
            "merchant_uid": opened.merchant_uid,
        })),
        Ok(Err(refusal)) => {
            let merchant_uid = Value::from(refusal.merchant_uid.clone());
            open::refused(&refusal, merchant_uid, result::FLAG)
        }
        Err(error) => {
            tracing::error!(%error, "IMP.certification failed");
            open::refused(&open::fault(), Value::Null, result::FLAG)
        }
    }
}

/// `POST /sdk/certifications/{session}/close`.
pub async fn close(State(app): State<App>, Path(session): Path<String>) -> Response {
    let engine = app.engine.clone();
    let closed = engine::detached(async move { verb::close(&engine, &session).await });
    match closed.await {
        Ok((_, None)) => answer(&json!({ "done": false })),
        Ok((_, Some(row))) => answer(&json!({
            "done": true,
            "rsp": result::rsp(&row),
            "m_redirect": result::return_url(&row),
        })),
        Err(error) => {
            let mut failed = Failure(error).into_response();
            failed.headers_mut().extend(super::cors());
            failed
        }
    }
}
