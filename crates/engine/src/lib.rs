//! What the hub does: a file per verb, jobs for what comes later, and one door for writes.
//!
//! [`Engine`] is the first argument of everything. It holds the database and the ports to the
//! outside ([`ports`]); it reads no clock and no randomness of its own. A payment changes only
//! through [`commit`]: read, decide (a pure function of `domain`), write one batch.

pub mod api_keys;
pub mod audit;
pub mod backups;
pub mod billing;
pub mod certifications;
pub mod channels;
pub mod commit;
pub mod console;
pub mod draw;
pub mod errands;
pub mod error;
pub mod escrows;
pub mod idempotency;
pub mod ids;
pub mod jobs;
pub mod ledger;
pub mod merchants;
pub mod partners;
pub mod payments;
pub mod ports;
pub mod products;
pub mod purchases;
pub mod quick;
pub mod receipts;
pub mod reconcile;
pub mod redact;
pub mod rows;
pub mod seal;
pub mod settings;
pub mod staff;
pub mod webhooks;

pub use domain::{MerchantId, Millis, Secret};
pub use error::{Error, Result};
pub use pg::{
    Address, CashAmount, Delivery, DeliveryReport, ItemCancelKind, OrderStatus, ProductOrder,
    Requester, Review, ReviewKind, Step,
};
pub use pg::{Mode, Request, Response, TransportError};
pub use ports::{Clock, Destination, Outbound, Random, SandboxPort};
pub use settings::Settings;
pub use store::Db;

use std::sync::Arc;

/// Everything a verb needs. Cheap to clone.
#[derive(Clone)]
pub struct Engine(Arc<Parts>);

/// What an [`Engine`] is made of; the binary and the tests put it together.
pub struct Parts {
    /// The database, migrated.
    pub db: Db,
    /// The only way out to other servers.
    pub outbound: Arc<dyn Outbound>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness for ids, tokens and secrets.
    pub random: Arc<dyn Random>,
    /// The embedded sandbox, where there is one.
    pub sandbox: Option<Arc<dyn SandboxPort>>,
    /// What the operator configured.
    pub settings: Settings,
    /// Seals credentials and derives tokens.
    pub keyring: seal::Keyring,
    /// Numbers of rows and payments.
    pub ids: ids::Ids,
    /// One verb at a time per payment within this process; other processes meet the version check.
    pub locks: ids::Locks,
    /// Told after every commit, so that the job runner looks at once.
    pub wake: tokio::sync::Notify,
    /// Up to when the ledger is sealed.
    pub ledger: ledger::Floor,
    /// Wrong passwords for logins nobody has.
    pub strangers: staff::Strangers,
}

impl Engine {
    /// An engine over its parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The wall clock, which every deadline of the hub itself uses (sessions, leases).
    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// A new row number: grows with time, unique over replicas.
    #[must_use]
    pub fn next_id(&self) -> i64 {
        self.ids.next(self.clock.now(), self.random.u64())
    }
}

/// Runs a verb to its end even if the caller stops waiting: a browser that goes away must not leave
/// a payment between the PG's word and ours.
///
/// # Errors
/// Those of the verb, and [`Error::Internal`] if it panicked.
pub async fn detached<T, F>(verb: F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    match tokio::spawn(verb).await {
        Ok(result) => result,
        Err(error) => Err(Error::internal(error)),
    }
}

impl std::ops::Deref for Engine {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
