//! Lines of the audit log; never a secret in them.

use crate::Engine;
use domain::MerchantId;
use store::Batch;
use store::audits::{self, AuditRow};

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
