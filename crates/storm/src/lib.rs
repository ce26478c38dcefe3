//! The storm: a hub of several processes on one database, its PGs, clients and everything that goes
//! wrong between them, all in one thread whose every decision follows from a seed. A million
//! steps of it, and the PGs' books are still ours.
//!
//! The hub is the real one: engine, routes, jobs, database and the sandbox's PGs. What is not
//! real is who decides what comes next. Before and after every commit, before and after every call
//! of a PG, and before whatever a client does, a task waits for the scheduler
//! (`scheduler.rs`), which lets go one at a time, once nobody else can move. So the order of
//! everything follows from the seed, and a seed that fails fails again byte for byte.
//!
//! Reading order: `scheduler.rs`, `world.rs`, `wires.rs`, `clients/`, `oracle.rs`.

mod clients;
mod draw;
mod oracle;
mod promise;
mod scheduler;
mod start;
mod trace;
mod wires;
mod world;

use anyhow::{Result, anyhow};
use scheduler::Scheduler;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use store::Db;
use testkit::clock::MockClock;
use trace::Trace;
use world::{World, lock};

/// Which storm.
#[derive(Clone, Debug)]
pub struct Storm {
    /// Everything follows from it.
    pub seed: u64,
    /// Steps before it calms down.
    pub steps: u64,
    /// Print every step.
    pub print: bool,
    /// The database's address, empty and not migrated; `None` for SQLite in memory.
    pub database: Option<String>,
}

/// What became of a storm that broke nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Of every step and of what the database holds in the end.
    pub hash: u64,
    /// Steps by kind, the calm at the end included.
    pub counts: BTreeMap<&'static str, u64>,
    /// Steps of the storm itself.
    pub steps: u64,
    /// Steps of the calm after it.
    pub calm: u64,
    /// Payments made.
    pub payments: u64,
    /// What waits for a person, by kind.
    pub people: BTreeMap<String, u64>,
}

/// What a storm broke.
#[derive(Clone, Debug)]
pub struct Broken {
    /// Which storm.
    pub seed: u64,
    /// Its length.
    pub steps: u64,
    /// The step at which it was seen.
    pub step: u64,
    /// What.
    pub why: String,
    /// The last steps before.
    pub tail: Vec<String>,
}

impl fmt::Display for Broken {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.tail {
            writeln!(to, "{line}")?;
        }
        writeln!(to, "seed {} broke at step {}: {}", self.seed, self.step, self.why)?;
        let (seed, steps) = (self.seed, self.steps);
        write!(to, "again: cargo xtask storm --first-seed {seed} --seeds 1 --steps {steps} --print")
    }
}

/// Processes of the hub.
const REPLICAS: usize = 2;

/// Runs a storm to its end, and compares.
///
/// # Errors
/// When the storm cannot be made; what it breaks is in the inner result.
pub fn run(storm: &Storm) -> Result<std::result::Result<Report, Box<Broken>>> {
    let world = World::new(Arc::new(MockClock::default()), Trace::new(storm.print));
    let parked = world.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // A pause in the middle of a burst would look like everybody standing still.
        .event_interval(u32::MAX)
        .on_thread_park(move || parked.parked())
        .build()?;
    let folder = start::folder()?;
    let ran = runtime.block_on(storm.pass(&world, folder.path()));
    // Tasks of dead processes wait for ever; they go with the runtime.
    drop(runtime);
    ran
}

impl Storm {
    async fn pass(
        &self,
        world: &Arc<World>,
        folder: &std::path::Path,
    ) -> Result<std::result::Result<Report, Box<Broken>>> {
        let file = || format!("sqlite:{}", folder.join("ieum.db").display());
        let db = Db::open(&self.database.clone().unwrap_or_else(file)).await?;
        db.migrate().await?;
        start::sandbox(world, folder, self.seed)?;
        start::shop(world, &db, self.seed).await?;
        let mut scheduler = Scheduler::new(world.clone(), db.clone(), self.seed);
        scheduler.boot(REPLICAS);
        scheduler.storm(self.steps).await;
        let steps = scheduler.step;
        if world.broken().is_none() {
            scheduler.calm().await;
        }
        let mut why = world.broken();
        if why.is_none() {
            why = oracle::check(world, &db).await.err();
        }
        let (step, seed) = (scheduler.step, self.seed);
        if let Some(why) = why {
            let tail = lock(&world.trace).tail();
            return Ok(Err(Box::new(Broken { seed, steps: self.steps, step, why, tail })));
        }
        let report = report(world, &db, steps, step).await?;
        Ok(Ok(report))
    }
}

async fn report(world: &World, db: &Db, steps: u64, step: u64) -> Result<Report> {
    let sql =
        "select imp_uid, state, version, cancelled, updated_at from payments order by imp_uid";
    let rows = db.rows(sql, &[]).await.map_err(|error| anyhow!("{error}"))?;
    let mut people: BTreeMap<String, u64> = BTreeMap::new();
    for row in db.rows("select kind from attentions order by id", &[]).await? {
        *people.entry(row.text("kind")?).or_default() += 1;
    }
    let mut trace = lock(&world.trace);
    for row in &rows {
        trace.mix(format!("{row:?}").as_bytes());
    }
    Ok(Report {
        hash: trace.hash(),
        counts: trace.counts.clone(),
        steps,
        calm: step - steps,
        payments: rows.len() as u64,
        people,
    })
}
