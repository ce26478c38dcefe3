//! The correcting entry of an approved proposal.

use super::{BreakRow, decide};
use crate::{Engine, Result};
use store::Batch;

/// Writes it, and the break's end, in one batch.
pub(super) async fn correct(engine: &Engine, row: BreakRow, login: &str) -> Result<BreakRow> {
    decide::decided(engine, row, login, "reconcile.approve", Batch::new()).await
}
