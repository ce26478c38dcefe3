//! Where the merchant is asked before a payment that has no window goes through.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// Keeps the address of a payment that is created in the same batch.
pub fn insert(batch: &mut Batch, merchant: MerchantId, imp_uid: &str, url: &str) {
    let sql = "insert into confirm_urls (imp_uid, merchant_id, url) values ($1, $2, $3)";
    batch.push(sql, crate::args![imp_uid, merchant.0, url]);
}

/// The address of a payment.
///
/// # Errors
/// Of the database.
pub async fn find(db: &Db, merchant: MerchantId, imp_uid: &str) -> Result<Option<String>, DbError> {
    let sql = "select url from confirm_urls where imp_uid = $1 and merchant_id = $2";
    let row = db.row(sql, &crate::args![imp_uid, merchant.0]).await?;
    row.map(|row| row.text("url")).transpose()
}
