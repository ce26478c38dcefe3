//! The wires of a storm: commits, calls of PGs, webhooks, notices and browsers, each of which waits
//! for the scheduler, and each of which may break.

use crate::draw::Draw;
use crate::world::{Life, Point, Verdict, World, lock};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request as Http;
use domain::Millis;
use engine::{Destination, Outbound};
use pg::{Request, Response, TransportError};
use sandbox::{Handled, NoticeReply, Notifier, Outgoing, SimRequest};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use store::gate::{Answer, Gate, Passing};
use store::{Arg, Batch, CommitError, DbError};
use testkit::browser::{Fetch, Page, Web};
use testkit::hub::{HUB, SANDBOX};
use tower::ServiceExt as _;

/// A process's handle on the database.
pub(crate) struct Commits {
    pub(crate) world: Arc<World>,
    pub(crate) life: Arc<Life>,
}

impl Gate for Commits {
    fn before<'a>(&'a self, batch: &'a Batch) -> Passing<'a, Result<(), CommitError>> {
        Box::pin(async move {
            let what = summary(batch);
            match self.world.pass(Point::Commit, what, Some(&self.life)).await {
                Verdict::Refused => Err(DbError::Unavailable("storm".to_owned()).into()),
                Verdict::Unheard => Err(CommitError::Unknown("storm".to_owned())),
                _ => Ok(()),
            }
        })
    }

    fn after(&self, answer: Answer) -> Passing<'_, Answer> {
        Box::pin(async move {
            let what = match &answer {
                Ok(_) => "done".to_owned(),
                Err(error) => error.to_string(),
            };
            match self.world.pass(Point::Committed, what, Some(&self.life)).await {
                Verdict::Unanswered if answer.is_ok() => {
                    Err(CommitError::Unknown("storm".to_owned()))
                }
                _ => answer,
            }
        })
    }

    fn busy(&self, change: i64) {
        self.world.busy(change);
    }
}

/// What a batch is about: its first statement's table, the payment, and how much more there is.
fn summary(batch: &Batch) -> String {
    let Some(first) = batch.statements().first() else { return String::new() };
    let words: Vec<&str> = first.sql.split_whitespace().take(3).collect();
    let texts = first.args.iter().filter_map(|arg| match arg {
        Arg::Text(Some(text)) if text.contains("imp_") || text.contains(':') => Some(text.as_str()),
        _ => None,
    });
    let about: Vec<&str> = texts.filter(|text| text.len() < 60).take(1).collect();
    format!("{} {} +{}", words.join(" "), about.join(" "), batch.statements().len() - 1)
}

/// A process's way out.
pub(crate) struct Ways {
    pub(crate) world: Arc<World>,
    pub(crate) life: Arc<Life>,
}

#[async_trait::async_trait]
impl Outbound for Ways {
    async fn send(
        &self,
        request: Request,
        destination: Destination,
    ) -> Result<Response, TransportError> {
        match destination {
            Destination::Webhook { .. } => self.tell(&request).await,
            Destination::Pg { .. } => self.ask(request).await,
        }
    }
}

fn silence() -> TransportError {
    TransportError::NoAnswer("storm".to_owned())
}

impl Ways {
    async fn ask(&self, request: Request) -> Result<Response, TransportError> {
        let Some(sim) = to_sandbox(&request) else {
            self.world.broke(format!("a PG was asked outside the sandbox: {}", request.url));
            return Err(TransportError::NotSent("storm".to_owned()));
        };
        let (sim, at) = sim;
        let what = format!("{} {} {}", request.operation, sim.host, about(&request));
        match self.world.pass(Point::Ask, what.clone(), Some(&self.life)).await {
            Verdict::Refused => return Err(TransportError::NotSent("storm".to_owned())),
            Verdict::Unheard => return Err(silence()),
            Verdict::Late => {
                self.stray(what, sim, at);
                return Err(silence());
            }
            Verdict::Twice => self.stray(what.clone(), sim.clone(), at),
            Verdict::Go | Verdict::Unanswered => {}
        }
        let handled = self.world.sandbox().handle(sim, at).await;
        let status = match &handled {
            Handled::Reply(reply) => reply.status.to_string(),
            other => format!("{other:?}"),
        };
        let what = format!("{what}: {status}");
        if let Handled::Reply(reply) = &handled {
            let text = String::from_utf8_lossy(&reply.body);
            lock(&self.world.trace).aside(|| text.chars().take(600).collect());
        }
        match self.world.pass(Point::Answered, what, Some(&self.life)).await {
            Verdict::Go => {}
            _ => return Err(silence()),
        }
        match handled {
            Handled::Reply(reply) => Ok(Response {
                status: reply.status,
                content_type: reply.content_type,
                body: reply.body,
            }),
            Handled::NoAnswer | Handled::Reset => Err(silence()),
            Handled::Down => Err(TransportError::NotSent("storm".to_owned())),
        }
    }

    /// A request that reaches the PG on its own, whoever waits for it or not.
    fn stray(&self, what: String, sim: SimRequest, at: Option<Millis>) {
        let world = self.world.clone();
        // In the queue at once: its place must not depend on when the task is first polled.
        let gone = world.queue(Point::Stray, what, None);
        tokio::spawn(async move {
            if gone.await.is_ok() {
                world.sandbox().handle(sim, at).await;
            }
        });
    }

    /// The merchant's receiver, which keeps what it takes.
    async fn tell(&self, request: &Request) -> Result<Response, TransportError> {
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let word = (text("imp_uid"), text("status"));
        let what = format!("{} {}", word.0, word.1);
        let verdict = self.world.pass(Point::Tell, what, Some(&self.life)).await;
        let mut response = Response::text("ok");
        match verdict {
            Verdict::Refused => return Err(TransportError::NotSent("storm".to_owned())),
            Verdict::Unheard | Verdict::Late => return Err(silence()),
            Verdict::Twice => {
                response.status = 500;
                return Ok(response);
            }
            Verdict::Go | Verdict::Unanswered => {}
        }
        *lock(&self.world.promises).told.entry(word).or_default() += 1;
        if verdict == Verdict::Go { Ok(response) } else { Err(silence()) }
    }
}

/// The payment a request is about, where it can be seen.
fn about(request: &Request) -> String {
    let text = String::from_utf8_lossy(&request.body);
    let Some(at) = text.find("imp") else { return String::new() };
    text[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').take(24).collect()
}

/// The request as the sandbox reads it, and the PG's time for it.
fn to_sandbox(request: &Request) -> Option<(SimRequest, Option<Millis>)> {
    let address = request.url.strip_prefix(SANDBOX)?.strip_prefix('/')?;
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let header = |name: &str| {
        let found = request.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.clone())
    };
    let at = header("x-ieum-at").and_then(|text| text.parse().ok()).map(Millis);
    let sim = SimRequest {
        method: request.method.to_owned(),
        host: host.to_owned(),
        path: format!("/{path}"),
        query: query.to_owned(),
        content_type: header("content-type").unwrap_or_default(),
        body: request.body.clone(),
    };
    Some((sim, at))
}

/// How PGs reach the hub: whichever process the balancer picks.
pub(crate) struct Notices {
    pub(crate) world: Arc<World>,
    pub(crate) draw: Mutex<Draw>,
}

#[async_trait::async_trait]
impl Notifier for Notices {
    async fn post(&self, outgoing: &Outgoing) -> Result<NoticeReply, String> {
        let path = outgoing.url.strip_prefix(HUB).ok_or("not the hub's")?;
        let verdict = self.world.pass(Point::Notice, path.to_owned(), None).await;
        if matches!(verdict, Verdict::Refused | Verdict::Unheard | Verdict::Late) {
            return Err("storm".to_owned());
        }
        let times = if verdict == Verdict::Twice { 2 } else { 1 };
        let mut reply = None;
        for _ in 0..times {
            let request = Http::post(path)
                .header("content-type", &outgoing.content_type)
                .body(Body::from(outgoing.body.clone()))
                .map_err(|error| error.to_string())?;
            let replica = lock(&self.draw).below(self.world.replicas());
            reply = visit(&self.world, replica, request).await;
        }
        let (status, _, body) = reply.ok_or("connection reset")?;
        if verdict == Verdict::Unanswered {
            return Err("storm".to_owned());
        }
        Ok(NoticeReply { status, body })
    }
}

/// Status, headers and body of an answer.
pub(crate) type Visited = (u16, axum::http::HeaderMap, Vec<u8>);

/// A request to one process; `None` if that died over it.
pub(crate) async fn visit(world: &World, replica: usize, request: Http<Body>) -> Option<Visited> {
    let hub = world.hub(replica);
    let what = format!("{} {}", request.method(), request.uri());
    let answer = hub.life.within(fetch(hub.router.clone(), request)).await?;
    let excused = world.excused.load(std::sync::atomic::Ordering::SeqCst);
    if answer.0 >= 500 && !excused {
        let text = String::from_utf8_lossy(&answer.2);
        let text: String = text.chars().take(300).collect();
        world.broke(format!("{what} was answered with HTTP {}: {text}", answer.0));
    }
    Some(answer)
}

async fn fetch(router: Router, mut request: Http<Body>) -> Visited {
    let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 40_000));
    request.extensions_mut().insert(ConnectInfo(peer));
    let Ok(answer) = router.oneshot(request).await;
    let (head, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap_or_default();
    (head.status.as_u16(), head.headers, bytes.to_vec())
}

/// A browser's way: each request goes to any process, and waits for the scheduler before.
pub(crate) struct Roads {
    pub(crate) world: Arc<World>,
    pub(crate) draw: Mutex<Draw>,
}

#[async_trait::async_trait]
impl Web for Roads {
    async fn fetch(&self, fetch: Fetch) -> Page {
        let what = format!("{} {}", fetch.method, short(&fetch.url));
        self.world.pass(Point::Client, what, None).await;
        let mut page = Page {
            url: fetch.url.clone(),
            status: 0,
            location: None,
            content_type: String::new(),
            text: String::new(),
        };
        let (inside, path) = match fetch.url.strip_prefix(HUB) {
            Some(path) => (true, path),
            None => (false, fetch.url.strip_prefix(SANDBOX).unwrap_or("/")),
        };
        let mut request = Http::builder().method(fetch.method.as_str()).uri(path);
        for (name, value) in fetch.headers {
            request = request.header(name, value);
        }
        let Ok(request) = request.body(Body::from(fetch.body)) else { return page };
        let replica = lock(&self.draw).below(self.world.replicas());
        let answer = if inside {
            visit(&self.world, replica, request).await
        } else {
            Some(self::fetch(self.world.sandbox().router(), request).await)
        };
        let Some((status, headers, body)) = answer else { return page };
        let header =
            |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        page.status = status;
        page.location = header("location");
        page.content_type = header("content-type").unwrap_or_default();
        page.text = pg::form::decode(&body);
        page
    }
}

/// An address without what makes lines long.
fn short(url: &str) -> &str {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let path = url[..end].strip_prefix("http://").unwrap_or(&url[..end]);
    &path[..path.len().min(80)]
}
