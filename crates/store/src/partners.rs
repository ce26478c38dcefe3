//! Sub-merchants on the sales slips of payments.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// Writes the list of a payment, instead of an earlier one. `lines` is JSON.
pub fn put(batch: &mut Batch, merchant: i64, imp_uid: &str, lines: &str, at: i64) {
    let sql = "insert into partner_receipts (merchant_id, imp_uid, lines, created_at) \
               values ($1, $2, $3, $4) on conflict (merchant_id, imp_uid) do update set \
               lines = excluded.lines, created_at = excluded.created_at";
    batch.push(sql, crate::args![merchant, imp_uid, lines, at]);
}

/// The list of a payment.
pub async fn find(db: &Db, merchant: MerchantId, imp_uid: &str) -> Result<Option<String>, DbError> {
    let sql = "select lines from partner_receipts where merchant_id = $1 and imp_uid = $2";
    let row = db.row(sql, &crate::args![merchant.0, imp_uid]).await?;
    row.map(|row| row.text("lines")).transpose()
}
