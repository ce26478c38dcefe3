//! The admin console: server-rendered pages under `/console`, forms that work without JavaScript.
//!
//! `views` are the typed contexts of the templates, `texts` the one table of messages, `show` how
//! money and times read, `frame` what surrounds a page. A handler file per page reads its form,
//! calls one verb of the engine and fills the context.

pub mod assets;
mod frame;
pub(crate) mod show;
mod texts;
mod views;

#[cfg(test)]
mod tests;

use crate::App;
use axum::Router;
use axum::routing::get;

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/ieum.css", get(assets::css))
        .route("/assets/console.js", get(assets::js))
}
