//! Simulators: what a PG's servers do, written from its manual and never from our connector.
//!
//! A simulator is a function of a request and its own books. It shares no signing or field code
//! with the connector of the same PG (generic hashes and charsets apart): two independent readings
//! of the manual that must meet. The sandbox crate serves them and keeps the books on disk.

pub mod books;
pub mod cards;
pub mod headless;
pub mod memory;
pub mod page;
pub mod transport;

pub use books::{Books, Movement, Trade};
pub use memory::MemoryBooks;

use domain::Millis;

/// The simulators of the PGs we speak to, and that of the certifiers.
const SPOKEN: [&dyn Simulator; 4] = [
    &crate::kicc::sim::KiccSim,
    &crate::html5_inicis::sim::InicisSim,
    &crate::nice::sim::SIM,
    &crate::certifiers::sim::CertifierSim,
];

/// Every simulator, in the order of [`crate::ALL`] but for that of the certifiers. One simulator
/// may play several PG codes.
pub static ALL: &[&dyn Simulator] = &{
    use crate::sandbox_only::{COUNT, sim::SIMS};
    let mut all: [&dyn Simulator; SPOKEN.len() + COUNT] =
        [&crate::kicc::sim::KiccSim; SPOKEN.len() + COUNT];
    let mut at = 0;
    while at < all.len() {
        all[at] = if at < SPOKEN.len() { SPOKEN[at] } else { &SIMS[at - SPOKEN.len()] };
        at += 1;
    }
    all
};

/// A request to one of the PG's hosts.
#[derive(Clone, Debug)]
pub struct SimRequest {
    /// `GET` or `POST`.
    pub method: String,
    /// The host that was meant: `testpgapi.easypay.co.kr`.
    pub host: String,
    /// The path with its leading slash, without the query.
    pub path: String,
    /// The query string without `?`.
    pub query: String,
    /// `Content-Type`, or empty.
    pub content_type: String,
    /// The body as received.
    pub body: Vec<u8>,
}

/// What a simulator may know besides the request.
#[derive(Clone, Debug)]
pub struct SimCx {
    /// Now, by the sandbox's clock.
    pub at: Millis,
    /// Random bits for this request (from the sandbox's seed).
    pub random: u64,
    /// The sandbox's own origin, for links in windows: `http://127.0.0.1:9001`, no trailing slash.
    /// The same host's pages are at `{origin}/{host}{path}`.
    pub origin: String,
    /// Where the merchant registered deposit notices in the PG's admin: the hub's notice URL with
    /// `{pg}` to be replaced by the PG code. A URL sent with the order (Inicis `P_NOTI_URL`) wins.
    pub notice_url: String,
    /// Card numbers whose check digit is wrong are taken as well.
    pub any_card: bool,
}

impl SimCx {
    /// The registered notice URL of a PG code.
    #[must_use]
    pub fn notice_url_of(&self, pg: &str) -> String {
        self.notice_url.replace("{pg}", pg)
    }

    /// `digits` decimal digits out of this request's random bits.
    #[must_use]
    pub fn digits(&self, digits: u32) -> String {
        let scale = 10_u64.pow(digits.min(18));
        format!("{:0width$}", self.random % scale, width = digits as usize)
    }
}

/// What goes wrong after the books were written: the merchant never learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accident {
    /// The answer never comes; the connection stays open until the caller gives up.
    NoAnswer,
    /// The connection is cut in the middle of the answer.
    Reset,
}

/// The answer.
#[derive(Clone, Debug)]
pub struct SimReply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: String,
    /// `Location`, for redirects.
    pub location: Option<String>,
    /// The body.
    pub body: Vec<u8>,
    /// Notices to send to the merchant once the books are committed.
    pub then: Vec<Outgoing>,
    /// What happens instead of this answer arriving.
    pub accident: Option<Accident>,
}

impl SimReply {
    /// An answer with HTTP 200.
    #[must_use]
    pub fn ok(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            content_type: content_type.to_owned(),
            location: None,
            body: body.into(),
            then: Vec::new(),
            accident: None,
        }
    }

    /// An HTML page (UTF-8) with HTTP 200.
    #[must_use]
    pub fn html(body: String) -> Self {
        Self::ok("text/html; charset=utf-8", body)
    }

    /// A JSON answer with HTTP 200.
    #[must_use]
    pub fn json(body: &serde_json::Value) -> Self {
        Self::ok("application/json; charset=utf-8", body.to_string())
    }

    /// No such page on this host.
    #[must_use]
    pub fn not_found() -> Self {
        Self { status: 404, ..Self::ok("text/plain; charset=utf-8", "not found") }
    }
}

/// A notice the PG's server posts to the merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where to.
    pub url: String,
    /// `Content-Type` as this PG sends it.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
    /// The merchant took it if the answer's body contains this; otherwise it is sent again.
    pub wanted: &'static str,
}

/// One PG's servers.
pub trait Simulator: Send + Sync {
    /// The code its books are kept under: `kicc`, `nice` (plays `alipay` too), `html5_inicis`.
    fn pg(&self) -> &'static str;

    /// The hosts it plays.
    fn hosts(&self) -> &'static [&'static str];

    /// Whether card numbers are typed or sent to it; then [`cards::TEST_CARDS`] are its cards.
    fn takes_card_numbers(&self) -> bool {
        false
    }

    /// For windows opened by the PG's own script: the real URL that script posts the page's form
    /// to, so that headless drivers (tests, `ieum try`) can do what the script does.
    fn script_window(&self) -> Option<&'static str> {
        None
    }

    /// What a request is, for the fault switch: `register`, `window`, `script`, `approve`,
    /// `issue`, `charge`, `forget`, `account`, `receipt`, `escrow`, `net_cancel`, `cancel`,
    /// `lookup`, `errand` (changes something, moves no money), `query` (only looks), or `other`.
    fn operation(&self, request: &SimRequest) -> &'static str;

    /// Answers a request. What it writes into the books is committed before the answer leaves.
    fn handle(&self, cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply;

    /// A buyer or a carrier does something with what was sold: `{"action", "id", ...}` in this PG's
    /// words. Gives what it was done with, as it is then.
    ///
    /// # Errors
    /// Why it cannot be, in words; most PGs have nothing of the kind.
    fn act(
        &self,
        _cx: &SimCx,
        _books: &mut dyn Books,
        _action: &serde_json::Value,
    ) -> Result<serde_json::Value, String> {
        Err(format!("{}: 구매자 동작이 없는 PG사입니다.", self.pg()))
    }

    /// What this PG asks the merchant before it takes a customer's money, if it asks at all; it is
    /// taken only if the answer has what is wanted.
    fn asks(&self, _cx: &SimCx, _books: &dyn Books, _tid: &str) -> Option<Outgoing> {
        None
    }

    /// A customer pays into a virtual account: writes the books and gives the notices to send.
    /// `amount` is in minor units; a wrong amount is refused as the bank would.
    ///
    /// # Errors
    /// Why the bank refuses, in words.
    fn deposit(
        &self,
        cx: &SimCx,
        books: &mut dyn Books,
        tid: &str,
        amount: i64,
        depositor: &str,
    ) -> Result<Vec<Outgoing>, String>;

    /// A buyer takes what was delivered under escrow, or refuses it with a reason.
    ///
    /// # Errors
    /// Why that cannot be, in words.
    fn decide(
        &self,
        _cx: &SimCx,
        _books: &mut dyn Books,
        _tid: &str,
        _takes: bool,
        _reason: &str,
    ) -> Result<Vec<Outgoing>, String> {
        Err("이 PG사의 시뮬레이터에는 에스크로 구매결정이 없습니다.".into())
    }
}
