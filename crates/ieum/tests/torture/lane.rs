//! One hub and its world: started, asked, killed, started again; and now and then everything is
//! compared.

use crate::client::{Ask, Client};
use crate::dice::Dice;
use crate::home::Home;
use crate::hub::{Hub, Launch, configure, program, set_up};
use crate::load::Load;
use crate::memory::Memory;
use crate::oracle;
use crate::pgs::{Pgs, Receiver};
use crate::report::Report;
use crate::settings::say;
use serde_json::json;
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::{OwnedRwLockWriteGuard, watch};
use tokio::task::JoinSet;

/// Who asks at the same time.
const CLIENTS: u64 = 4;
/// The longest a hub lives that is killed by the clock, milliseconds after its first answer.
const LIFE: u64 = 300;
/// The longest one lives that is killed by what its PGs have done.
const LONGEST: Duration = Duration::from_secs(1);
/// How far the merchant's clock is moved for everything to settle, seconds.
const LATER: i64 = 3_600;

/// A hub, its database, its PGs and its merchant.
pub(crate) struct Lane {
    number: u32,
    seed: u64,
    pub(crate) home: Home,
    /// One for each replica.
    pub(crate) launches: Vec<Launch>,
    pub(crate) load: Arc<Load>,
    pub(crate) receiver: Receiver,
    pub(crate) up: watch::Sender<bool>,
    dice: Dice,
    pub(crate) report: Report,
    /// What was looked at through the API.
    seen: BTreeSet<String>,
    pub(crate) last_kill: Instant,
    /// How long a start took lately, milliseconds.
    start_ms: u64,
}

/// A port nobody takes meanwhile: below those the system gives to clients.
pub(crate) fn port(dice: &mut Dice) -> u16 {
    loop {
        let port = u16::try_from(12_000 + dice.below(20_000)).unwrap();
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

impl Lane {
    /// Sets everything up for one hub; none runs afterwards.
    pub(crate) async fn open(home: Home, number: u32, seed: u64) -> Self {
        Self::open_with(home, number, seed, 1).await
    }

    /// As [`Lane::open`], for so many replicas behind one address.
    pub(crate) async fn open_with(home: Home, number: u32, seed: u64, replicas: u32) -> Self {
        let shop = set_up(&home).await;
        let stream = 1_000 + u64::from(number) * 16 + u64::from(replicas);
        let mut chance = Dice::new(u64::from(std::process::id()), stream);
        let ports: Vec<u16> = (0..replicas).map(|_| port(&mut chance)).collect();
        let url = match ports[..] {
            [port] => format!("http://127.0.0.1:{port}"),
            _ => crate::balancer::listen(ports.clone()).await,
        };
        let pgs = Pgs::play(home.file("sandbox.db"), &url, seed).await;
        let receiver = Receiver::default();
        let hook = format!("{}/hook", receiver.listen().await);
        let (up, is_up) = watch::channel(false);
        let load = Load {
            client: Client::new(url, shop, is_up),
            memory: Memory::default(),
            pgs,
            hook,
            ahead: 0.into(),
            quiet: Arc::default(),
        };
        let launch = |(replica, port): (usize, &u16)| {
            let name = format!("ieum{replica}.toml");
            let config = configure(&home, &name, *port, &load.client.url, &load.pgs.origin);
            Launch { config, log: home.text("hub.log"), files_may_end: false }
        };
        let launches = ports.iter().enumerate().map(launch).collect();
        let mut lane = Self {
            number,
            seed,
            launches,
            home,
            load: Arc::new(load),
            receiver,
            up,
            dice: Dice::new(seed, u64::from(number)),
            report: Report::default(),
            seen: BTreeSet::new(),
            last_kill: Instant::now(),
            start_ms: 50,
        };
        let mut hub = lane.start().await;
        lane.load.set_up().await;
        lane.kill(&mut hub);
        lane.load.pgs.slow();
        lane
    }

    /// Starts the hub and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub(crate) async fn start(&mut self) -> Hub {
        self.start_replica(0).await
    }

    /// As [`Lane::start`], one of several.
    pub(crate) async fn start_replica(&mut self, replica: usize) -> Hub {
        let mut hub = Hub::start(&self.launches[replica]);
        if let Err(why) = hub.ready().await {
            panic!("lane {}: {why}\n{}", self.number, self.log());
        }
        let took = hub.started.elapsed();
        self.report.worst_start = self.report.worst_start.max(took);
        self.start_ms = u64::try_from(took.as_millis()).unwrap();
        self.up.send_replace(true);
        hub
    }

    pub(crate) fn kill(&mut self, hub: &mut Hub) {
        self.up.send_replace(false);
        hub.kill();
        self.last_kill = Instant::now();
    }

    /// The end of what the hubs said.
    fn log(&self) -> String {
        let text = std::fs::read_to_string(&self.launches[0].log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(30)..].join("\n")
    }

    /// A number below `end`.
    pub(crate) fn draw(&mut self, end: u64) -> u64 {
        self.dice.below(end)
    }

    /// Everybody starts to ask.
    pub(crate) fn ask(&self) -> JoinSet<()> {
        let mut asking = JoinSet::new();
        for client in 0..CLIENTS {
            let name = format!("l{}c{client}", self.number);
            let dice = Dice::new(self.seed, 1_000 * (1 + u64::from(self.number)) + client);
            asking.spawn(Arc::clone(&self.load).run(name, dice));
        }
        asking
    }

    /// Kills the hub so often; gives what came of it.
    pub(crate) async fn torture(mut self, kills: u32, check_every: u32) -> Report {
        let mut asking = self.ask();
        for kill in 1..=kills {
            self.live_and_die().await;
            self.report.kills = kill;
            if kill == kills || kill % check_every == 0 {
                self.check(&mut asking).await;
            }
        }
        asking.abort_all();
        self.report
    }

    /// One life: most die while they work, some while they start.
    async fn live_and_die(&mut self) {
        if self.dice.percent(20) {
            let mut hub = Hub::start(&self.launches[0]);
            let life = self.dice.below(self.start_ms + self.start_ms / 4 + 1);
            tokio::time::sleep(Duration::from_millis(life)).await;
            assert!(!hub.ended(), "lane {}: it ended by itself\n{}", self.number, self.log());
            self.kill(&mut hub);
            self.report.early += 1;
            return;
        }
        let mut hub = self.start().await;
        if self.dice.percent(50) {
            tokio::time::sleep(Duration::from_millis(self.dice.below(LIFE))).await;
        } else {
            // The PG has done what it was asked, and the hub has not heard of it yet.
            let mut answered = self.load.pgs.answered.clone();
            let wanted = *answered.borrow() + 1 + self.dice.below(12);
            let enough = answered.wait_for(|count| *count >= wanted);
            drop(tokio::time::timeout(LONGEST, enough).await);
        }
        assert!(!hub.ended(), "lane {}: it ended by itself\n{}", self.number, self.log());
        self.kill(&mut hub);
    }

    /// Lets everything settle and compares. No hub runs before and after.
    pub(crate) async fn check(&mut self, asking: &mut JoinSet<()>) {
        let hub = self.start().await;
        self.check_with(hub, asking).await;
    }

    /// As [`Lane::check`], with a hub that runs.
    pub(crate) async fn check_with(&mut self, mut hub: Hub, asking: &mut JoinSet<()>) {
        let killed = self.last_kill;
        let quiet = self.settle(asking).await;
        self.report.worst_settled = self.report.worst_settled.max(killed.elapsed());
        oracle::shown(&self.load, &mut self.seen, &mut self.report).await;
        self.kill(&mut hub);
        self.compare().await;
        drop(quiet);
        self.report.checks += 1;
    }

    /// Everybody finishes what is under way, the PGs send what was not taken, time passes. Nobody
    /// begins anything before what is given is dropped.
    pub(crate) async fn settle(&mut self, asking: &mut JoinSet<()>) -> OwnedRwLockWriteGuard<()> {
        let load = Arc::clone(&self.load);
        let quiet = tokio::select! {
            quiet = Arc::clone(&load.quiet).write_owned() => quiet,
            Some(broken) = asking.join_next() => panic!("a client broke off: {broken:?}"),
        };
        for _ in 0..200 {
            if load.pgs.send_notices().await == 0 {
                break;
            }
        }
        let ask = Ask::post("/sandbox/clock", json!({"advance_seconds": LATER}));
        let moved = load.client.insist(&ask).await;
        match moved.done().and_then(|done| done["offset_seconds"].as_i64()) {
            Some(ahead) => load.ahead.store(ahead * 1_000, Ordering::Relaxed),
            None => drop(self.report.wrong.insert(format!("the clock does not move: {moved:?}"))),
        }
        quiet
    }

    /// Reads the database of a hub that is down.
    pub(crate) async fn compare(&mut self) {
        let db = store::Db::open(&self.home.url()).await.unwrap();
        self.report.held = 0;
        oracle::compare(&self.load, &self.receiver, &db, &mut self.report).await;
        db.close().await;
        self.verify();
        let bad = self.report.clone();
        say(&format!(
            "lane {} of {:?}: {} kills, {} acknowledged, {} payments, worst recovery {:.1} s",
            self.number,
            self.home.kind(),
            bad.kills,
            bad.acknowledged,
            bad.payments,
            bad.worst_settled.as_secs_f64()
        ));
    }

    /// The ledger's own check, by the program.
    fn verify(&mut self) {
        let mut command = Command::new(program());
        let output =
            command.args(["ledger", "verify", "--config", &self.launches[0].config]).output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() && !said.contains("unrecognized subcommand") {
            self.report.wrong.insert(format!("ieum ledger verify: {said}"));
        }
    }
}
