//! What stands when a storm begins: a database, the PGs, a merchant, and the hub's processes.

use crate::draw::Draw;
use crate::wires::{Commits, Notices, Ways};
use crate::world::{Hub, Life, World, lock};
use anyhow::{Context, Result};
use engine::merchants::{self, CreateMerchant};
use engine::{Engine, Parts, Settings, seal::Keyring};
use sandbox::Sandbox;
use std::path::Path;
use std::sync::{Arc, Mutex};
use store::Db;
use store::gate::Gate;
use tempfile::TempDir;
use testkit::clock::MockClock;
use testkit::hub::{HUB, SANDBOX};
use testkit::random::SeededRandom;
use testkit::wires::Port;

/// Where the files are: memory where there is such a folder. Syncing costs nothing there; whether
/// syncs are done right is for tests that kill the real program.
pub(crate) fn folder() -> Result<TempDir> {
    let memory = Path::new("/dev/shm");
    let mut builder = tempfile::Builder::new();
    builder.prefix("ieum-storm-");
    let made = if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    made.context("a folder for the storm")
}

/// The PGs, whose books outlive every process of the hub.
pub(crate) fn sandbox(world: &Arc<World>, folder: &Path, seed: u64) -> Result<()> {
    let clock: Arc<MockClock> = world.clock.clone();
    let notices = Notices { world: world.clone(), draw: Mutex::new(Draw::new(seed ^ 0x6E6F)) };
    let sandbox = Sandbox::open(sandbox::Options {
        books: folder.join("sandbox.db"),
        origin: SANDBOX.to_owned(),
        notice_url: format!("{HUB}/callback/{{pg}}/notice"),
        seed,
        now: Arc::new(move || clock.read()),
        notifier: Arc::new(notices),
        simulators: sandbox::simulators(),
        any_card: false,
    })?;
    drop(world.sandbox.set(sandbox));
    Ok(())
}

/// The merchant, made before anything can go wrong.
pub(crate) async fn shop(world: &Arc<World>, db: &Db, seed: u64) -> Result<()> {
    let life = Life::new(0, 0);
    let engine = engine(world, db.clone(), &life, seed);
    let new = CreateMerchant {
        name: "이음 상점".to_owned(),
        login: "owner@shop.test".to_owned(),
        ..CreateMerchant::default()
    };
    let created = merchants::create(&engine, new).await?;
    drop(world.shop.set(testkit::merchant::open_shop(&engine, &created).await));
    Ok(())
}

/// Starts a replica, or starts it again with nothing remembered.
pub(crate) fn replica(world: &Arc<World>, db: &Db, replica: usize, number: u64, seed: u64) {
    let life = Life::new(replica, number);
    let gate: Arc<dyn Gate> = Arc::new(Commits { world: world.clone(), life: life.clone() });
    let seed = seed ^ (number << 8 | replica as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let engine = engine(world, db.gated(gate), &life, seed);
    let router = web::router(web::App { engine: engine.clone(), options: Arc::default() });
    let hub = Hub { life, engine, router };
    let mut hubs = lock(&world.hubs);
    if replica < hubs.len() {
        hubs[replica] = hub;
    } else {
        hubs.push(hub);
    }
}

/// What every process seals with.
pub(crate) fn keyring() -> Keyring {
    Keyring::new(&[7; 32])
}

fn engine(world: &Arc<World>, db: Db, life: &Arc<Life>, seed: u64) -> Engine {
    Engine::new(Parts {
        db,
        outbound: Arc::new(Ways { world: world.clone(), life: life.clone() }),
        clock: world.clock.clone(),
        random: Arc::new(SeededRandom::new(seed)),
        sandbox: Some(Arc::new(Port(world.sandbox().clone()))),
        settings: Settings::local(HUB),
        keyring: keyring(),
        ids: Default::default(),
        locks: Default::default(),
        wake: Default::default(),
        ledger: Default::default(),
        strangers: Default::default(),
    })
}
