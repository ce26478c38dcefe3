//! The simulator of every PG here: its own reading of `README.md`, with books per PG code.

mod account;
mod approve;
mod back;
mod cancel;
mod cvs;
mod deposit;
mod envelope;
mod keys;
mod naver;
mod payco;
mod paymentwall;
mod purse;
mod window;

use super::catalogue::{COUNT, PGS};
use super::profile::Facts;
use crate::sim::{Books, Outgoing, SimCx, SimReply, SimRequest, Simulator, Trade};
use envelope::{Ask, refused};
use serde_json::{Value, json};

/// One PG's servers.
#[derive(Debug)]
pub struct SandboxSim {
    facts: &'static Facts,
}

/// A simulator per PG, in the order of [`PGS`].
pub static SIMS: [SandboxSim; COUNT] = {
    let mut sims = [const { SandboxSim { facts: &PGS[0].facts } }; COUNT];
    let mut at = 0;
    while at < COUNT {
        sims[at].facts = &PGS[at].facts;
        at += 1;
    }
    sims
};

/// What a simulator works with for one request.
struct Desk<'a> {
    facts: &'static Facts,
    cx: &'a SimCx,
    books: &'a mut dyn Books,
}

impl Desk<'_> {
    /// A number of this PG that was not given out before.
    fn number(&self, prefix: &str) -> String {
        let base = self.cx.random % 100_000_000;
        let number = |n: u64| {
            let digits = (base + n) % 100_000_000;
            format!("{prefix}{}{digits:08}", &self.cx.at.kst14()[2..])
        };
        let free = |number: &String| self.note(&format!("number/{number}")).is_none();
        (0..1_000).map(number).find(free).unwrap_or_else(|| number(0))
    }

    /// As [`Self::number`], and taken.
    fn take_number(&mut self, prefix: &str) -> String {
        let number = self.number(prefix);
        self.put(&format!("number/{number}"), &json!(true));
        number
    }

    fn note(&self, key: &str) -> Option<Value> {
        serde_json::from_str(&self.books.note(self.facts.code, key)?).ok()
    }

    fn put(&mut self, key: &str, value: &Value) {
        self.books.put_note(self.facts.code, key, &value.to_string());
    }
}

/// A refusal: code and text.
type Refused = (&'static str, &'static str);

impl SandboxSim {
    /// Carries out a signed request; the first time only.
    fn act(&self, desk: &mut Desk<'_>, operation: &str, ask: &Ask) -> SimReply {
        let lookup = operation == "lookup";
        let key = format!("operation/{}", ask.operation);
        if lookup {
            let found = desk.note(&key).unwrap_or(Value::Null);
            return envelope::reply(json!({ "result": "ok", "found": found }), ask);
        }
        if desk.note(&key).is_some() {
            return envelope::reply(refused(("S409", "중복된 요청번호입니다.")), ask);
        }
        let (answer, accident) = match operation {
            "register" => (window::register(desk, &ask.data), None),
            "approve" => approve::approve(desk, &ask.data),
            "cancel" => (cancel::cancel(desk, &ask.data), None),
            "account" => (approve::account(desk, &ask.data), None),
            "cvs" => (cvs::issue(desk, &ask.data), None),
            "member" => (purse::forget(desk, &ask.data), None),
            "fido" => (purse::fido(desk, &ask.data), None),
            "point-balance" => (purse::points(desk, &ask.data), None),
            "point-login" => (purse::login(desk, &ask.data), None),
            "issue" => (keys::issue(desk, &ask.data), None),
            "charge" => keys::charge(desk, &ask.data),
            "forget" => (keys::forget(desk, &ask.data), None),
            other => match special(desk, other, &ask.data) {
                Some(answer) => (answer, None),
                None => return SimReply::not_found(),
            },
        };
        let answer = answer.unwrap_or_else(refused);
        let read = operation == "account-holder" || naver::READS.contains(&operation);
        if operation != "register" && !read {
            desk.put(&key, &answer);
        }
        SimReply { accident, ..envelope::reply(answer, ask) }
    }
}

/// Operations only some of these PGs have; `None` for what this one has not.
fn special(desk: &mut Desk<'_>, operation: &str, data: &Value) -> Option<Result<Value, Refused>> {
    naver::operation(desk, operation, data)
        .or_else(|| account::operation(desk, operation, data))
        .or_else(|| payco::operation(desk, operation, data))
        .or_else(|| paymentwall::operation(desk, operation, data))
}

impl Simulator for SandboxSim {
    fn pg(&self) -> &'static str {
        self.facts.code
    }

    fn hosts(&self) -> &'static [&'static str] {
        self.facts.hosts
    }

    fn takes_card_numbers(&self) -> bool {
        self.facts.keys.is_some_and(|keys| keys.card)
    }

    fn operation(&self, request: &SimRequest) -> &'static str {
        const KNOWN: [&str; 7] =
            ["register", "approve", "cancel", "lookup", "issue", "charge", "forget"];
        match request.path.strip_prefix("/v1/") {
            Some("account" | "cvs") => "issue",
            Some("member") => "forget",
            Some(
                "product-order-step" | "points" | "confirm" | "order-status" | "delivery"
                | "account-change",
            ) => "errand",
            Some("account-holder") => "query",
            Some(path) if naver::READS.contains(&path) => "query",
            Some(path) => KNOWN.into_iter().find(|known| *known == path).unwrap_or("other"),
            None if request.path.starts_with("/window") => "window",
            None => "other",
        }
    }

    fn handle(&self, cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
        let mut desk = Desk { facts: self.facts, cx, books };
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/window") => window::show(&desk, request),
            ("POST", "/window/pay") => back::pressed(&mut desk, request),
            ("POST", path) => {
                let Some(operation) = path.strip_prefix("/v1/") else {
                    return SimReply::not_found();
                };
                match envelope::open(self.facts, request) {
                    Ok(ask) => self.act(&mut desk, operation, &ask),
                    Err(reply) => reply,
                }
            }
            _ => SimReply::not_found(),
        }
    }

    fn act(&self, cx: &SimCx, books: &mut dyn Books, action: &Value) -> Result<Value, String> {
        naver::act(&mut Desk { facts: self.facts, cx, books }, action)
    }

    fn asks(&self, cx: &SimCx, books: &dyn Books, tid: &str) -> Option<Outgoing> {
        let waits = |trade: &Trade| trade.method == "cvs" && trade.state == "awaiting_deposit";
        let trade = books.trade(self.facts.code, tid).filter(waits)?;
        let asked = format!("Q{}", cx.at.0);
        Some(deposit::message(cx, &trade, &asked, trade.amount, "고객", "confirm"))
    }

    fn deposit(
        &self,
        cx: &SimCx,
        books: &mut dyn Books,
        tid: &str,
        amount: i64,
        depositor: &str,
    ) -> Result<Vec<Outgoing>, String> {
        let mut desk = Desk { facts: self.facts, cx, books };
        deposit::deposit(&mut desk, tid, amount, depositor)
    }
}
