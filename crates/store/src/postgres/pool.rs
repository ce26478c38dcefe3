//! Connections, lent one at a time.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{connection::Connection, failure::Failure, leader::Leader, url::Target};
use crate::DbError;

/// How long a caller waits for a connection before being told that there is too much to do.
const WAIT: Duration = Duration::from_secs(5);

pub(super) struct Pool {
    target: Target,
    /// Where there are several servers.
    pub(super) leader: Option<Leader>,
    slots: Semaphore,
    idle: Mutex<Vec<(u64, Connection)>>,
    /// Counts changes of the schema: connections of an earlier one are not lent again.
    schema: AtomicU64,
    /// Held by the batch that is being run again.
    pub(super) again: tokio::sync::Mutex<()>,
}

impl Pool {
    pub(super) fn new(target: Target) -> Self {
        Self {
            slots: Semaphore::new(target.pool),
            leader: (target.servers.len() > 1).then(|| Leader::listen(&target.servers)),
            target,
            idle: Mutex::new(Vec::new()),
            schema: AtomicU64::new(0),
            again: tokio::sync::Mutex::new(()),
        }
    }

    /// A working connection: an idle one that is not broken, or a new one.
    pub(super) async fn lease(&self) -> Result<Lease<'_>, DbError> {
        let slot = tokio::time::timeout(WAIT, self.slots.acquire())
            .await
            .map_err(|_| DbError::Overloaded("no connection became free in 5 seconds"))?
            .map_err(|_| DbError::Closed)?;
        let schema = self.schema.load(Ordering::Acquire);
        let connection = self.connection(schema).await?;
        Ok(Lease { pool: self, schema, connection: Some(connection), keep: true, _slot: slot })
    }

    /// A connection for good, to whichever server leads.
    pub(super) async fn one(self) -> Result<Connection, DbError> {
        self.connection(0).await
    }

    async fn connection(&self, schema: u64) -> Result<Connection, DbError> {
        match tokio::time::timeout(WAIT, self.connected(schema)).await {
            Ok(connection) => connection,
            Err(_) => Err(DbError::Unavailable(self.why())),
        }
    }

    /// Among several servers, to whichever leads by then: none may for a while.
    async fn connected(&self, schema: u64) -> Result<Connection, DbError> {
        let Some(leader) = &self.leader else {
            return match self.working(schema) {
                Some(connection) => Ok(connection),
                None => Connection::open(&self.target.servers[0], None).await,
            };
        };
        loop {
            let led = leader.now().await?;
            if let Some(connection) = self.working(schema) {
                return Ok(connection);
            }
            match Connection::open(led.config, Some(led.term)).await {
                Err(DbError::Unavailable(why)) => {
                    tracing::debug!(why, "the leader does not take a connection");
                    leader.pause().await;
                }
                opened => return opened,
            }
        }
    }

    fn why(&self) -> String {
        let silent = || "the server does not answer".to_owned();
        self.leader.as_ref().map_or_else(silent, Leader::why)
    }

    /// Lets go of every connection, because the schema changed.
    pub(super) fn forget(&self) {
        let mut idle = self.idle();
        self.schema.fetch_add(1, Ordering::AcqRel);
        idle.clear();
    }

    pub(super) fn close(&self) {
        self.slots.close();
        if let Some(leader) = &self.leader {
            leader.close();
        }
        self.idle().clear();
    }

    fn working(&self, schema: u64) -> Option<Connection> {
        let mut idle = self.idle();
        while let Some((of, connection)) = idle.pop() {
            if of == schema && !connection.is_closed() {
                return Some(connection);
            }
        }
        None
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(u64, Connection)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. It returns to the pool when dropped, unless it was to be discarded.
pub(super) struct Lease<'a> {
    pool: &'a Pool,
    schema: u64,
    /// `None` only while being dropped.
    connection: Option<Connection>,
    keep: bool,
    _slot: SemaphorePermit<'a>,
}

impl Lease<'_> {
    #[expect(clippy::unwrap_used, reason = "it is there until the lease drops")]
    pub(super) fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().unwrap()
    }

    /// From here on the connection closes with the lease: it may be inside a transaction.
    pub(super) fn discard(&mut self) {
        self.keep = false;
    }

    /// The connection is between transactions and may be lent again.
    pub(super) fn keep(&mut self) {
        self.keep = true;
    }

    /// Keeps the connection if `failure` left it usable.
    pub(super) fn judge(&mut self, failure: &Failure) {
        self.keep = failure.keep;
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !self.keep || connection.is_closed() || self.pool.slots.is_closed() {
            return;
        }
        let mut idle = self.pool.idle();
        if self.schema == self.pool.schema.load(Ordering::Acquire) {
            idle.push((self.schema, connection));
        }
    }
}
