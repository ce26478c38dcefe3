//! The V1 REST API: what the merchant's server calls.

use crate::App;
use axum::Router;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
