//! Simulators without a network: a [`Transport`] that asks them in process, with books in memory.
//!
//! Its switch makes one request of an operation go wrong, before or after the PG saw it, so that a
//! test can lose exactly the answer it means.

use super::headless::{self, Step};
use super::{Books, MemoryBooks, Outgoing, SimCx, SimReply, SimRequest, Simulator, Trade};
use crate::hosts::Hosts;
use crate::ops::Window;
use crate::wire::{Request, Response, Transport, TransportError};
use domain::Millis;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What happens to one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never leaves.
    NotSent,
    /// It is lost on the way; the PG never sees it, the caller cannot know that.
    LoseRequest,
    /// The PG does what was asked, its answer is lost.
    LoseAnswer,
    /// The PG does what was asked and answers with this status and body instead.
    Answer(u16, Vec<u8>),
    /// The PG does what was asked; its answer comes with another HTTP status.
    Status(u16),
    /// The PG does what was asked; in its answer every such text is replaced.
    Replace(String, String),
}

/// The simulators, their books, their clock and what is to go wrong.
pub struct SimTransport {
    simulators: &'static [&'static dyn Simulator],
    origin: String,
    notice_url: String,
    state: Mutex<State>,
}

struct State {
    books: MemoryBooks,
    at: Millis,
    random: u64,
    faults: Vec<(&'static str, Fault)>,
    outbox: Vec<Outgoing>,
    seen: Vec<Request>,
}

/// Where the buyer's browser ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Landing {
    /// At the return URL, with what the PG sent along.
    Returned {
        /// The query string, without `?`.
        query: String,
        /// The posted body.
        body: Vec<u8>,
    },
    /// At the close URL, or on a page with nothing to press.
    Closed,
}

impl SimTransport {
    /// Simulators with empty books, at a time. `origin` and `notice_url` are only names here.
    #[must_use]
    pub fn new(simulators: &'static [&'static dyn Simulator], at: Millis) -> Self {
        Self {
            simulators,
            origin: "http://sandbox.test".into(),
            notice_url: "http://hub.test/notice/{pg}".into(),
            state: Mutex::new(State {
                books: MemoryBooks::default(),
                at,
                random: 0,
                faults: Vec::new(),
                outbox: Vec::new(),
                seen: Vec::new(),
            }),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the PG's hosts are.
    #[must_use]
    pub fn hosts(&self) -> Hosts {
        Hosts::Sandbox(self.origin.clone())
    }

    /// The clock.
    #[must_use]
    pub fn at(&self) -> Millis {
        self.state().at
    }

    /// Sets the clock.
    pub fn set_at(&self, at: Millis) {
        self.state().at = at;
    }

    /// The next request of this operation goes wrong. Several wait in the order given.
    pub fn fail_next(&self, operation: &'static str, fault: Fault) {
        self.state().faults.push((operation, fault));
    }

    /// Takes back every fault that did not happen.
    pub fn clear_faults(&self) {
        self.state().faults.clear();
    }

    /// Notices the PG has to send, and forgets them.
    #[must_use]
    pub fn take_notices(&self) -> Vec<Outgoing> {
        std::mem::take(&mut self.state().outbox)
    }

    /// Every request that reached [`Transport::send`], also those that went wrong.
    #[must_use]
    pub fn sent(&self) -> Vec<Request> {
        self.state().seen.clone()
    }

    /// A simulator's trades, oldest first.
    #[must_use]
    pub fn trades(&self, pg: &str) -> Vec<Trade> {
        self.state().books.trades(pg)
    }

    /// A copy of the books.
    #[must_use]
    pub fn books(&self) -> MemoryBooks {
        self.state().books.clone()
    }

    /// The simulator of a host.
    #[must_use]
    pub fn simulator(&self, host: &str) -> Option<&'static dyn Simulator> {
        self.simulators.iter().copied().find(|sim| sim.hosts().contains(&host))
    }

    /// A customer pays into a virtual account; the notices are returned, not put into the outbox.
    ///
    /// # Errors
    /// Why the bank refuses.
    pub fn deposit(
        &self,
        simulator: &dyn Simulator,
        tid: &str,
        amount: i64,
        depositor: &str,
    ) -> Result<Vec<Outgoing>, String> {
        let mut state = self.state();
        let cx = self.cx(&mut state);
        simulator.deposit(&cx, &mut state.books, tid, amount, depositor)
    }

    fn cx(&self, state: &mut State) -> SimCx {
        // Counting up keeps every number made of it unique and shows both values of its lowest bit.
        state.random += 1;
        SimCx {
            at: state.at,
            random: state.random,
            origin: self.origin.clone(),
            notice_url: self.notice_url.clone(),
            any_card: false,
        }
    }

    fn handle(&self, state: &mut State, sim: &dyn Simulator, request: &SimRequest) -> SimReply {
        let cx = self.cx(state);
        let mut reply = sim.handle(&cx, &mut state.books, request);
        state.outbox.append(&mut reply.then);
        reply
    }

    /// What the browser gets for a step inside the sandbox.
    ///
    /// # Errors
    /// In words, if no simulator plays that URL.
    pub fn browse(&self, step: &Step) -> Result<SimReply, String> {
        let url = step.url();
        let inside = url.strip_prefix(&self.origin).and_then(|rest| rest.strip_prefix('/'));
        let inside = inside.ok_or_else(|| format!("the browser left the sandbox: {url}"))?;
        let mut request = read_url(inside);
        if let Step::Post { body, content_type, .. } = step {
            request.method = "POST".into();
            request.content_type = (*content_type).to_owned();
            request.body.clone_from(body);
        }
        let sim = self.simulator(&request.host);
        let sim = sim.ok_or_else(|| format!("no simulator plays {}", request.host))?;
        let mut state = self.state();
        Ok(self.handle(&mut state, sim, &request))
    }

    /// Opens a window, presses a button and follows the browser until it is back.
    ///
    /// # Errors
    /// In words: what could not be followed, or an error page.
    pub fn visit(
        &self,
        window: &Window,
        script_window: Option<&str>,
        return_url: &str,
        close_url: &str,
        press: &str,
    ) -> Result<Landing, String> {
        let mut step = headless::first(window, &self.hosts(), script_window, return_url)?;
        for _ in 0..10 {
            if let Some(landing) = landing(&step, return_url, close_url) {
                return Ok(landing);
            }
            let reply = self.browse(&step)?;
            step = match (&reply.location, reply.status) {
                (Some(location), _) => headless::redirected(step.url(), location)?,
                (None, 200) => {
                    let html = crate::form::decode(&reply.body);
                    headless::next(step.url(), &html, press)?
                }
                (None, status) => {
                    let page = crate::form::decode(&reply.body);
                    return Err(format!("{} answered {status}: {page}", step.url()));
                }
            };
        }
        Err(format!("the window never came back, last at {}", step.url()))
    }
}

/// `host/path?query` as a GET request.
fn read_url(text: &str) -> SimRequest {
    let text = text.split('#').next().unwrap_or(text);
    let (address, query) = text.split_once('?').unwrap_or((text, ""));
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    SimRequest {
        method: "GET".into(),
        host: host.to_owned(),
        path: format!("/{path}"),
        query: query.to_owned(),
        content_type: String::new(),
        body: Vec::new(),
    }
}

fn landing(step: &Step, return_url: &str, close_url: &str) -> Option<Landing> {
    let url = step.url();
    if url.is_empty() || (!close_url.is_empty() && url.starts_with(close_url)) {
        return Some(Landing::Closed);
    }
    if !url.starts_with(return_url) {
        return None;
    }
    let query = url.split_once('?').map_or("", |(_, query)| query).to_owned();
    let body = match step {
        Step::Post { body, .. } => body.clone(),
        Step::Get { .. } | Step::Done => Vec::new(),
    };
    Some(Landing::Returned { query, body })
}

fn lost<T>(why: &str) -> Result<T, TransportError> {
    Err(TransportError::NoAnswer(why.to_owned()))
}

#[async_trait::async_trait]
impl Transport for SimTransport {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut state = self.state();
        state.seen.push(request.clone());
        let rest = request.url.strip_prefix("https://");
        let rest = rest.ok_or_else(|| TransportError::NotSent("not https".into()))?;
        let mut asked = read_url(rest);
        request.method.clone_into(&mut asked.method);
        asked.body = request.body;
        let kind = request.headers.iter().find(|(name, _)| name == "content-type");
        asked.content_type = kind.map(|(_, value)| value.clone()).unwrap_or_default();
        let sim = self.simulator(&asked.host);
        let sim = sim.ok_or_else(|| TransportError::NotSent(format!("no host {}", asked.host)))?;
        let operation = sim.operation(&asked);
        let fault = state.faults.iter().position(|(which, _)| *which == operation);
        let fault = fault.map(|index| state.faults.remove(index).1);
        match fault {
            Some(Fault::NotSent) => return Err(TransportError::NotSent("switched off".into())),
            Some(Fault::LoseRequest) => return lost("timed out"),
            _ => {}
        }
        let reply = self.handle(&mut state, sim, &asked);
        if reply.accident.is_some() || fault == Some(Fault::LoseAnswer) {
            return lost("timed out after the request was sent");
        }
        let SimReply { status, content_type, body, .. } = reply;
        Ok(match fault {
            Some(Fault::Answer(status, body)) => {
                Response { status, content_type: "text/html".into(), body }
            }
            Some(Fault::Replace(from, to)) => {
                let body = replace(&body, from.as_bytes(), to.as_bytes());
                Response { status, content_type, body }
            }
            Some(Fault::Status(status)) => Response { status, content_type, body },
            _ => Response { status, content_type, body },
        })
    }
}

/// `body` with every `from` replaced, on bytes: an answer need not be UTF-8.
#[must_use]
pub fn replace(body: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        match rest.strip_prefix(from) {
            Some(after) if !from.is_empty() => {
                out.extend_from_slice(to);
                rest = after;
            }
            _ => {
                out.push(rest[0]);
                rest = &rest[1..];
            }
        }
    }
    out
}
