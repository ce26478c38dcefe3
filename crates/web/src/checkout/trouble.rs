//! A page for a buyer where JSON would be no help.

use super::page;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use engine::Error;

/// What a buyer can do next.
#[derive(Template)]
#[template(path = "checkout/trouble.html")]
struct Trouble {
    missing: bool,
    /// A verification, not a payment.
    certifying: bool,
    style: &'static str,
}

/// The page for an error of the engine, with the error's HTTP status.
pub fn trouble(error: &Error) -> Response {
    show(error, false)
}

/// The same for somebody who is being verified.
pub fn trouble_certifying(error: &Error) -> Response {
    show(error, true)
}

fn show(error: &Error, certifying: bool) -> Response {
    let status = match error {
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Invalid { .. } => StatusCode::BAD_REQUEST,
        Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
        other => {
            tracing::error!(error = %other, "a checkout page failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    let missing = status.is_client_error();
    let view = Trouble { missing, certifying, style: crate::console::assets::css_url() };
    let mut answer = page("", "", view.render());
    *answer.status_mut() = status;
    answer
}
