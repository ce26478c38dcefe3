//! What the engine needs from outside: time, chance, the network and the sandbox.

use domain::Millis;
use pg::{Request, Response, TransportError};

/// The wall clock. Only the binary reads the real one.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Millis;
}

/// Randomness. Only the binary asks the operating system.
pub trait Random: Send + Sync {
    /// Fills the buffer with unpredictable bytes.
    fn fill(&self, buffer: &mut [u8]);

    /// 64 unpredictable bits.
    fn u64(&self) -> u64 {
        let mut bytes = [0_u8; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }
}

/// Whom a request is for; the outbound client treats them differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A PG's server (or the sandbox that plays it).
    Pg {
        /// How long to wait for the whole exchange, milliseconds.
        timeout_ms: u64,
    },
    /// A merchant's webhook receiver: a URL an outsider chose. Private and loopback addresses are
    /// refused unless configured, redirects are not followed, the answer is cut.
    Webhook {
        /// How long to wait for the whole exchange, milliseconds.
        timeout_ms: u64,
    },
}

/// The only HTTP client.
#[async_trait::async_trait]
pub trait Outbound: Send + Sync {
    /// Sends and waits.
    ///
    /// # Errors
    /// [`TransportError::NotSent`] only if no byte reached the other side.
    async fn send(
        &self,
        request: Request,
        destination: Destination,
    ) -> Result<Response, TransportError>;
}

/// The embedded sandbox, as the API and the console need it.
#[async_trait::async_trait]
pub trait SandboxPort: Send + Sync {
    /// The origin its windows are served at, without a trailing slash.
    fn origin(&self) -> String;

    /// A customer pays `amount` minor units into the account of the PG transaction `tid`.
    ///
    /// # Errors
    /// Why the bank refuses, in words.
    async fn deposit(
        &self,
        pg: &str,
        tid: &str,
        amount: i64,
        depositor: &str,
        at: Millis,
    ) -> Result<serde_json::Value, String>;

    /// The buyer of the escrow payment `tid` takes the goods, or refuses them for `reason`.
    ///
    /// # Errors
    /// Why the PG refuses, in words.
    async fn decide(
        &self,
        pg: &str,
        tid: &str,
        takes: bool,
        reason: &str,
        at: Millis,
    ) -> Result<serde_json::Value, String>;

    /// A buyer or a carrier does something with what was sold: `{"action", "id", ...}`, in the
    /// words of the PG's simulator.
    ///
    /// # Errors
    /// Why it cannot be, in words.
    async fn act(
        &self,
        pg: &str,
        action: &serde_json::Value,
        at: Millis,
    ) -> Result<serde_json::Value, String>;

    /// Arms a fault: `{"pg","operation","fault","times","rate","seed"}`.
    ///
    /// # Errors
    /// What is wrong with it, naming the field.
    fn add_fault(&self, fault: &serde_json::Value) -> Result<(), String>;

    /// Armed faults.
    fn faults(&self) -> serde_json::Value;

    /// Disarms one by its `id`; false if there is none.
    fn remove_fault(&self, id: u64) -> bool;

    /// Disarms all.
    fn clear_faults(&self);

    /// What can go wrong: `{"seed", "operations": [..], "pgs": [..], "faults": [{"fault", "when",
    /// "ko": {"does", "hub", "shop"}, "en": {..}}]}`. `seed` is what faults without one follow.
    fn fault_catalogue(&self) -> serde_json::Value;

    /// The cards to test with: `{"any", "cards": [{"number", "plan"}], "pgs"}`.
    fn cards(&self) -> serde_json::Value;

    /// The PG's own ledger; `None` if no simulator has this code.
    async fn books(&self, pg: &str) -> Option<serde_json::Value>;
}
