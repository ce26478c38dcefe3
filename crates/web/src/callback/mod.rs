//! Where PGs send the browser and their notices.

use crate::App;
use axum::Router;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
