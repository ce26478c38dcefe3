//! Relatives of the kill: a database that goes away and comes back, a disk that is full, a replica
//! that dies, a receiver that hangs. The same load, the same comparison.

use crate::client::Ask;
use crate::disk::Disk;
use crate::home::{self, Home};
use crate::hub::Hub;
use crate::lane::Lane;
use crate::load::Load;
use crate::report::Report;
use crate::settings::{self, Settings, say};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use testkit::cluster::Cluster;
use tokio::task::JoinSet;

/// How often something happens in a scenario: a few times in the short form.
fn times() -> u32 {
    (Settings::read().kills / 20).clamp(3, 50)
}

fn finish(lane: Lane, name: &str) {
    let mut whole = Report::new(name, Settings::read().seed);
    whole.add(&lane.report);
    whole.print();
    whole.assert_good();
}

async fn pause(milliseconds: u64) {
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
}

/// Waits until so many more answers were given.
async fn until_answered(lane: &Lane, more: u64) {
    let answered = || lane.load.memory.with(|told| told.acknowledged);
    let wanted = answered() + more;
    while answered() < wanted {
        pause(5).await;
    }
}

/// Waits until requests are refused because there is no database.
async fn until_refused(lane: &Lane, more: u64) {
    let refused = || lane.load.client.unavailable();
    let wanted = refused() + more;
    while refused() < wanted {
        pause(5).await;
    }
}

/// PostgreSQL crashes under load and is started again at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgresql_restart() {
    if settings::without_postgres() {
        return;
    }
    let cluster = Arc::new(Cluster::start(home::SETTINGS).unwrap());
    let home = Home::postgres(&cluster, 0).await;
    let mut lane = Lane::open(home, 20, Settings::read().seed).await;
    let hub = lane.start().await;
    let mut asking = lane.ask();
    for _ in 0..times() {
        until_answered(&lane, 5).await;
        cluster.crash().unwrap();
        lane.report.kills += 1;
        cluster.start_again().unwrap();
    }
    until_answered(&lane, 5).await;
    lane.check_with(hub, &mut asking).await;
    finish(lane, "PostgreSQL restarted under load");
}

/// PostgreSQL is away for a while: requests are refused, the hub lives on, and goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn database_gone() {
    if settings::without_postgres() {
        return;
    }
    let cluster = Arc::new(Cluster::start(home::SETTINGS).unwrap());
    let home = Home::postgres(&cluster, 0).await;
    let mut lane = Lane::open(home, 21, Settings::read().seed).await;
    let mut hub = lane.start().await;
    let mut asking = lane.ask();
    for _ in 0..times() {
        until_answered(&lane, 5).await;
        cluster.crash().unwrap();
        lane.report.kills += 1;
        until_refused(&lane, 5).await;
        cluster.start_again().unwrap();
    }
    until_answered(&lane, 5).await;
    assert!(!hub.ended(), "the hub outlives its database");
    lane.check_with(hub, &mut asking).await;
    finish(lane, "PostgreSQL gone and back");
}

/// Another program holds the SQLite file for a while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_locked() {
    let mut lane = Lane::open(Home::sqlite(), 22, Settings::read().seed).await;
    let hub = lane.start().await;
    let mut asking = lane.ask();
    for _ in 0..times() {
        until_answered(&lane, 5).await;
        let file = rusqlite::Connection::open(lane.home.file("data/ieum.db")).unwrap();
        file.busy_timeout(Duration::from_secs(30)).unwrap();
        file.execute_batch("begin immediate").unwrap();
        lane.report.kills += 1;
        until_refused(&lane, 2).await;
        file.execute_batch("rollback").unwrap();
    }
    until_answered(&lane, 5).await;
    lane.check_with(hub, &mut asking).await;
    finish(lane, "SQLite held by another program");
}

/// The disk is full for a while: what cannot be written down is refused, nothing is lost, and all
/// goes on when there is room again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disk_full() {
    let (home, disk) = Disk::small();
    let mut lane = Lane::open(home, 23, Settings::read().seed).await;
    lane.launches[0].files_may_end = true;
    let mut hub = lane.start().await;
    let mut asking = lane.ask();
    for _ in 0..times() {
        until_answered(&lane, 5).await;
        disk.fill(&hub);
        lane.report.kills += 1;
        until_refused(&lane, 5).await;
        disk.make_room(&hub);
    }
    until_answered(&lane, 5).await;
    assert!(!hub.ended(), "the hub outlives a full disk");
    lane.check_with(hub, &mut asking).await;
    finish(lane, disk.name());
}

/// Of two replicas one dies, again and again; in the end one is left alone and takes the other's
/// jobs over when their leases end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replica_dies() {
    if settings::without_postgres() {
        return;
    }
    let cluster = Arc::new(Cluster::start(home::SETTINGS).unwrap());
    let home = Home::postgres(&cluster, 0).await;
    let seed = Settings::read().seed;
    let mut lane = Lane::open_with(home, 24, seed, 2).await;
    let mut hubs = vec![lane.start_replica(0).await, lane.start_replica(1).await];
    let mut asking = lane.ask();
    let deaths = times() * 4;
    for death in 0..deaths {
        let replica = usize::from(death % 2 == 1);
        let more = 1 + lane.draw(4);
        until_answered(&lane, more).await;
        // The other one goes on answering: nobody is told that the hub is down.
        hubs[replica].kill();
        lane.last_kill = std::time::Instant::now();
        lane.report.kills += 1;
        until_answered(&lane, 2).await;
        if death + 1 < deaths {
            hubs[replica] = lane.start_replica(replica).await;
        }
    }
    // The replica killed last stays dead.
    let survivor = hubs.swap_remove(usize::from(deaths % 2 == 1));
    drop(hubs);
    lane.check_with(survivor, &mut asking).await;
    finish(lane, "one of two replicas dies");
}

/// So many webhooks go to a receiver that takes connections and never answers.
const HANGING: usize = 150;
/// As many as the hub may have under way at one receiver.
const AT_ONCE: usize = 16;
/// More memory than this for what hangs would be a leak, KiB.
const MEMORY: u64 = 64 * 1_024;

/// One receiver of webhooks hangs: payments, jobs and the other receivers do not notice.
async fn receiver_hangs(home: Home, number: u32) {
    let mut lane = Lane::open(home, number, Settings::read().seed).await;
    // Longer than this scenario takes: whoever waits for one of them waits for good.
    let config = std::fs::read_to_string(&lane.launches[0].config).unwrap();
    let config = config.replace("[webhook]\ntimeout_ms = 3000", "[webhook]\ntimeout_ms = 120000");
    std::fs::write(&lane.launches[0].config, config).unwrap();
    let hub = lane.start().await;
    // Another port is another receiver.
    let hanging = lane.receiver.clone();
    let hang = format!("{}/hang", hanging.listen().await);
    let before = hub.memory();
    let mut paid_ones = Vec::new();
    let mut charging = JoinSet::new();
    for order in 0..HANGING {
        let (load, hang) = (Arc::clone(&lane.load), hang.clone());
        charging.spawn(async move { paid(&load, &format!("hang-{order}"), &hang).await });
        if charging.len() >= 8 {
            paid_ones.extend(charging.join_next().await.map(Result::unwrap));
        }
    }
    while let Some(imp_uid) = charging.join_next().await {
        paid_ones.push(imp_uid.unwrap());
    }
    while hanging.hanging() < AT_ONCE {
        pause(5).await;
    }
    // Somebody else's receiver is told while these hang.
    let imp_uid = paid(&lane.load, "good", &lane.load.hook).await;
    while !lane.receiver.was_told(&imp_uid, "paid") {
        pause(5).await;
    }
    assert_eq!(hanging.hanging(), AT_ONCE, "as many as one receiver may keep");
    let mut asking = lane.ask();
    until_answered(&lane, 20).await;
    if let (Some(before), Some(after)) = (before, hub.memory()) {
        say(&format!("memory: {before} KiB before, {after} KiB with {HANGING} to a hanging one"));
        assert!(after < before + MEMORY, "{before} KiB before, {after} KiB while they hang");
    }
    hanging.release();
    lane.last_kill = std::time::Instant::now();
    lane.check_with(hub, &mut asking).await;
    paid_ones.retain(|imp_uid| !hanging.was_told(imp_uid, "paid"));
    lane.report.untold.extend(paid_ones);
    finish(lane, "a receiver of webhooks hangs");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receiver_hangs_sqlite() {
    receiver_hangs(Home::sqlite(), 25).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receiver_hangs_postgresql() {
    if settings::without_postgres() {
        return;
    }
    let cluster = Arc::new(Cluster::start(home::SETTINGS).unwrap());
    receiver_hangs(Home::postgres(&cluster, 0).await, 27).await;
}

/// The number of a charge that is paid. Many at once may draw a TID that is taken (NICE's rule has
/// room for four digits a second): the PG declines those, and they are asked for again.
async fn paid(load: &Load, order: &str, notice_url: &str) -> String {
    for again in 0..20 {
        let reply = load.client.insist(&charge(&format!("{order}-{again}"), notice_url)).await;
        if reply.text("status") == "paid" {
            return reply.text("imp_uid");
        }
        assert!(reply.message.contains("A225"), "{reply:?}");
    }
    panic!("{order}: no TID is free");
}

fn charge(order: &str, notice_url: &str) -> Ask {
    let body = json!({"pg": "nice", "merchant_uid": order, "amount": 1_000, "name": "단건",
        "card_number": "4111-1111-1111-1111", "expiry": "2030-12", "birth": "880101",
        "pwd_2digit": "12", "notice_url": notice_url});
    Ask::post("/subscribe/payments/onetime", body)
}

/// The comparison sees what is wrong: a check that cannot fail would prove nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_comparison_finds_what_is_wrong() {
    let mut lane = Lane::open(Home::sqlite(), 26, 1).await;
    let mut hub: Hub = lane.start().await;
    let mut asking = lane.ask();
    while lane.load.memory.with(|told| told.planned.len().min(told.payments.len())) < 4 {
        pause(5).await;
    }
    lane.settle(&mut asking).await;
    asking.abort_all();
    lane.kill(&mut hub);
    lane.compare().await;
    lane.report.assert_good();
    let file = rusqlite::Connection::open(lane.home.file("data/ieum.db")).unwrap();
    let paid: Vec<String> = lane.load.memory.with(|told| {
        let paid = told.payments.iter().filter(|(_, known)| known.paid);
        paid.map(|(imp_uid, _)| imp_uid.clone()).take(3).collect()
    });
    let one = |sql: &str, imp_uid: &str| {
        assert_eq!(file.execute(sql, [imp_uid]).unwrap(), 1, "{sql}");
    };
    one("update payments set state = 'failed' where imp_uid = ?1", &paid[0]);
    one("update payments set state = 'unknown' where imp_uid = ?1", &paid[1]);
    one("update payments set cancelled = amount where imp_uid = ?1", &paid[2]);
    let plan = lane.load.memory.with(|told| told.planned.first().cloned()).unwrap();
    one("delete from schedules where merchant_uid = ?1", &plan);
    drop(file);
    lane.compare().await;
    let report = &lane.report;
    let named = |set: &std::collections::BTreeSet<String>, what: &str| {
        assert!(set.iter().any(|text| text.contains(what)), "{what} is not in {set:?}");
    };
    named(&report.lost, &paid[0]);
    named(&report.books, &paid[0]);
    named(&report.unresolved, &paid[1]);
    named(&report.doubled, &paid[2]);
    named(&report.lost, &plan);
}
