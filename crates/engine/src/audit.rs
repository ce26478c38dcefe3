//! Lines of the audit log; never a secret in them.

pub use store::audits::AuditRow;

use crate::{Engine, Result};
use domain::MerchantId;
use store::Batch;
use store::audits;

/// Appends a line. `actor` is the login of the person, or the name of a tool.
pub fn note(
    engine: &Engine,
    batch: &mut Batch,
    merchant: MerchantId,
    actor: &str,
    action: &str,
    detail: String,
) {
    let row = AuditRow {
        id: engine.next_id(),
        merchant_id: merchant.0,
        actor: actor.to_owned(),
        at: engine.now(),
        action: action.to_owned(),
        detail,
    };
    audits::insert(batch, &row);
}

/// The newest lines numbered below `before` (`i64::MAX` to start), newest first, at most 200.
///
/// # Errors
/// Of the database.
pub async fn recent(
    engine: &Engine,
    merchant: MerchantId,
    before: i64,
    limit: i64,
) -> Result<Vec<AuditRow>> {
    Ok(audits::list(&engine.db, merchant, before, limit.clamp(1, 200)).await?)
}
