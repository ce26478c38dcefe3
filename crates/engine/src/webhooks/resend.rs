//! Sends a webhook again because somebody asked, whatever became of it.

use super::JOB;
use crate::{Engine, Error, Result, audit, merchants};
use domain::MerchantId;
use store::{Batch, jobs, webhooks};

/// Queues the webhook for now, to the URL it always had; its attempts go on counting. If it runs
/// out of attempts, this one is the last.
///
/// # Errors
/// [`Error::NotFound`] also for another merchant's.
pub async fn resend(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    webhook_id: i64,
) -> Result<()> {
    let row = webhooks::find(&engine.db, merchant, webhook_id).await?;
    let row = row.ok_or(Error::NotFound("없는 웹훅입니다."))?;
    let now = merchants::now_of(engine, merchant).await?;
    let mut batch = Batch::new();
    webhooks::reopen(&mut batch, merchant, webhook_id);
    jobs::enqueue(&mut batch, merchant, JOB, &webhook_id.to_string(), now);
    let detail = format!("{} {}", row.imp_uid, row.status);
    audit::note(engine, &mut batch, merchant, actor, "webhook.resend", detail);
    engine.db.commit(batch).await?;
    engine.wake.notify_one();
    Ok(())
}
