//! The pages a buyer sees on our origin.

use crate::App;
use axum::Router;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
}
