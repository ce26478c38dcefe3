//! An engine on a throw-away database, with everything outside in the hands of the test.

use crate::clock::MockClock;
use crate::dbs::TestDb;
use crate::outbound::ScriptedOutbound;
use crate::random::SeededRandom;
use ::engine::merchants::{self, CreateMerchant, Created};
use ::engine::{Engine, Parts, SandboxPort, Settings, seal::Keyring};
use domain::Millis;
use std::sync::Arc;

/// An engine and what it stands on.
pub struct TestEngine {
    /// The engine.
    pub engine: Engine,
    /// Its clock.
    pub clock: Arc<MockClock>,
    /// Its wire.
    pub outbound: Arc<ScriptedOutbound>,
    /// Its database, which goes when this is dropped.
    pub test: TestDb,
}

impl TestEngine {
    /// An engine with a sandbox that has no bank ([`NoBank`]).
    pub fn new(test: TestDb) -> Self {
        Self::with(test, |_| {})
    }

    /// As [`TestEngine::new`], with parts changed before it is put together.
    pub fn with(test: TestDb, change: impl FnOnce(&mut Parts)) -> Self {
        let clock = Arc::new(MockClock::default());
        let outbound = Arc::new(ScriptedOutbound::default());
        let mut parts = parts(&test, &clock, &outbound, 1);
        change(&mut parts);
        Self { engine: Engine::new(parts), clock, outbound, test }
    }

    /// Another process on the same database, as after a restart or beside the first one: same
    /// master key, clock and wire, nothing remembered.
    pub fn replica(&self, seed: u64) -> Engine {
        Engine::new(parts(&self.test, &self.clock, &self.outbound, seed))
    }

    /// A merchant whose owner signs in as `login`.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn merchant(&self, login: &str) -> Created {
        let new = CreateMerchant {
            name: "이음 상점".to_owned(),
            login: login.to_owned(),
            ..CreateMerchant::default()
        };
        match merchants::create(&self.engine, new).await {
            Ok(created) => created,
            Err(error) => panic!("a merchant: {error}"),
        }
    }
}

fn parts(
    test: &TestDb,
    clock: &Arc<MockClock>,
    outbound: &Arc<ScriptedOutbound>,
    seed: u64,
) -> Parts {
    Parts {
        db: test.db.clone(),
        outbound: outbound.clone(),
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(seed)),
        sandbox: Some(Arc::new(NoBank)),
        settings: Settings::local("http://hub.test"),
        keyring: Keyring::new(&[7; 32]),
        ids: Default::default(),
        locks: Default::default(),
        wake: Default::default(),
        ledger: Default::default(),
        strangers: Default::default(),
    }
}

/// A sandbox that is only there: nobody deposits, nothing is damaged.
#[derive(Debug)]
pub struct NoBank;

#[async_trait::async_trait]
impl SandboxPort for NoBank {
    fn origin(&self) -> String {
        "http://sandbox.test".to_owned()
    }

    async fn deposit(
        &self,
        _pg: &str,
        _tid: &str,
        _amount: i64,
        _depositor: &str,
        _at: Millis,
    ) -> Result<serde_json::Value, String> {
        Err("this sandbox has no bank".to_owned())
    }

    async fn decide(
        &self,
        _pg: &str,
        _tid: &str,
        _takes: bool,
        _reason: &str,
        _at: Millis,
    ) -> Result<serde_json::Value, String> {
        Err("this sandbox has no buyer".to_owned())
    }

    async fn act(
        &self,
        _pg: &str,
        _action: &serde_json::Value,
        _at: Millis,
    ) -> Result<serde_json::Value, String> {
        Err("this sandbox has no buyers".to_owned())
    }

    fn add_fault(&self, _fault: &serde_json::Value) -> Result<(), String> {
        Err("this sandbox has no faults".to_owned())
    }

    fn faults(&self) -> serde_json::Value {
        serde_json::Value::Array(Vec::new())
    }

    fn remove_fault(&self, _id: u64) -> bool {
        false
    }

    fn fault_catalogue(&self) -> serde_json::Value {
        serde_json::json!({"seed": 0, "operations": [], "pgs": [], "faults": []})
    }

    fn clear_faults(&self) {}

    fn cards(&self) -> serde_json::Value {
        let card = serde_json::json!({ "number": "4111111111111111", "plan": "approve" });
        serde_json::json!({ "any": false, "cards": [card], "pgs": ["nice"] })
    }

    async fn books(&self, _pg: &str) -> Option<serde_json::Value> {
        None
    }
}
