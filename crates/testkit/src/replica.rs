//! Another process of the same hub: its own engine, locks, numbers and doors; the same database,
//! master key, clock, wire and PGs.
#![expect(clippy::unwrap_used, reason = "what cannot be done fails the test")]

use crate::browser::Browser;
use crate::hub::{HUB, SANDBOX, TestHub};
use crate::merchant::{Reply, call};
use crate::wires::{self, Doors};
use ::engine::Engine;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use pg::Device;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt as _;

/// One process of a hub.
#[derive(Clone)]
pub struct Replica {
    /// Its engine.
    pub engine: Engine,
    hub: Router,
    sandbox: Router,
}

impl Replica {
    /// The process a hub was made with.
    pub fn first(hub: &TestHub) -> Self {
        let engine = hub.engine().clone();
        Self { engine, hub: hub.router(), sandbox: hub.sandbox.router() }
    }

    /// One more beside it; each has a seed of its own.
    pub fn another(hub: &TestHub, seed: u64) -> Self {
        let engine = hub.base.replica(seed);
        let app = web::App { engine: engine.clone(), options: Arc::default() };
        Self { engine, hub: web::router(app), sandbox: hub.sandbox.router() }
    }

    /// A REST call here; headers without a value are left out.
    ///
    /// # Panics
    /// When the answer is no envelope.
    pub async fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Reply {
        call(self.hub.clone(), method, path, headers, body).await
    }

    /// A buyer's browser whose requests arrive here.
    pub fn browser(&self, device: Device) -> Browser {
        let doors = Doors { hub: self.hub.clone(), sandbox: self.sandbox.clone() };
        Browser::new(Arc::new(doors), HUB, SANDBOX, device)
    }

    /// Somebody posts a notice to a PG's address here: HTTP status and body of the answer.
    ///
    /// # Panics
    /// When it cannot be sent.
    pub async fn notice(&self, pg: &str, from: [u8; 4], kind: &str, body: &str) -> (u16, String) {
        notice(self.hub.clone(), pg, from, kind, body).await
    }
}

pub(crate) async fn notice(
    router: Router,
    pg: &str,
    from: [u8; 4],
    kind: &str,
    body: &str,
) -> (u16, String) {
    let request = Request::post(format!("/callback/{pg}/notice"))
        .header("content-type", kind)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let answer = router.oneshot(wires::from(from.into(), request)).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, String::from_utf8_lossy(&body).into_owned())
}
