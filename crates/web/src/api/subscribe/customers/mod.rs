//! Customers with a billing key, a file per verb.

pub mod delete;
pub mod get;
pub mod issue;
pub mod list;
pub mod payments;

use crate::App;
use crate::extract::Refusal;
use axum::http::StatusCode;
use engine::Error;
use engine::billing::customers::unknown;

/// A customer nobody knows is HTTP 200 in V1; `customer_not_found` of the configuration makes it
/// the 404 its documents promise (§9-1).
fn missing(app: &App, customer_uid: &str, error: Error) -> Refusal {
    match error {
        Error::Refused(text)
            if app.engine.settings.customer_not_found_404 && text == unknown(customer_uid) =>
        {
            Refusal::text(StatusCode::NOT_FOUND, &text)
        }
        other => other.into(),
    }
}
