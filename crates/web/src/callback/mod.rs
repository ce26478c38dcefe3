//! Where PGs send the browser and their notices. Generic over the PG's code: no PG is named here.

use crate::App;
use crate::checkout::leave::deliver;
use crate::checkout::trouble::trouble;
use crate::client::Client;
use crate::error::{self, Failure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/callback/{pg}/return/{session}", get(returned).post(returned))
        .route("/callback/{pg}/notice", post(notice))
        // The address V1's manuals tell merchants to register (V1 behaviour §6.6).
        .route("/{payments}/notice_vbank", post(classic_notice))
        .route("/{payments}/escrow/changed", post(escrow_changed))
}

/// The browser comes back from the PG's window.
async fn returned(
    State(app): State<App>,
    Path((pg, session)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let engine = app.engine.clone();
    let finished = engine::detached(async move {
        let query = query.unwrap_or_default();
        engine::payments::returned::returned(&engine, &pg, &session, &query, &body).await
    });
    match finished.await {
        Ok((checkout, row)) => deliver(&app, &checkout, &row),
        Err(error) => trouble(&error),
    }
}

async fn notice(
    State(app): State<App>,
    Path(pg): Path<String>,
    client: Client,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    take(&app, pg, client, &headers, body).await
}

/// `/{pg}_payments/notice_vbank`.
async fn classic_notice(
    State(app): State<App>,
    Path(payments): Path<String>,
    client: Client,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match payments.strip_suffix("_payments") {
        Some(pg) => take(&app, pg.to_owned(), client, &headers, body).await,
        None => error::not_found().await,
    }
}

/// `/{pg}_payments/escrow/changed`.
async fn escrow_changed(
    State(app): State<App>,
    Path(payments): Path<String>,
    client: Client,
    body: Bytes,
) -> Response {
    let Some(pg) = payments.strip_suffix("_payments").map(str::to_owned) else {
        return error::not_found().await;
    };
    let engine = app.engine.clone();
    let taken = engine::detached(async move {
        Ok(engine::escrows::changed::changed(&engine, &pg, client.ip, &body).await)
    });
    answer(taken.await).await
}

async fn take(app: &App, pg: String, client: Client, headers: &HeaderMap, body: Bytes) -> Response {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let engine = app.engine.clone();
    let taken = engine::detached(async move {
        Ok(engine::payments::notice::notice(&engine, &pg, client.ip, &kind, &body).await)
    });
    answer(taken.await).await
}

/// The reply the PG wants; 404 if no PG here has such notices.
async fn answer(taken: engine::Result<Option<engine::Response>>) -> Response {
    match taken {
        Ok(Some(reply)) => {
            let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
            let kind = HeaderValue::from_str(&reply.content_type);
            let kind = kind.unwrap_or(HeaderValue::from_static("text/plain"));
            (status, [(header::CONTENT_TYPE, kind)], reply.body).into_response()
        }
        Ok(None) => error::not_found().await,
        Err(error) => Failure(error).into_response(),
    }
}
