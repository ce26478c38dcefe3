//! A request to a PG's host: find the simulator, book, then answer, or do what the fault says.

use crate::{
    Millis, Sandbox,
    books::{Amount, SqlBooks},
    damage,
    fault::{Kind, Strike},
    notice,
    writer::Failure,
};
use pg::sim::{Accident, SimCx, SimReply, SimRequest, Simulator};
use std::{sync::Arc, time::Duration};

/// What becomes of a request.
#[derive(Clone, Debug)]
pub enum Handled {
    /// This answer, already in the books.
    Reply(SimReply),
    /// No answer, and the connection stays open until the caller gives up.
    NoAnswer,
    /// The answer is cut in the middle.
    Reset,
    /// The connection is closed before the first byte of an answer. Nothing is booked.
    Down,
}

/// Takes the leading `@milliseconds` off a path (`{origin}/@86400000/{host}/..`): how far the
/// merchant's clock is ahead. Server calls say the time in a header; a browser that opens a window
/// cannot, so the window's address carries it.
fn ahead(mut request: SimRequest) -> (SimRequest, Option<i64>) {
    let ms = request.host.strip_prefix('@').and_then(|text| text.parse::<i64>().ok());
    let Some(ms) = ms.filter(|ms| (0..=LONGEST_AHEAD_MS).contains(ms)) else {
        return (request, None);
    };
    let path = request.path.trim_start_matches('/').to_owned();
    let (host, path) = path.split_once('/').unwrap_or((&path, ""));
    host.clone_into(&mut request.host);
    request.path = format!("/{path}");
    (request, Some(ms))
}

/// A hundred years.
const LONGEST_AHEAD_MS: i64 = 100 * 366 * 86_400_000;

/// A request in the books.
struct Booked {
    reply: SimReply,
    amounts: Vec<Amount>,
    random: u64,
    notices: Vec<i64>,
}

impl Sandbox {
    /// Answers a request to one of the hosts: the door of the HTTP side and of calls within the
    /// process. `at` moves the PG's clock for this request. What is booked is on disk before this
    /// returns; notices follow on a task of their own.
    pub async fn handle(self: &Arc<Self>, request: SimRequest, at: Option<Millis>) -> Handled {
        let (request, ahead) = ahead(request);
        let host = request.host.to_ascii_lowercase();
        let Some(simulator) = self.hosts.get(host.as_str()).copied() else {
            return Handled::Reply(self.unknown_host(&request.host));
        };
        let (pg, operation) = (simulator.pg(), simulator.operation(&request));
        let strike = self.switch.request(pg, operation);
        let handled = match strike.and_then(|strike| before(strike.kind)) {
            Some(handled) => {
                strike.into_iter().for_each(|strike| self.switch.struck(strike));
                handled
            }
            None => match self.booked(simulator, operation, request, (at, ahead), strike).await {
                Ok(booked) => self.after(strike, booked).await,
                Err(failure) => {
                    strike.into_iter().for_each(|strike| self.switch.give_back(strike));
                    tracing::error!(pg, operation, %failure, "a sandbox request was rolled back");
                    Handled::Reply(failed(&failure))
                }
            },
        };
        let status = match &handled {
            Handled::Reply(reply) => Some(reply.status),
            _ => None,
        };
        let fault = strike.map(|strike| strike.kind);
        tracing::info!(pg, operation, status, ?fault, "sandbox");
        handled
    }

    /// Books; twice if a front server of the PG hands the request over twice. The second answer is
    /// the one that comes back.
    async fn booked(
        self: &Arc<Self>,
        simulator: &'static dyn Simulator,
        operation: &'static str,
        request: SimRequest,
        clock: (Option<Millis>, Option<i64>),
        strike: Option<Strike>,
    ) -> Result<Booked, Failure> {
        if strike.is_some_and(|strike| strike.kind == Kind::HandledTwice) {
            self.book(simulator, operation, request.clone(), clock).await?;
        }
        self.book(simulator, operation, request, clock).await
    }

    async fn book(
        self: &Arc<Self>,
        simulator: &'static dyn Simulator,
        operation: &'static str,
        request: SimRequest,
        (at, ahead): (Option<Millis>, Option<i64>),
    ) -> Result<Booked, Failure> {
        let now = (self.now)();
        let moved = Millis(now.0.saturating_add(ahead.unwrap_or(0)));
        let mut cx = self.context(at.unwrap_or(moved));
        if let Some(ahead) = ahead {
            // Links in the page stay in the same time.
            cx.origin = format!("{}/@{ahead}", cx.origin);
        }
        let switch = Arc::clone(&self.switch);
        let booked = self.writer.run(move |mut desk| {
            cx.random = desk.draw()?;
            let mut books = SqlBooks::new(desk.connection);
            let mut reply = simulator.handle(&cx, &mut books, &request);
            let amounts = books.finish()?;
            let caused = notice::Caused {
                pg: simulator.pg(),
                cause: operation,
                amounts: &amounts,
                random: cx.random,
                at: cx.at,
                now,
            };
            let then = std::mem::take(&mut reply.then);
            let notices = notice::keep(desk.connection, &switch, &caused, then)?;
            Ok(Booked { reply, amounts, random: cx.random, notices })
        });
        let booked = booked.await?;
        if !booked.notices.is_empty() {
            let (sandbox, notices) = (Arc::clone(self), booked.notices.clone());
            tokio::spawn(async move { sandbox.deliver_all(&notices, now).await });
        }
        Ok(booked)
    }

    /// What a simulator may know; the random bits are drawn in the transaction.
    pub(crate) fn context(&self, at: Millis) -> SimCx {
        let (origin, notice_url) = (self.origin.clone(), self.notice_url.clone());
        SimCx { at, random: 0, origin, notice_url, any_card: self.any_card }
    }

    async fn after(&self, strike: Option<Strike>, booked: Booked) -> Handled {
        let Booked { mut reply, amounts, random, .. } = booked;
        let Some(strike) = strike else { return own(reply) };
        let mut struck = true;
        let handled = match strike.kind {
            Kind::TimeoutAfter => Handled::NoAnswer,
            Kind::ResetAfter => Handled::Reset,
            Kind::ServerErrorAfter => Handled::Reply(server_error()),
            Kind::HandledTwice => own(reply),
            Kind::Late(ms) => {
                tokio::time::sleep(Duration::from_millis(ms)).await;
                own(reply)
            }
            kind => {
                let body = damage::body(kind, &reply.content_type, &reply.body, &amounts, random);
                struck = body != reply.body && reply.accident.is_none();
                reply.body = body;
                own(reply)
            }
        };
        if struck {
            self.switch.struck(strike);
        } else {
            self.switch.give_back(strike);
        }
        handled
    }

    fn unknown_host(&self, host: &str) -> SimReply {
        let hosts = self.hosts.keys().copied().collect::<Vec<_>>().join("\n");
        let text = format!("no PG is played under {host:?}. Hosts:\n{hosts}\n");
        SimReply { status: 404, ..SimReply::ok("text/plain; charset=utf-8", text) }
    }
}

/// Faults that happen before anything is booked.
fn before(kind: Kind) -> Option<Handled> {
    match kind {
        Kind::Down => Some(Handled::Down),
        Kind::TimeoutBefore => Some(Handled::NoAnswer),
        Kind::ResetBefore => Some(Handled::Reset),
        Kind::ServerError => Some(Handled::Reply(server_error())),
        _ => None,
    }
}

/// The simulator's own answer, or the accident the buyer picked in its window.
fn own(reply: SimReply) -> Handled {
    match reply.accident {
        None => Handled::Reply(reply),
        Some(Accident::NoAnswer) => Handled::NoAnswer,
        Some(Accident::Reset) => Handled::Reset,
    }
}

/// What a web server in front of a broken PG says.
fn server_error() -> SimReply {
    let page = "<!doctype html><html><head><title>500 Internal Server Error</title></head>\
                <body><h1>Internal Server Error</h1></body></html>";
    SimReply { status: 500, ..SimReply::html(page.to_owned()) }
}

fn failed(failure: &Failure) -> SimReply {
    let text = format!("sandbox: {failure}; nothing was booked\n");
    SimReply { status: 500, ..SimReply::ok("text/plain; charset=utf-8", text) }
}
