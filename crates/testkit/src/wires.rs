//! The wires of a whole hub in one test: requests of the engine into the sandbox, notices of the
//! PGs back, a browser's way to both, and gates where a request stands still.
#![expect(clippy::unwrap_used, reason = "what cannot be done fails the test")]

use crate::browser::{Fetch, Page, Web};
use crate::hub::{HUB, SANDBOX};
use crate::outbound::{Answer, Sent};
use ::engine::{Clock, Destination, SandboxPort};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use domain::Millis;
use pg::{Response, TransportError};
use sandbox::{Handled, NoticeReply, Notifier, Outgoing, Sandbox, SimRequest};
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use tempfile::TempDir;
use tokio::sync::Notify;
use tower::ServiceExt as _;

/// What answers webhooks.
type Receiver = Arc<dyn Fn(&Sent) -> Answer + Send + Sync>;

/// Where requests of the engine go: into the sandbox, or to the merchant's receivers.
pub(crate) struct Wire {
    sandbox: Arc<Sandbox>,
    receiver: Mutex<Receiver>,
    gates: Mutex<Vec<(&'static str, Moment, Gate)>>,
}

/// When a held request stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the PG sees it.
    Before,
    /// After the PG has done what was asked, before its answer arrives.
    After,
}

/// A request that stands still until the test lets it go.
#[derive(Clone, Default)]
pub struct Gate {
    arrived: Arc<Notify>,
    open: Arc<Notify>,
}

impl Gate {
    /// Waits until the request is there.
    pub async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// Lets it go.
    pub fn open(&self) {
        self.open.notify_one();
    }
}

/// A request from this machine.
pub(crate) fn local(request: Request<Body>) -> Request<Body> {
    from([127, 0, 0, 1].into(), request)
}

pub(crate) fn from(peer: IpAddr, mut request: Request<Body>) -> Request<Body> {
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer, 40_000)));
    request
}

/// The way of a browser in process.
pub(crate) struct Doors {
    pub(crate) hub: Router,
    pub(crate) sandbox: Router,
}

#[async_trait::async_trait]
impl Web for Doors {
    async fn fetch(&self, fetch: Fetch) -> Page {
        let (router, path) = match fetch.url.strip_prefix(HUB) {
            Some(path) => (&self.hub, path),
            None => (&self.sandbox, fetch.url.strip_prefix(SANDBOX).unwrap()),
        };
        let mut request = Request::builder().method(fetch.method.as_str()).uri(path);
        for (name, value) in fetch.headers {
            request = request.header(name, value);
        }
        let request = local(request.body(Body::from(fetch.body)).unwrap());
        let (head, body) = router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
        let header = |name: &str| {
            let value = head.headers.get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned)
        };
        Page {
            url: fetch.url,
            status: head.status.as_u16(),
            location: header("location"),
            content_type: header("content-type").unwrap_or_default(),
            text: pg::form::decode(&bytes),
        }
    }
}

pub(crate) fn open_sandbox(
    books: &TempDir,
    clock: Arc<dyn Clock>,
    door: Arc<OnceLock<Router>>,
) -> Arc<Sandbox> {
    Sandbox::open(sandbox::Options {
        books: books.path().join("sandbox.db"),
        origin: SANDBOX.to_owned(),
        notice_url: format!("{HUB}/callback/{{pg}}/notice"),
        seed: 7,
        now: Arc::new(move || clock.now()),
        notifier: Arc::new(Door(door)),
        simulators: sandbox::simulators(),
        any_card: false,
    })
    .unwrap()
}

/// How the PGs' notices reach the hub: from this machine.
struct Door(Arc<OnceLock<Router>>);

#[async_trait::async_trait]
impl Notifier for Door {
    async fn post(&self, outgoing: &Outgoing) -> Result<NoticeReply, String> {
        let path = outgoing.url.strip_prefix(HUB).ok_or("not the hub's")?;
        let request = Request::post(path)
            .header("content-type", &outgoing.content_type)
            .body(Body::from(outgoing.body.clone()))
            .map_err(|error| error.to_string())?;
        let router = self.0.get().ok_or("the hub is not up")?.clone();
        let answer = router.oneshot(local(request)).await.unwrap();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await;
        Ok(NoticeReply { status, body: body.map_err(|error| error.to_string())?.to_vec() })
    }
}

impl Wire {
    pub(crate) fn new(sandbox: Arc<Sandbox>) -> Self {
        let receiver: Receiver = Arc::new(|_| Ok(Response::text("ok")));
        Self { sandbox, receiver: Mutex::new(receiver), gates: Mutex::default() }
    }

    pub(crate) fn hold(&self, operation: &'static str, moment: Moment) -> Gate {
        let gate = Gate::default();
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.push((operation, moment, gate.clone()));
        gate
    }

    pub(crate) fn receive(&self, receiver: impl Fn(&Sent) -> Answer + Send + Sync + 'static) {
        *self.receiver.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(receiver);
    }

    pub(crate) async fn send(self: Arc<Self>, sent: Sent) -> Answer {
        let inside = sent.request.url.strip_prefix(SANDBOX).map(str::to_owned);
        let gate = self.gate(sent.request.operation);
        if let Some((Moment::Before, gate)) = &gate {
            gate.wait().await;
        }
        let answer = match inside {
            Some(address) => self.pg(&address, &sent).await,
            None => self.receiver(&sent),
        };
        if let Some((Moment::After, gate)) = &gate {
            gate.wait().await;
        }
        answer
    }

    fn gate(&self, operation: &str) -> Option<(Moment, Gate)> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        let index = gates.iter().position(|(which, _, _)| *which == operation)?;
        let (_, moment, gate) = gates.remove(index);
        Some((moment, gate))
    }

    fn receiver(&self, sent: &Sent) -> Answer {
        assert!(
            matches!(sent.destination, Destination::Webhook { .. }),
            "a PG was asked outside the sandbox: {}",
            sent.request.url
        );
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).clone();
        receiver(sent)
    }

    async fn pg(&self, address: &str, sent: &Sent) -> Answer {
        let header = |name: &str| {
            let found = sent.request.headers.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone())
        };
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let (host, path) = path[1..].split_once('/').unwrap();
        let request = SimRequest {
            method: sent.request.method.to_owned(),
            host: host.to_owned(),
            path: format!("/{path}"),
            query: query.to_owned(),
            content_type: header("content-type").unwrap_or_default(),
            body: sent.request.body.clone(),
        };
        let at = header("x-ieum-at").map(|text| Millis(text.parse().unwrap()));
        match self.sandbox.handle(request, at).await {
            Handled::Reply(reply) => Ok(Response {
                status: reply.status,
                content_type: reply.content_type,
                body: reply.body,
            }),
            Handled::NoAnswer => Err(TransportError::NoAnswer("timed out".to_owned())),
            Handled::Reset => Err(TransportError::NoAnswer("connection reset".to_owned())),
            Handled::Down => Err(TransportError::NotSent("connection refused".to_owned())),
        }
    }
}

impl Gate {
    async fn wait(&self) {
        self.arrived.notify_one();
        self.open.notified().await;
    }
}

/// The engine's door to the sandbox.
pub struct Port(pub Arc<Sandbox>);

#[async_trait::async_trait]
impl SandboxPort for Port {
    fn origin(&self) -> String {
        SANDBOX.to_owned()
    }

    async fn deposit(
        &self,
        pg: &str,
        tid: &str,
        amount: i64,
        depositor: &str,
        at: Millis,
    ) -> Result<Value, String> {
        let notices = self.0.deposit(pg, tid, amount, depositor, at).await?;
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
        let notices = self.0.decide(pg, tid, takes, reason, at).await?;
        serde_json::to_value(notices).map_err(|error| error.to_string())
    }

    async fn act(&self, pg: &str, action: &Value, at: Millis) -> Result<Value, String> {
        self.0.act(pg, action, at).await
    }

    fn add_fault(&self, fault: &Value) -> Result<(), String> {
        let fault = serde_json::from_value(fault.clone()).map_err(|error| error.to_string())?;
        self.0.add_fault(fault)
    }

    fn faults(&self) -> Value {
        serde_json::to_value(self.0.faults()).unwrap()
    }

    fn remove_fault(&self, id: u64) -> bool {
        self.0.remove_fault(id)
    }

    fn fault_catalogue(&self) -> Value {
        self.0.fault_catalogue()
    }

    fn clear_faults(&self) {
        self.0.clear_faults();
    }

    fn cards(&self) -> Value {
        self.0.cards()
    }

    async fn books(&self, pg: &str) -> Option<Value> {
        self.0.books(pg).unwrap()
    }
}
