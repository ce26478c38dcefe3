//! The real program under load, killed with `kill -9` thousands of times. The PGs are played in
//! this process, which survives; buyers, a merchant's server and a webhook receiver are here as
//! well, and remember every answer they got. When all has settled, what they remember, what the
//! PGs' books hold and what the hub believes must be the same.
//!
//! `cargo xtask torture` runs the long form; without its settings this is the short form that
//! every `cargo test` runs. The seed chooses what is asked and when the program is killed; how a
//! real process interleaves is the machine's choice, so a seed narrows a failure down but does not
//! replay it byte for byte (the storm simulator does).
//!
//! Reading order: `lane.rs` (the loop), `load.rs` (what is asked), `memory.rs` (what was
//! answered), `oracle.rs` (what must be true).
#![expect(clippy::unwrap_used, reason = "tests")]

mod balancer;
mod browser;
mod client;
mod dice;
mod disk;
mod home;
mod hub;
mod lane;
mod load;
mod memory;
mod oracle;
mod pgs;
mod report;
mod scenarios;
mod settings;

use home::Home;
use lane::Lane;
use report::Report;
use settings::Settings;
use testkit::cluster::Cluster;

/// Several lanes side by side, each with a database of its own; fails if anything is wrong.
async fn kills(name: &'static str, homes: Vec<Home>) {
    let settings = Settings::read();
    let lanes = u32::try_from(homes.len()).unwrap();
    let mut running = tokio::task::JoinSet::new();
    for (number, home) in (0..).zip(homes) {
        let kills = settings.kills / lanes + u32::from(number < settings.kills % lanes);
        running.spawn(async move {
            let lane = Lane::open(home, number, settings.seed).await;
            lane.torture(kills, settings.check_every).await
        });
    }
    let mut whole = Report::new(name, settings.seed);
    while let Some(report) = running.join_next().await {
        whole.add(&report.unwrap());
    }
    whole.print();
    whole.assert_good();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_killed() {
    let lanes = Settings::read().lanes;
    kills("SQLite", (0..lanes).map(|_| Home::sqlite()).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_killed() {
    if settings::without_postgres() {
        return;
    }
    let cluster = std::sync::Arc::new(Cluster::start(home::SETTINGS).unwrap());
    let mut homes = Vec::new();
    for number in 0..Settings::read().lanes {
        homes.push(Home::postgres(&cluster, number).await);
    }
    kills("PostgreSQL", homes).await;
}
