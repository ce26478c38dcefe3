//! What the browser SDK calls, and the SDK file itself.

use crate::App;
use axum::Router;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
