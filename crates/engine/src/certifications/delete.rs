//! The merchant has a verification erased.

use super::JOB;
use super::find::{View, get};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::certifications::{self, CertificationRow};
use store::{Batch, CommitError};

/// Erases everything personal, and gives it a last time. What stays is that there was one: its
/// number is never used again, and from now on nobody finds it.
///
/// # Errors
/// [`Error::NotFound`], also for one that was erased before.
pub async fn delete(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<View> {
    let _held = engine.locks.hold(imp_uid).await;
    for _ in 0..5 {
        let gone = get(engine, merchant, imp_uid).await?;
        let at = crate::merchants::now_of(engine, merchant).await?.0;
        let row = CertificationRow {
            version: gone.row.version + 1,
            asked: String::new(),
            person: String::new(),
            page_url: None,
            session: None,
            redirect_url: None,
            pg_tid: None,
            asking_at: None,
            updated_at: at,
            deleted_at: Some(at),
            ..gone.row.clone()
        };
        let mut batch = Batch::new();
        certifications::update(&mut batch, &row);
        store::jobs::remove(&mut batch, merchant, JOB, imp_uid);
        match engine.db.commit(batch).await {
            Ok(_) => return Ok(gone),
            Err(CommitError::Expectation("certification changed")) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::Busy)
}
