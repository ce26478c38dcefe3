//! A whole hub in one test: engine, pages, API and the sandbox's PGs on a throw-away database, with
//! a clock the test moves and wires it can cut. No sockets.
//!
//! End every test with [`TestHub::settled`]: what the PGs hold is what the hub believes.
#![expect(clippy::unwrap_used, reason = "what cannot be done fails the test")]

use crate::browser::{Browser, Ending};
use crate::clock::MockClock;
use crate::dbs::TestDb;
use crate::engine::TestEngine;
use crate::merchant::{Shop, open_shop};
use crate::outbound::{Answer, ScriptedOutbound, Sent};
use crate::wires::{Doors, Port, Wire, open_sandbox};
pub use crate::wires::{Gate, Moment};
use ::engine::{Engine, Parts};
use axum::Router;
use pg::Device;
use pg::sim::headless::Step;
use sandbox::{Fault, Sandbox};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};
use store::args;
use tempfile::TempDir;

/// The hub's origin.
pub const HUB: &str = "http://hub.test";
/// The sandbox's origin.
pub const SANDBOX: &str = "http://sandbox.test";

/// A hub, its sandbox and one merchant.
pub struct TestHub {
    /// The engine with its clock, wire and database.
    pub base: TestEngine,
    /// The PGs.
    pub sandbox: Arc<Sandbox>,
    /// The merchant.
    pub shop: Shop,
    wire: Arc<Wire>,
    router: Router,
    _books: TempDir,
}

impl TestHub {
    /// A hub with one merchant.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn new(test: TestDb) -> Self {
        Self::with(test, |_| {}).await
    }

    /// As [`TestHub::new`], with parts changed before it is put together.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn with(test: TestDb, change: impl FnOnce(&mut Parts)) -> Self {
        let books = tempfile::tempdir().unwrap();
        let door = Arc::new(OnceLock::new());
        let mut made = None;
        let base = TestEngine::with(test, |parts| {
            let sandbox = open_sandbox(&books, parts.clock.clone(), door.clone());
            parts.sandbox = Some(Arc::new(Port(sandbox.clone())));
            made = Some(sandbox);
            change(parts);
        });
        let sandbox = made.unwrap();
        let app = web::App { engine: base.engine.clone(), options: Arc::default() };
        let router = web::router(app);
        drop(door.set(router.clone()));
        let wire = Arc::new(Wire::new(sandbox.clone()));
        let ends = wire.clone();
        base.outbound.answer_later(move |sent| ends.clone().send(sent));
        let created = base.merchant("owner@shop.test").await;
        let shop = open_shop(&base.engine, &created).await;
        Self { base, sandbox, shop, wire, router, _books: books }
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.base.engine
    }

    /// The wall clock.
    pub fn clock(&self) -> &MockClock {
        &self.base.clock
    }

    /// Everything the engine sent.
    pub fn outbound(&self) -> &ScriptedOutbound {
        &self.base.outbound
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// A buyer's browser.
    pub fn browser(&self, device: Device) -> Browser {
        let doors = Doors { hub: self.router(), sandbox: self.sandbox.router() };
        Browser::new(Arc::new(doors), HUB, SANDBOX, device)
    }

    /// `IMP.request_pay(param)`: what the SDK is answered.
    ///
    /// # Panics
    /// When the answer is no JSON.
    pub async fn open(&self, param: &Value, device: Device) -> Value {
        self.browser(device).request_pay(&self.shop.user_code, param).await
    }

    /// Opens, presses a button of the PG's window, and gives how it ends for the browser.
    ///
    /// # Panics
    /// When the window does not open.
    pub async fn pay(&self, param: &Value, device: Device, press: &str) -> Ending {
        let opened = self.open(param, device).await;
        self.browser(device).walk(into(&opened), press).await
    }

    /// As [`TestHub::pay`], up to the request that brings the result back, which is not sent.
    ///
    /// # Panics
    /// When it ends before.
    pub async fn bring(&self, param: &Value, device: Device, press: &str) -> (Value, Step) {
        let opened = self.open(param, device).await;
        let step = self.browser(device).until_back(into(&opened), press).await;
        (opened, step)
    }

    /// A PG's own books.
    ///
    /// # Panics
    /// When it has none.
    pub fn books(&self, pg: &str) -> Value {
        self.sandbox.books(pg).unwrap().unwrap()
    }

    /// The trades a PG has of a payment.
    ///
    /// # Panics
    /// When the PG has no books.
    pub fn trades(&self, pg: &str, imp_uid: &str) -> Vec<Value> {
        let books = self.books(pg);
        let trades = books["trades"].as_array().unwrap().iter();
        trades.filter(|trade| trade["order_no"] == imp_uid).cloned().collect()
    }

    /// What a PG holds of a payment, minor units.
    pub fn held(&self, pg: &str, imp_uid: &str) -> i64 {
        self.trades(pg, imp_uid).iter().filter_map(|trade| trade["held"].as_i64()).sum()
    }

    /// Something shall go wrong at a PG, once.
    ///
    /// # Panics
    /// When there is no such fault.
    pub fn fault(&self, pg: &str, operation: &str, fault: &str) {
        self.faults(pg, operation, fault, 1);
    }

    /// Something shall go wrong at a PG so many times, -1 for ever.
    ///
    /// # Panics
    /// When there is no such fault.
    pub fn faults(&self, pg: &str, operation: &str, fault: &str, times: i64) {
        let fault = Fault {
            pg: pg.to_owned(),
            operation: operation.to_owned(),
            fault: fault.to_owned(),
            times: Some(times),
            rate: None,
            seed: None,
        };
        self.sandbox.add_fault(fault).unwrap();
    }

    /// The next request of this operation stands still.
    pub fn hold(&self, operation: &'static str, moment: Moment) -> Gate {
        self.wire.hold(operation, moment)
    }

    /// Webhooks are answered by this from now on.
    pub fn receive(&self, receiver: impl Fn(&Sent) -> Answer + Send + Sync + 'static) {
        self.wire.receive(receiver);
    }

    /// Runs every job that is due, and those that become due by it.
    ///
    /// # Panics
    /// Of the database.
    pub async fn run_jobs(&self) {
        ::engine::jobs::run_due(self.engine(), self.shop.id).await.unwrap();
    }

    /// Time passes, in steps, with jobs run at each: settling backs off by powers of two.
    ///
    /// # Panics
    /// Of the database.
    pub async fn advance(&self, seconds: i64) {
        let mut left = seconds;
        let mut step = 1;
        while left > 0 {
            self.clock().advance(step.min(left));
            left -= step;
            step *= 2;
            self.run_jobs().await;
        }
    }

    /// Kinds of what waits for a person, of one payment.
    ///
    /// # Panics
    /// Of the database.
    pub async fn attentions(&self, imp_uid: &str) -> Vec<String> {
        let open = store::attentions::open(&self.engine().db, self.shop.id, 100).await.unwrap();
        let mine = open.into_iter().filter(|row| row.imp_uid == imp_uid);
        mine.map(|row| row.kind).collect()
    }

    /// The state word of a payment, finer than V1's.
    ///
    /// # Panics
    /// When there is none.
    pub async fn state(&self, imp_uid: &str) -> String {
        let row = store::payments::find(&self.engine().db, self.shop.id, imp_uid).await.unwrap();
        row.unwrap().payment.stored().word.to_owned()
    }

    /// Somebody posts a notice to a PG's address: HTTP status and body of the answer.
    ///
    /// # Panics
    /// When it cannot be sent.
    pub async fn notice(&self, pg: &str, from: [u8; 4], kind: &str, body: &str) -> (u16, String) {
        crate::replica::notice(self.router(), pg, from, kind, body).await
    }

    /// The notices a PG has about a payment, oldest first.
    ///
    /// # Panics
    /// When the PG has no books.
    pub fn notices(&self, pg: &str, imp_uid: &str) -> Vec<Value> {
        let books = self.books(pg);
        let all = books["notices"].as_array().unwrap().iter();
        let mine = all.filter(|notice| notice["body"].as_str().unwrap().contains(imp_uid));
        mine.cloned().collect()
    }

    /// The PG sends a notice again.
    ///
    /// # Panics
    /// When it has no such notice.
    pub async fn resend(&self, notice: &Value) -> String {
        let id = notice["id"].as_i64().unwrap();
        self.sandbox.resend_notice(id).await.unwrap().state
    }

    /// Nothing is open, and each PG holds of each payment exactly what the hub says it holds.
    ///
    /// # Panics
    /// When it is not so.
    pub async fn settled(&self) {
        let db = &self.engine().db;
        let sql = "select imp_uid, state from payments where state in ('approving', 'unknown') \
                   or pending_cancel <> 0";
        let open = db.rows(sql, &args![]).await.unwrap();
        let open: Vec<String> = open
            .iter()
            .map(|row| format!("{} {}", row.str("imp_uid").unwrap(), row.str("state").unwrap()))
            .collect();
        assert!(open.is_empty(), "not settled: {open:?}");
        let asked = "select cancel_id from cancels where state = 'asked'";
        assert!(db.rows(asked, &args![]).await.unwrap().is_empty(), "a cancel is open");
        self.balanced().await;
    }

    /// Each PG holds of each payment what the hub says; an unsettled one may differ.
    ///
    /// # Panics
    /// When it is not so.
    pub async fn balanced(&self) {
        self.ledger_is_whole().await;
        let ours = self.believed().await;
        for simulator in pg::sim::ALL {
            let books = self.books(simulator.pg());
            let mut theirs: BTreeMap<String, i64> = BTreeMap::new();
            for trade in books["trades"].as_array().unwrap() {
                let order = trade["order_no"].as_str().unwrap().to_owned();
                *theirs.entry(order).or_default() += trade["held"].as_i64().unwrap();
            }
            theirs.retain(|_, held| *held != 0);
            let pgs = |code: &str| {
                let spec = pg::find(code).unwrap().spec();
                spec.hosts.iter().any(|host| simulator.hosts().contains(host))
            };
            let ours = ours.iter().filter(|(_, (pg, held))| pgs(pg) && *held != 0);
            let ours: BTreeMap<String, i64> =
                ours.map(|(imp_uid, (_, held))| (imp_uid.clone(), *held)).collect();
            assert_eq!(theirs, ours, "what {} holds and what the hub believes", simulator.pg());
            movements_add_up(&books);
        }
    }

    /// Every entry, chain, balance and seal of the ledger is as it must be.
    ///
    /// # Panics
    /// When it is not so.
    pub async fn ledger_is_whole(&self) {
        ::engine::ledger::tend(self.engine()).await.unwrap();
        let report = self.verify().await;
        assert!(report.is_whole(), "the ledger is broken: {:#?}", report.breaks);
    }

    /// What `ieum ledger verify` finds.
    ///
    /// # Panics
    /// Of the database.
    pub async fn verify(&self) -> ::engine::ledger::Report {
        let engine = self.engine();
        ::engine::ledger::verify(&engine.db, &engine.keyring, None).await.unwrap()
    }

    /// By payment: its PG and what that holds, minor units.
    async fn believed(&self) -> BTreeMap<String, (String, i64)> {
        let sql = "select imp_uid, pg, amount, cancelled, state, \
                   coalesce(customer_uid_usage, '') usage from payments \
                   where paid_at is not null and state in ('paid', 'part_cancelled', 'cancelled')";
        let mut rows = self.engine().db.rows(sql, &args![]).await.unwrap();
        // Most windows that issue a key charge nothing.
        rows.retain(|row| {
            let billing = pg::find(&row.text("pg").unwrap()).and_then(pg::Pg::billing);
            row.text("usage").unwrap() != "issue"
                || billing.is_some_and(pg::Billing::charges_at_issue)
        });
        let held = rows.iter().map(|row| {
            let left = row.int("amount").unwrap() - row.int("cancelled").unwrap();
            (row.text("imp_uid").unwrap(), (row.text("pg").unwrap(), left))
        });
        held.collect()
    }
}

/// The step into a checkout.
///
/// # Panics
/// When it was refused.
pub fn into(opened: &Value) -> Step {
    assert_eq!(opened["ok"], true, "refused: {opened}");
    Step::Get { url: opened["checkout_url"].as_str().unwrap().to_owned() }
}

fn movements_add_up(books: &Value) {
    for trade in books["trades"].as_array().unwrap() {
        let movements = books["movements"].as_array().unwrap().iter();
        let mine = movements.filter(|movement| movement["tid"] == trade["tid"]);
        let moved: i64 = mine
            .map(|movement| {
                let amount = movement["amount"].as_i64().unwrap();
                match movement["kind"].as_str().unwrap() {
                    "approve" | "deposit" => amount,
                    "cancel" | "void" => -amount,
                    other => panic!("a movement of kind {other}"),
                }
            })
            .sum();
        assert_eq!(trade["held"], moved, "movements of {trade}");
    }
}
