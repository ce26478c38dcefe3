//! What only a hub with a sandbox has: its PGs' customers, clock, accidents and books. Ours, not
//! V1's. Where there is no sandbox these routes are not there.

pub mod books;
pub mod clock;
pub mod deposit;
pub mod escrow;
pub mod faults;

use crate::App;
use crate::extract::Refusal;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use engine::SandboxPort;
use std::sync::Arc;

/// The sandbox of this hub. Stands before every other argument.
pub struct Sandbox(pub Arc<dyn SandboxPort>);

impl FromRequestParts<App> for Sandbox {
    type Rejection = Refusal;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self, Refusal> {
        app.engine.sandbox.clone().map(Self).ok_or_else(Refusal::not_found)
    }
}
