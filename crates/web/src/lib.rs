//! HTTP in: the V1 REST API, what the browser SDK calls, the checkout pages, the PGs' callbacks and
//! the console. It parses, authenticates, calls one verb of the engine and shows what came of it.

pub mod api;
pub mod app;
pub mod callback;
pub mod certify;
pub mod checkout;
pub mod client;
pub mod console;
pub mod error;
pub mod extract;
pub mod guard;
pub mod sdk;

pub use app::App;

use axum::Router;

/// The whole origin: every route on one screen, grouped by who calls it.
pub fn router(app: App) -> Router {
    let routes = Router::new()
        .merge(api::routes(&app)) // the merchant's server
        .merge(sdk::routes()) // the merchant's page
        .merge(checkout::routes()) // the buyer
        .merge(certify::routes()) // somebody who is being verified
        .merge(callback::routes()) // PGs
        .merge(console::routes()) // staff
        .fallback(error::not_found)
        .method_not_allowed_fallback(error::method_not_allowed)
        .with_state(app);
    guard::wrap(routes)
}
