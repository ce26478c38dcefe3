//! The admin console.

use crate::App;
use axum::Router;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
