//! Finds a channel that is not deleted.

use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::channels::{self, ChannelRow};

/// The merchant's channel with this number.
///
/// # Errors
/// [`Error::NotFound`] also for a deleted one and for another merchant's.
pub async fn row(engine: &Engine, merchant: MerchantId, id: i64) -> Result<ChannelRow> {
    let row = channels::find(&engine.db, merchant, id).await?;
    row.filter(|row| row.deleted_at.is_none()).ok_or(Error::NotFound("없는 PG 설정입니다."))
}
