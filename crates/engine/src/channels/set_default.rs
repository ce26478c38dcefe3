//! Chooses the channel for payments that name none (기본 PG사).

use super::{add::refused, get};
use crate::{Engine, Result, audit};
use domain::MerchantId;
use store::{Batch, channels, merchants};

/// Makes a channel the default.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Refused`] if it was deleted meanwhile.
pub async fn set_default(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    id: i64,
) -> Result<()> {
    let row = get::row(engine, merchant, id).await?;
    let mut batch = Batch::new();
    merchants::hold(&mut batch, merchant);
    channels::set_default(&mut batch, merchant, id);
    let detail = format!("{} {} ({})", row.pg, row.mid, row.channel_key);
    audit::note(engine, &mut batch, merchant, actor, "channel.default", detail);
    engine.db.commit(batch).await.map_err(refused)?;
    Ok(())
}
