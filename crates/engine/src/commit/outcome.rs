//! A commit on a database that may go away meanwhile, and how a commit without an answer ended.

use crate::{Engine, Error, Result};
use domain::MerchantId;
use domain::payment::{Payment, State};
use store::payments::PaymentRow;
use store::{Batch, CommitError, DbError};

/// How often a write that must not be given up is tried while the database is away; each try waits
/// for a connection as long as the pool does.
const TRIES: usize = 6;

/// Whether a PG may have been asked: what it said must be written down, and "nothing was done" is
/// no answer any more.
pub(super) fn begun(was: Payment) -> bool {
    matches!(was.state, State::Approving | State::Unknown) || was.pending_cancel().is_some()
}

/// Commits. With `patient`, as often as it takes for a cluster to find a new leader.
pub(super) async fn commit(
    engine: &Engine,
    batch: Batch,
    patient: bool,
) -> std::result::Result<(), CommitError> {
    for _ in 1..if patient { TRIES } else { 1 } {
        match engine.db.commit(batch.clone()).await {
            Err(CommitError::Db(DbError::Unavailable(why))) => {
                tracing::warn!(why, "what was begun is written down as soon as it can be");
            }
            ended => return ended.map(drop),
        }
    }
    engine.db.commit(batch).await.map(drop)
}

/// What became of an error: the caller may come back if nothing was begun.
pub(super) fn told(error: CommitError, begun: bool) -> Error {
    match error {
        CommitError::Db(error) if !begun => Error::before(error),
        error => error.into(),
    }
}

/// The connection was lost while committing `row`: the history says whether it happened. The row is
/// first written over as it is: that waits for a transaction that still hangs, and when it is
/// durable, then so is what it found. A read alone might see a commit that no standby has.
pub(super) async fn happened(engine: &Engine, row: &PaymentRow, change_id: &str) -> Result<bool> {
    let merchant = MerchantId(row.merchant_id);
    for _ in 0..TRIES {
        let mut batch = Batch::new();
        store::payments::touch(&mut batch, merchant, &row.imp_uid);
        match commit(engine, batch, true).await {
            Ok(()) => {}
            Err(CommitError::Unknown(_)) => continue,
            Err(error) => return Err(error.into()),
        }
        let events = store::history::of_payment(&engine.db, merchant, &row.imp_uid).await?;
        let mine = |event: &store::history::EventRow| {
            event.version == row.version && event.detail.contains(change_id)
        };
        return Ok(events.iter().any(mine));
    }
    Err(Error::internal("a commit whose end cannot be found out"))
}
