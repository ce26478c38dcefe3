//! Many callers at two processes of one hub, all about the same few things. What must hold holds
//! whoever comes first. Short by default; `cargo xtask races` runs more: 100,000
//! cancels, and ten times as much of the others.
//!
//! The two processes share the database and nothing else, so that no lock inside one of them can
//! hide that the database does not decide.

mod cancels;
mod deposits;
mod plans;
mod tokens;
mod windows;

use std::sync::Arc;
use testkit::dbs::TestDb;
use testkit::hub::TestHub;
use testkit::merchant::Reply;
use testkit::replica::Replica;
use tokio::task::JoinSet;

/// Callers at the same time.
const LANES: usize = 48;

/// How many times as much as in the short form.
fn times() -> u64 {
    std::env::var("IEUM_RACES").map_or(1, |times| times.parse().unwrap())
}

/// Rounds of the races that are long by themselves.
fn rounds() -> u64 {
    times().div_ceil(10)
}

/// Where chance begins.
fn seed() -> u64 {
    std::env::var("IEUM_SEED").map_or(1, |seed| seed.parse().unwrap())
}

/// A hub and its two processes.
#[derive(Clone)]
struct Race {
    hub: Arc<TestHub>,
    doors: [Replica; 2],
}

impl Race {
    async fn new(test: TestDb) -> Self {
        if times() > 1 {
            // Why something is a fault of ours is only in the log. Another race may be first.
            let errors = tracing::Level::ERROR;
            drop(tracing_subscriber::fmt().with_max_level(errors).try_init());
        }
        let hub = Arc::new(TestHub::new(test).await);
        let doors = [Replica::first(&hub), Replica::another(&hub, 0x5EED ^ seed())];
        Self { hub, doors }
    }

    /// Runs all of these, so many at the same time as there are lanes.
    async fn all<T, F, Fut>(&self, work: Vec<T>, run: F)
    where
        T: Send + 'static,
        F: Fn(Race, T) -> Fut + Clone + Send + 'static,
        Fut: Future<Output = ()> + Send,
    {
        let queue = Arc::new(std::sync::Mutex::new(work.into_iter()));
        let mut lanes = JoinSet::new();
        for _ in 0..LANES {
            let (race, queue, run) = (self.clone(), queue.clone(), run.clone());
            lanes.spawn(async move {
                loop {
                    let next = queue.lock().unwrap().next();
                    let Some(one) = next else { break };
                    run(race.clone(), one).await;
                }
            });
        }
        while let Some(lane) = lanes.join_next().await {
            if let Err(error) = lane {
                std::panic::resume_unwind(error.into_panic());
            }
        }
    }

    /// What each payment has at a PG, minor units.
    fn held(&self, pg: &str) -> std::collections::BTreeMap<String, i64> {
        let mut held = std::collections::BTreeMap::new();
        for trade in self.hub.books(pg)["trades"].as_array().unwrap() {
            let order = trade["order_no"].as_str().unwrap().to_owned();
            *held.entry(order).or_default() += trade["held"].as_i64().unwrap();
        }
        held
    }
}

/// Chance that follows from a seed.
struct Dice(u64);

impl Dice {
    fn new(stream: u64) -> Self {
        Self(
            seed().wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03),
        )
    }

    /// 0 to `sides` - 1.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for index in (1..all.len()).rev() {
            all.swap(index, self.index(index + 1));
        }
    }

    fn index(&mut self, sides: usize) -> usize {
        usize::try_from(self.roll(sides as u64)).unwrap()
    }
}

/// Lets others go first, so often.
async fn wait(turns: u64) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

/// Whatever the answer is, it is no fault of ours.
#[track_caller]
fn no_fault(reply: &Reply) {
    assert!(reply.status < 500, "{reply:?}");
}

/// For the report.
#[expect(clippy::print_stderr, reason = "figures, read by who runs the long form")]
fn figures(what: &str, test: &Race, told: &str) {
    eprintln!("races: {what} on {:?}, seed {}: {told}", test.hub.base.test.kind, seed());
}
