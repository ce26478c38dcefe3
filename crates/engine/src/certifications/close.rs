//! The person closes the overlay.

use super::change::{change, fail, line, reload};
use super::{is_open, window::load};
use crate::{Engine, Result};
use store::certifications::CertificationRow;

/// Ends a verification whose PG is not being asked. `None` while it is: the result will come. One
/// that is over is given as it is.
///
/// # Errors
/// [`crate::Error::NotFound`] for an unknown session; faults of ours.
pub async fn close(
    engine: &Engine,
    session: &str,
) -> Result<(CertificationRow, Option<CertificationRow>)> {
    let row = load(engine, session).await?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    let row = reload(engine, &row).await?;
    if !is_open(&row) {
        return Ok((row.clone(), Some(row)));
    }
    if row.asking_at.is_some() {
        return Ok((row, None));
    }
    let line = line(engine, &row).await?;
    let text = line.pg.spec().closed_text;
    let closed = change(engine, &line, row, |row| {
        // Asked meanwhile, by another process: it is too late.
        if row.asking_at.is_none() {
            fail(row, "F400", text, line.at.0);
        }
        Ok(())
    })
    .await?;
    let over = (!is_open(&closed)).then(|| closed.clone());
    Ok((closed, over))
}
