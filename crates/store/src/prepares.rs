//! Registered amounts: what an order must cost when its window opens.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// A row of `prepares`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepareRow {
    /// The merchant's order number.
    pub merchant_uid: String,
    /// Decimal text of major units.
    pub amount: String,
    /// ISO 4217, if it was registered.
    pub currency: Option<String>,
}

/// Registers an order's amount. Fails the batch with `prepared before` if it is registered.
pub fn insert(batch: &mut Batch, merchant: MerchantId, row: &PrepareRow, at: i64) {
    let sql = "insert into prepares (merchant_id, merchant_uid, amount, currency, created_at, \
               updated_at) values ($1, $2, $3, $4, $5, $5) \
               on conflict (merchant_id, merchant_uid) do nothing";
    let currency = row.currency.clone();
    let args = crate::args![merchant.0, &row.merchant_uid, &row.amount, currency, at];
    batch.expect_one("prepared before", sql, args);
}

/// Changes a registered amount. Fails the batch with `not prepared` if there is none.
pub fn update(batch: &mut Batch, merchant: MerchantId, row: &PrepareRow, at: i64) {
    let sql = "update prepares set amount = $3, currency = $4, updated_at = $5 \
               where merchant_id = $1 and merchant_uid = $2";
    let currency = row.currency.clone();
    let args = crate::args![merchant.0, &row.merchant_uid, &row.amount, currency, at];
    batch.expect_one("not prepared", sql, args);
}

/// The registered amount of an order.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<Option<PrepareRow>, DbError> {
    let sql = "select merchant_uid, amount, currency from prepares \
               where merchant_id = $1 and merchant_uid = $2";
    let row = db.row(sql, &crate::args![merchant.0, merchant_uid]).await?;
    row.map(|row| {
        Ok(PrepareRow {
            merchant_uid: row.text("merchant_uid")?,
            amount: row.text("amount")?,
            currency: row.opt_text("currency")?,
        })
    })
    .transpose()
}
