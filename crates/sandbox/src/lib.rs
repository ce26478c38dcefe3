//! The PGs, played: every simulator on one origin of its own, with books on disk and a switch for
//! everything that goes wrong in real life.
//!
//! `https://host/path` of a PG is at `{origin}/host/path`. A request is one transaction: what the
//! simulator books is on disk before its answer or its notices leave, so the books survive
//! `kill -9` and can be reconciled against the hub's. Faults ([`Fault`]) are thrown here, never in
//! a simulator, so that every PG has all of them.
//!
//! Reading order: this file, `handle.rs`, `books.rs`, `writer.rs`, `fault.rs`, `notice.rs`,
//! `http.rs`.

mod act;
mod books;
mod card;
mod catalogue;
mod catalogue_page;
mod damage;
mod decide;
mod deposit;
mod fault;
mod file;
mod handle;
mod http;
mod index;
mod notice;
mod report;
mod settlement;
mod writer;

pub use catalogue::{CATALOGUE, Entry, NOTICE_BODIES, PERSON, Texts, When};
pub use catalogue_page::page as catalogue_page;
pub use domain::Millis;
pub use fault::{ArmedFault, Fault, OPERATIONS};
pub use handle::Handled;
pub use notice::{NoticeAttempt, RETRY_AFTER_SECONDS};
pub use pg::sim::{Outgoing, SimReply, SimRequest, Simulator, headless};

use fault::Switch;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Codes that another simulator plays: the hub's PG and the simulator's code.
const PLAYED_BY: &[(&str, &str)] = &[("alipay", "nice")];

/// Every simulator there is: who a sandbox normally plays.
#[must_use]
pub fn simulators() -> &'static [&'static dyn Simulator] {
    pg::sim::ALL
}

/// What a sandbox is made of.
pub struct Options {
    /// The SQLite file of the PGs' books; created if missing. Its folder must exist.
    pub books: PathBuf,
    /// Where browsers reach the sandbox, without a trailing slash: `http://127.0.0.1:9001`.
    pub origin: String,
    /// The hub's notice URL with `{pg}` for the PG code.
    pub notice_url: String,
    /// Everything random follows from this and from how many requests there were before.
    pub seed: u64,
    /// The clock. Schedules of notices follow it; a request may bring a time of its own.
    pub now: Arc<dyn Fn() -> Millis + Send + Sync>,
    /// How notices reach the hub.
    pub notifier: Arc<dyn Notifier>,
    /// Who is played, normally [`pg::sim::ALL`].
    pub simulators: &'static [&'static dyn Simulator],
    /// Card numbers whose check digit is wrong are taken as well.
    pub any_card: bool,
}

/// What the hub answered to a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeReply {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Posts notices to the hub.
#[async_trait::async_trait]
pub trait Notifier: Send + Sync {
    /// Posts once and waits for the answer. The sandbox gives up after 30 seconds.
    ///
    /// # Errors
    /// Why there is no answer, in words.
    async fn post(&self, outgoing: &Outgoing) -> Result<NoticeReply, String>;
}

/// Why a sandbox cannot be opened or its books cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An option is wrong; names it.
    #[error("{0}")]
    Option(String),
    /// The file cannot be opened or is not ours.
    #[error("the sandbox's books {path}: {reason}")]
    Open {
        /// The file.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Reading failed.
    #[error("the sandbox's books: {0}")]
    Read(String),
}

/// All simulators with their books. Cheap to share, safe to use from many tasks.
pub struct Sandbox {
    origin: String,
    notice_url: String,
    now: Arc<dyn Fn() -> Millis + Send + Sync>,
    notifier: Arc<dyn Notifier>,
    simulators: &'static [&'static dyn Simulator],
    any_card: bool,
    hosts: BTreeMap<&'static str, &'static dyn Simulator>,
    writer: writer::Writer,
    reader: Mutex<rusqlite::Connection>,
    switch: Arc<Switch>,
    /// Notices that are on their way, so that none is sent twice by accident.
    in_flight: Mutex<BTreeSet<i64>>,
    /// The words wanted in answers to notices (`Outgoing::wanted` is a static text).
    words: Mutex<BTreeSet<&'static str>>,
}

impl Sandbox {
    /// Opens or creates the books and gets ready to serve.
    ///
    /// # Errors
    /// [`Error::Option`] for a wrong origin or two simulators on one host, [`Error::Open`] for the
    /// file.
    pub fn open(options: Options) -> Result<Arc<Self>, Error> {
        let origin = options.origin.trim_end_matches('/').to_owned();
        if !origin.starts_with("http://") && !origin.starts_with("https://") {
            return Err(Error::Option(format!("origin: {origin:?} is no http(s) origin")));
        }
        let mut hosts = BTreeMap::new();
        for simulator in options.simulators {
            for host in simulator.hosts() {
                if let Some(other) = hosts.insert(*host, *simulator) {
                    let (one, two) = (Simulator::pg(other), simulator.pg());
                    let both = format!("simulators: {host} is played by both {one} and {two}");
                    return Err(Error::Option(both));
                }
            }
        }
        let connection = file::open(&options.books)?;
        let reader = file::open_reader(&options.books)?;
        let writer = writer::Writer::start(connection, options.seed)
            .map_err(|reason| Error::Open { path: options.books.display().to_string(), reason })?;
        Ok(Arc::new(Self {
            origin,
            notice_url: options.notice_url,
            now: options.now,
            notifier: options.notifier,
            simulators: options.simulators,
            any_card: options.any_card,
            hosts,
            writer,
            reader: Mutex::new(reader),
            switch: Arc::new(Switch::new(options.seed)),
            in_flight: Mutex::default(),
            words: Mutex::default(),
        }))
    }

    /// Who is played here.
    #[must_use]
    pub fn simulators(&self) -> &'static [&'static dyn Simulator] {
        self.simulators
    }

    /// Requests whose booking is under way right now: a test that wants everything to stand still
    /// waits until there is none.
    #[must_use]
    pub fn booking(&self) -> usize {
        self.writer.waiting()
    }

    /// Adds a fault behind those already in force.
    ///
    /// # Errors
    /// What is wrong with it, naming the field and what it may be.
    pub fn add_fault(&self, mut fault: Fault) -> Result<(), String> {
        if fault.pg != "*" {
            let simulator = self.simulator(&fault.pg).map_err(|_| {
                let known = self.codes().join(", ");
                format!("pg: {:?} is not played here; allowed: {known}, *", fault.pg)
            })?;
            fault.pg = simulator.pg().to_owned();
        }
        self.switch.add(fault)
    }

    /// The faults in force with what is left of their `times`, in the order they are tried.
    #[must_use]
    pub fn faults(&self) -> Vec<ArmedFault> {
        self.switch.list()
    }

    /// Takes one fault away; false if there is none with this number.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.switch.remove(id)
    }

    /// What every fault without a seed of its own is drawn from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.switch.seed()
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.switch.clear();
    }

    /// The simulator of a PG code, also of one that is played by another's (`alipay` by `nice`).
    fn simulator(&self, code: &str) -> Result<&'static dyn Simulator, String> {
        let of = |code: &str| self.simulators.iter().copied().find(|one| one.pg() == code);
        let player = PLAYED_BY.iter().find(|(played, _)| *played == code);
        of(code).or_else(|| of(player?.1)).or_else(|| of(pg::find(code)?.spec().code)).ok_or_else(
            || {
                let known = self.codes().join(", ");
                format!("pg: {code:?} is not played here; allowed: {known}")
            },
        )
    }

    fn codes(&self) -> Vec<&'static str> {
        let played = |code: &&'static str| self.simulators.iter().any(|one| one.pg() == *code);
        let also = PLAYED_BY.iter().filter(|(_, by)| played(by)).map(|(code, _)| *code);
        let own: Vec<_> = self.simulators.iter().map(|one| one.pg()).collect();
        let also: Vec<_> = also.filter(|code| !own.contains(code)).collect();
        [own, also].concat()
    }
}

/// A mutex whose data stays good even if a holder panicked: every change here is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
