//! The webhook log.

use crate::{Engine, Result};
use domain::MerchantId;
use store::webhooks::{self, AttemptRow, WebhookRow};

/// A webhook and every attempt to deliver it.
#[derive(Clone, Debug)]
pub struct Log {
    /// The webhook.
    pub webhook: WebhookRow,
    /// In their order.
    pub attempts: Vec<AttemptRow>,
}

/// Webhooks of a payment with their attempts, oldest first.
///
/// # Errors
/// Of the database.
pub async fn of_payment(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<Vec<Log>> {
    let mut logs = Vec::new();
    for webhook in webhooks::of_payment(&engine.db, merchant, imp_uid).await? {
        let attempts = webhooks::attempts(&engine.db, merchant, webhook.id).await?;
        logs.push(Log { webhook, attempts });
    }
    Ok(logs)
}

/// The newest webhooks numbered below `before` (`i64::MAX` to start), newest first, at most 200.
///
/// # Errors
/// Of the database.
pub async fn recent(
    engine: &Engine,
    merchant: MerchantId,
    before: i64,
    limit: i64,
) -> Result<Vec<WebhookRow>> {
    let limit = limit.clamp(1, 200);
    Ok(webhooks::recent(&engine.db, merchant, before, limit).await?)
}
