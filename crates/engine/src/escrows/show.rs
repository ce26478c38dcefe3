//! `GET /escrows/logis/{imp_uid}`.

use super::{NOTHING, verbs};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::escrows::{self, EscrowRow};

/// The delivery as registered.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for a PG without deliveries; [`Error::Refused`] if none
/// is registered.
pub async fn get(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<EscrowRow> {
    let payment = store::payments::find(&engine.db, merchant, imp_uid).await?;
    let payment = payment.ok_or(Error::NotFound("존재하지 않는 결제정보입니다."))?;
    let pg = pg::find(&payment.pg).ok_or_else(|| Error::internal("no connector for the PG"))?;
    verbs(pg)?;
    let found = escrows::find(&engine.db, merchant, imp_uid).await?;
    let found = found.filter(|row| row.applied_at.is_some());
    found.ok_or_else(|| Error::Refused(NOTHING.into()))
}
