//! The way out: the result goes to the page that opened the window, or the browser goes back.

use super::trouble::trouble;
use super::{is_english, nonce, page, script_json};
use crate::App;
use crate::sdk::result::{is_open, is_success, return_url, rsp};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::payments::window::load;
use engine::rows::{CheckoutRow, PaymentRow};
use serde_json::json;

/// The last page inside the overlay, or the page of a buyer who waits for an unknown outcome.
#[derive(Template)]
#[template(path = "checkout/leave.html")]
struct Leave<'a> {
    nonce: &'a str,
    english: bool,
    test: bool,
    waiting: bool,
    success: bool,
    order: &'a str,
    amount: String,
    message: &'a str,
    style: &'static str,
    /// `{session, rsp, origin, result_url, redirect}` for the script.
    data: String,
    redirect: Option<String>,
}

/// Ends a redirect flow with a 302 and an overlay with a message; a buyer whose outcome is unknown
/// waits on a page that asks again.
pub fn deliver(app: &App, checkout: &CheckoutRow, row: &PaymentRow) -> Response {
    let waiting = is_open(row);
    let redirect = checkout.redirect_url.as_deref().map(|url| return_url(url, row));
    if let (false, "redirect", Some(target)) = (waiting, checkout.flow.as_str(), &redirect)
        && let Ok(location) = HeaderValue::from_str(target)
    {
        let no_store = HeaderValue::from_static("no-store");
        let headers = [(header::LOCATION, location), (header::CACHE_CONTROL, no_store)];
        return (StatusCode::FOUND, headers).into_response();
    }
    let nonce = nonce(app);
    let data = json!({
        "session": checkout.session,
        "rsp": rsp(app, row, checkout),
        // A page opened from a file has no origin: its opener alone knows the session.
        "origin": if checkout.origin == "null" { "*" } else { checkout.origin.as_str() },
        "result_url": format!("/checkout/{}/result", checkout.session),
        "redirect": redirect,
    });
    let view = Leave {
        nonce: &nonce,
        english: is_english(&checkout.language),
        test: row.mode == "test",
        waiting,
        success: is_success(row),
        order: row.name.as_deref().unwrap_or(&row.merchant_uid),
        amount: super::amount(checkout, row),
        message: row.fail_reason.as_deref().unwrap_or_default(),
        style: crate::console::assets::css_url(),
        data: script_json(&data),
        redirect,
    };
    page(&nonce, "", view.render())
}

/// The buyer closed the PG's window (its close URL, or our own cancel link).
pub async fn closed(State(app): State<App>, Path(session): Path<String>) -> Response {
    let engine = app.engine.clone();
    let name = session.clone();
    let closed =
        engine::detached(async move { engine::payments::close::close(&engine, &name).await });
    match closed.await {
        Ok((checkout, Some(row))) => deliver(&app, &checkout, &row),
        Ok((_, None)) => done(State(app), Path(session)).await,
        Err(error) => trouble(&error),
    }
}

/// Where a waiting page goes once there is a result.
pub async fn done(State(app): State<App>, Path(session): Path<String>) -> Response {
    match load(&app.engine, &session).await {
        Ok((checkout, row)) => deliver(&app, &checkout, &row),
        Err(error) => trouble(&error),
    }
}

/// Whether there is a result.
pub async fn result(State(app): State<App>, Path(session): Path<String>) -> Response {
    match load(&app.engine, &session).await {
        Ok((_, row)) => {
            let body = json!({ "done": !is_open(&row) }).to_string();
            let headers =
                [(header::CACHE_CONTROL, "no-store"), (header::CONTENT_TYPE, "application/json")];
            (headers, body).into_response()
        }
        Err(error) => trouble(&error),
    }
}
