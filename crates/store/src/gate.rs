//! A place to stand before and after every commit: who holds it decides in which order commits of
//! many tasks happen, where a process dies, and which answers of the database are lost.

use crate::{Batch, CommitError, Db, Row};
use std::{future::Future, pin::Pin, sync::Arc};

/// What a commit answers.
pub type Answer = Result<Vec<Vec<Row>>, CommitError>;

/// What a gate does in its own time. Never finishing is allowed: the process died there.
pub type Passing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Stands before and after the commits of one handle.
pub trait Gate: Send + Sync {
    /// Before the batch is sent. An error is answered instead, and nothing is written.
    fn before<'a>(&'a self, batch: &'a Batch) -> Passing<'a, Result<(), CommitError>>;

    /// After the database answered, before the caller hears of it. What it gives is what the caller
    /// hears.
    fn after(&self, answer: Answer) -> Passing<'_, Answer>;

    /// A call to the database begins (1) or ends (-1): whoever waits for everything to stand still
    /// counts.
    fn busy(&self, change: i64);
}

/// Counts a call to the database for as long as it lives.
pub(crate) struct Busy(Option<Arc<dyn Gate>>);

impl Drop for Busy {
    fn drop(&mut self) {
        if let Some(gate) = &self.0 {
            gate.busy(-1);
        }
    }
}

impl Db {
    /// The same database behind a gate of its own.
    #[must_use]
    pub fn gated(&self, gate: Arc<dyn Gate>) -> Self {
        let mut behind = self.clone();
        behind.gate = Some(gate);
        behind
    }

    pub(crate) fn count(&self) -> Busy {
        if let Some(gate) = &self.gate {
            gate.busy(1);
        }
        Busy(self.gate.clone())
    }

    pub(crate) async fn commit_through(&self, gate: &dyn Gate, batch: Batch) -> Answer {
        gate.before(&batch).await?;
        let answer = {
            let _counted = self.count();
            self.commit_now(batch).await
        };
        gate.after(answer).await
    }
}
