//! The browser came back from the PG's window: the PG is asked who it was.

use super::change::{asking, change, conclude, fail, line, reload};
use super::{is_open, window::load};
use crate::{Engine, Error, Result};
use pg::PgError;
use pg::capability::certification::Back;
use store::certifications::CertificationRow;

/// Takes the window's result of a session to its end, or leaves it open with a job that will. The
/// same result brought twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] for an unknown session, [`Error::Invalid`] for a return without a word of
/// the PG; faults of ours.
pub async fn returned(
    engine: &Engine,
    pg: &str,
    session: &str,
    query: &str,
    body: &[u8],
) -> Result<CertificationRow> {
    let row = load(engine, session).await?;
    if row.pg != pg {
        return Err(super::unknown());
    }
    let _held = engine.locks.hold(&row.imp_uid).await;
    let row = reload(engine, &row).await?;
    if !is_open(&row) || row.asking_at.is_some() {
        return Ok(row);
    }
    let line = line(engine, &row).await?;
    match line.pg.read_return(query, body) {
        Ok(Back::Number(number)) => {
            let row = asking(engine, &line, row, Some(&number)).await?;
            if !is_open(&row) {
                return Ok(row);
            }
            let operation = format!("{}r", row.imp_uid);
            let answer = line.pg.result(&line.cx(&operation), &row.imp_uid, &number).await;
            conclude(engine, &line, row, &answer).await
        }
        Ok(Back::Closed(refusal)) => {
            change(engine, &line, row, |row| {
                fail(row, &refusal.code, &refusal.message, line.at.0);
                Ok(())
            })
            .await
        }
        // An address opened by hand or changed: the window may still be open elsewhere.
        Err(PgError::Forged(_)) => Err(Error::invalid("return", "본인인증 결과가 없습니다.")),
        Err(error) => Err(error.into()),
    }
}
