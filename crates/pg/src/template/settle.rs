//! How an approval or a cancel without an answer ended: by inquiry, or by undoing it.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelOrder, CancelSettled, Order, Settled};

const NOT_YET: &str = "the inquiry is not written yet";

/// Asks how an approval ended, or undoes it where the PG has a net-cancel.
pub(super) async fn approval(
    _cx: &Cx<'_>,
    _order: &Order,
    _memo: &str,
    _auth: &str,
) -> Result<Settled, PgError> {
    Ok(Settled::CannotTell(NOT_YET.into()))
}

/// Asks how a cancel ended.
pub(super) async fn cancel(_cx: &Cx<'_>, _cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
    Ok(CancelSettled::CannotTell(NOT_YET.into()))
}
