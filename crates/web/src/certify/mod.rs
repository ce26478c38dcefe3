//! The pages a person sees on our origin while being verified: the way into the PG's window, and
//! the way out. The session is the authority.

pub mod leave;
pub mod result;
pub mod show;

use crate::App;
use axum::Router;
use axum::routing::get;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/certify/{session}", get(show::show))
        .route("/certify/{session}/closed", get(leave::closed).post(leave::closed))
        .route("/certify/{session}/done", get(leave::done))
        .route("/certify/{session}/result", get(leave::result))
        .route("/callback/{pg}/certified/{session}", get(leave::returned).post(leave::returned))
}
