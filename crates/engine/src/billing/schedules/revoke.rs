//! Revokes plans.

use super::{JOB, job_key};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::schedules::ScheduleRow;
use store::{Batch, CommitError};

/// Revokes the pending plans of a customer, of some orders, or of both (V1: the intersection).
///
/// # Errors
/// [`Error::Refused`] if nothing is there to revoke.
pub async fn revoke(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: Option<&str>,
    merchant_uids: &[String],
) -> Result<Vec<ScheduleRow>> {
    let at = crate::merchants::now_of(engine, merchant).await?;
    let mut revoked = Vec::new();
    for row in pending(engine, merchant, customer_uid, merchant_uids).await? {
        let _held = engine.locks.hold(&format!("schedule:{}", row.merchant_uid)).await;
        let now = store::schedules::find(&engine.db, merchant, &row.merchant_uid).await?;
        let Some(mut row) = now.filter(|row| row.state == "scheduled") else { continue };
        "revoked".clone_into(&mut row.state);
        row.revoked_at = Some(at.0);
        row.version += 1;
        let mut batch = Batch::new();
        store::schedules::update(&mut batch, &row);
        let key = job_key(merchant.0, &row.merchant_uid);
        store::jobs::remove(&mut batch, merchant, JOB, &key);
        match engine.db.commit(batch).await {
            Ok(_) => revoked.push(row),
            // It was charged in this very moment: too late to revoke.
            Err(CommitError::Expectation("schedule changed")) => {}
            Err(other) => return Err(other.into()),
        }
    }
    if revoked.is_empty() {
        return Err(Error::Refused("취소할 예약결제 기록이 존재하지 않습니다.".into()));
    }
    Ok(revoked)
}

async fn pending(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: Option<&str>,
    merchant_uids: &[String],
) -> Result<Vec<ScheduleRow>> {
    let Some(customer_uid) = customer_uid else {
        let mut rows = Vec::new();
        for merchant_uid in merchant_uids {
            rows.extend(store::schedules::find(&engine.db, merchant, merchant_uid).await?);
        }
        return Ok(rows);
    };
    let rows = store::schedules::pending_of_customer(&engine.db, merchant, customer_uid).await?;
    let wanted =
        |row: &ScheduleRow| merchant_uids.is_empty() || merchant_uids.contains(&row.merchant_uid);
    Ok(rows.into_iter().filter(wanted).collect())
}
