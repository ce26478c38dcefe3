//! What the browser brought back: verified, never trusted.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Outcome, Returned};

/// Reads the window's result. A signature that does not hold is `Forged`; so is another order.
pub(super) fn read(cx: &Cx<'_>, back: &Returned<'_>) -> Result<Outcome, PgError> {
    cx.credentials.need("key")?;
    Err(PgError::Forged(format!("{}: the result is not read yet", back.order.imp_uid)))
}
