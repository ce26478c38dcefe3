//! Read-only connections, handed out for the length of one statement.

use std::{
    borrow::Cow,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio::sync::Semaphore;

use super::connection::Connection;
use crate::{Arg, DbError, Row};

/// Idle connections kept; reads on runtime threads never need more than there are threads.
const IDLE: usize = 32;

/// Searches and reports at the same time; more would only take the disk from each other.
const SCANS: usize = 4;

pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// Counts changes of the schema: a connection lent before one does not come back.
    schema: AtomicU64,
    closed: AtomicBool,
    scans: Semaphore,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Vec::new()),
            schema: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            scans: Semaphore::new(SCANS),
        }
    }

    /// Runs one reading statement here and now. No read transaction outlives it: one that stays
    /// open would keep the WAL from being checkpointed.
    pub(super) fn rows(&self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        if self.closed.load(Ordering::Acquire) {
            return Err(DbError::Closed);
        }
        let schema = self.schema.load(Ordering::Acquire);
        let idle = self.idle().pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => Connection::reader(&self.path)?,
        };
        let rows = connection.read(sql, args);
        let mut idle = self.idle();
        let current = schema == self.schema.load(Ordering::Acquire);
        if current && idle.len() < IDLE && !self.closed.load(Ordering::Acquire) {
            idle.push(connection);
        }
        rows
    }

    /// As `rows`, on a thread where it may take its time.
    pub(super) async fn scan(
        readers: Arc<Self>,
        sql: Cow<'static, str>,
        args: Vec<Arg>,
    ) -> Result<Vec<Row>, DbError> {
        let shared = Arc::clone(&readers);
        let _permit = shared.scans.acquire().await.map_err(|_| DbError::Closed)?;
        tokio::task::spawn_blocking(move || readers.rows(&sql, &args))
            .await
            .map_err(|error| DbError::Unavailable(format!("the reading thread ended: {error}")))?
    }

    /// Lets go of every connection, because the schema changed.
    pub(super) fn forget(&self) {
        let mut idle = self.idle();
        self.schema.fetch_add(1, Ordering::AcqRel);
        idle.clear();
    }

    pub(super) fn close(&self) {
        let mut idle = self.idle();
        self.closed.store(true, Ordering::Release);
        self.scans.close();
        idle.clear();
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
