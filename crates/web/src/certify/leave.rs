//! The way out: back from the PG, the result goes to the page that opened the window, or the
//! browser goes back.

use super::result::{return_url, rsp};
use crate::App;
use crate::checkout::trouble::trouble_certifying;
use crate::checkout::{is_english, nonce, page, script_json};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::certifications::{self as verb, is_certified, is_open};
use engine::rows::CertificationRow;
use serde_json::json;

/// The last page inside the overlay, or the page of a person whose result is not there yet.
#[derive(Template)]
#[template(path = "certify/leave.html")]
struct Leave<'a> {
    nonce: &'a str,
    english: bool,
    test: bool,
    waiting: bool,
    success: bool,
    message: &'a str,
    style: &'static str,
    /// `{session, rsp, origin, result_url, redirect}` for the script.
    data: String,
    redirect: Option<String>,
}

/// Ends a redirect flow with a 302 and an overlay with a message; a person whose result is not
/// there waits on a page that asks again.
pub fn deliver(app: &App, session: &str, row: &CertificationRow) -> Response {
    let waiting = is_open(row);
    let redirect = return_url(row);
    if let (false, "redirect", Some(target)) = (waiting, row.flow.as_str(), &redirect)
        && let Ok(location) = HeaderValue::from_str(target)
    {
        let no_store = HeaderValue::from_static("no-store");
        let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, no_store)];
        return (StatusCode::FOUND, headers).into_response();
    }
    let nonce = nonce(app);
    let data = json!({
        "session": session,
        "rsp": rsp(row),
        // A page opened from a file has no origin: its opener alone knows the session.
        "origin": if row.opener == "null" { "*" } else { row.opener.as_str() },
        "result_url": format!("/certify/{session}/result"),
        "redirect": redirect,
    });
    let view = Leave {
        nonce: &nonce,
        english: is_english(&row.language),
        test: row.mode == "test",
        waiting,
        success: is_certified(row),
        message: row.fail_reason.as_deref().unwrap_or_default(),
        style: crate::console::assets::css_url(),
        data: script_json(&data),
        redirect,
    };
    page(&nonce, "", view.render())
}

/// The browser comes back from the PG's window.
pub async fn returned(
    State(app): State<App>,
    Path((pg, session)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let engine = app.engine.clone();
    let name = session.clone();
    let finished = engine::detached(async move {
        let query = query.unwrap_or_default();
        verb::returned(&engine, &pg, &name, &query, &body).await
    });
    match finished.await {
        Ok(row) => deliver(&app, &session, &row),
        Err(error) => trouble_certifying(&error),
    }
}

/// The person closed the PG's window, or pressed our own cancel link.
pub async fn closed(State(app): State<App>, Path(session): Path<String>) -> Response {
    let engine = app.engine.clone();
    let name = session.clone();
    let closed = engine::detached(async move { verb::close(&engine, &name).await });
    match closed.await {
        Ok((row, _)) => deliver(&app, &session, &row),
        Err(error) => trouble_certifying(&error),
    }
}

/// Where a waiting page goes once there is a result.
pub async fn done(State(app): State<App>, Path(session): Path<String>) -> Response {
    match verb::load(&app.engine, &session).await {
        Ok(row) => deliver(&app, &session, &row),
        Err(error) => trouble_certifying(&error),
    }
}

/// Whether there is a result.
pub async fn result(State(app): State<App>, Path(session): Path<String>) -> Response {
    match verb::load(&app.engine, &session).await {
        Ok(row) => {
            let body = json!({ "done": !is_open(&row) }).to_string();
            let headers =
                [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
            (headers, body).into_response()
        }
        Err(error) => trouble_certifying(&error),
    }
}
