//! Deletes a channel. It takes no new payments; what was paid through it can still be cancelled.

use super::{add::refused, get};
use crate::{Engine, Result, audit};
use domain::MerchantId;
use store::{Batch, channels, merchants};

/// Deletes a channel. If it was the default, the first added of the others becomes it.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Refused`] if somebody changed it meanwhile.
pub async fn delete(engine: &Engine, merchant: MerchantId, actor: &str, id: i64) -> Result<()> {
    let row = get::row(engine, merchant, id).await?;
    let mut batch = Batch::new();
    merchants::hold(&mut batch, merchant);
    channels::delete(&mut batch, merchant, id, engine.now());
    let detail = format!("{} {} {} ({})", row.pg, row.mid, row.mode, row.channel_key);
    audit::note(engine, &mut batch, merchant, actor, "channel.delete", detail);
    engine.db.commit(batch).await.map_err(refused)?;
    Ok(())
}
