//! The pages a buyer sees on our origin: the way into the PG's window, and the way out.

pub mod leave;
pub mod show;
pub mod trouble;

use crate::App;
use crate::console::show::{Lang, money};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use engine::rows::{CheckoutRow, PaymentRow};

/// Routes of this room. The session is the authority: whoever opened the window has it.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/checkout/{session}", get(show::show))
        .route("/checkout/{session}/closed", get(leave::closed).post(leave::closed))
        .route("/checkout/{session}/done", get(leave::done))
        .route("/checkout/{session}/result", get(leave::result))
}

/// Korean or English, by the page's `language`.
#[must_use]
pub fn is_english(language: &str) -> bool {
    !language.eq_ignore_ascii_case("ko") && !language.is_empty()
}

/// The amount as the buyer reads it.
fn amount(checkout: &CheckoutRow, row: &PaymentRow) -> String {
    let lang = if is_english(&checkout.language) { Lang::En } else { Lang::Ko };
    money(lang, row.payment.amount)
}

/// A page of this room. `scripts` are further origins scripts may come from (a PG's own). The page
/// may stand in anybody's frame: that is what an overlay is.
pub(crate) fn page(nonce: &str, scripts: &str, html: askama::Result<String>) -> Response {
    let html = match html {
        Ok(html) => html,
        Err(error) => {
            return crate::error::Failure(engine::Error::internal(error)).into_response();
        }
    };
    // A PG's script adds frames, styles and forms of its own; only scripts are held to a list.
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' {scripts}; style-src 'self' \
         'unsafe-inline'; connect-src 'self'; img-src 'self' data: https:; font-src 'self'; \
         frame-src *; base-uri 'none'"
    );
    let mut answer = Html(html).into_response();
    let fixed = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in fixed {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let csp: HeaderName = header::CONTENT_SECURITY_POLICY;
    if let Ok(value) = HeaderValue::from_str(&policy) {
        answer.headers_mut().insert(csp, value);
    }
    answer
}

/// A fresh nonce for the scripts of one page.
pub(crate) fn nonce(app: &App) -> String {
    let mut bytes = [0_u8; 16];
    app.engine.random.fill(&mut bytes);
    base64::Engine::encode(&base64::prelude::BASE64_STANDARD_NO_PAD, bytes)
}

/// JSON that may stand inside a `<script>`.
pub(crate) fn script_json(value: &serde_json::Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}
