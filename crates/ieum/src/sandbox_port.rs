//! The embedded sandbox, as the engine sees it; and the engine's way out, as the sandbox sees it.

use engine::{Destination, Millis, Outbound, Request, SandboxPort};
use sandbox::{Fault, NoticeReply, Notifier, Outgoing, Sandbox};
use serde_json::Value;
use std::sync::Arc;

/// The engine's door to the sandbox.
pub(crate) struct Port {
    sandbox: Arc<Sandbox>,
    origin: String,
}

impl Port {
    pub(crate) fn new(sandbox: Arc<Sandbox>, origin: String) -> Self {
        Self { sandbox, origin }
    }
}

#[async_trait::async_trait]
impl SandboxPort for Port {
    fn origin(&self) -> String {
        self.origin.clone()
    }

    async fn deposit(
        &self,
        pg: &str,
        tid: &str,
        amount: i64,
        depositor: &str,
        at: Millis,
    ) -> Result<Value, String> {
        let notices = self.sandbox.deposit(pg, tid, amount, depositor, at).await?;
        serde_json::to_value(notices).map_err(|error| error.to_string())
    }

    async fn decide(
        &self,
        pg: &str,
        tid: &str,
        takes: bool,
        reason: &str,
        at: Millis,
    ) -> Result<Value, String> {
        let notices = self.sandbox.decide(pg, tid, takes, reason, at).await?;
        serde_json::to_value(notices).map_err(|error| error.to_string())
    }

    async fn act(&self, pg: &str, action: &Value, at: Millis) -> Result<Value, String> {
        self.sandbox.act(pg, action, at).await
    }

    fn add_fault(&self, fault: &Value) -> Result<(), String> {
        let fault: Fault = serde_json::from_value(fault.clone()).map_err(|e| e.to_string())?;
        self.sandbox.add_fault(fault)
    }

    fn faults(&self) -> Value {
        serde_json::to_value(self.sandbox.faults()).unwrap_or_default()
    }

    fn remove_fault(&self, id: u64) -> bool {
        self.sandbox.remove_fault(id)
    }

    fn fault_catalogue(&self) -> Value {
        self.sandbox.fault_catalogue()
    }

    fn clear_faults(&self) {
        self.sandbox.clear_faults();
    }

    fn cards(&self) -> Value {
        self.sandbox.cards()
    }

    async fn books(&self, pg: &str) -> Option<Value> {
        match self.sandbox.books(pg) {
            Ok(books) => books,
            Err(error) => {
                tracing::error!(%error, "the sandbox's books cannot be read");
                None
            }
        }
    }
}

/// Sends the PGs' notices to the hub.
pub(crate) struct Notices(pub(crate) Arc<dyn Outbound>);

#[async_trait::async_trait]
impl Notifier for Notices {
    async fn post(&self, outgoing: &Outgoing) -> Result<NoticeReply, String> {
        let request = Request {
            method: "POST",
            url: outgoing.url.clone(),
            headers: vec![("content-type".into(), outgoing.content_type.clone())],
            body: outgoing.body.clone(),
            operation: "notice",
        };
        let answer = self.0.send(request, Destination::Pg { timeout_ms: 30_000 }).await;
        let answer = answer.map_err(|error| error.to_string())?;
        Ok(NoticeReply { status: answer.status, body: answer.body })
    }
}
