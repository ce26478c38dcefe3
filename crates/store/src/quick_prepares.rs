//! What merchants register before a member's window opens.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// Registers. Fails the batch with `prepared before` if the order has it.
pub fn insert(batch: &mut Batch, merchant: MerchantId, merchant_uid: &str, sealed: &str, at: i64) {
    let sql = "insert into quick_prepares (merchant_id, merchant_uid, sealed, created_at, \
               updated_at) values ($1, $2, $3, $4, $4) \
               on conflict (merchant_id, merchant_uid) do nothing";
    batch.expect_one("prepared before", sql, crate::args![merchant.0, merchant_uid, sealed, at]);
}

/// Changes. Fails the batch with `not prepared` if there is nothing.
pub fn update(batch: &mut Batch, merchant: MerchantId, merchant_uid: &str, sealed: &str, at: i64) {
    let sql = "update quick_prepares set sealed = $3, updated_at = $4 \
               where merchant_id = $1 and merchant_uid = $2";
    batch.expect_one("not prepared", sql, crate::args![merchant.0, merchant_uid, sealed, at]);
}

/// What an order registered, sealed.
///
/// # Errors
/// Of the database.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<Option<String>, DbError> {
    let sql = "select sealed from quick_prepares where merchant_id = $1 and merchant_uid = $2";
    let row = db.row(sql, &crate::args![merchant.0, merchant_uid]).await?;
    row.map(|row| row.text("sealed")).transpose()
}
