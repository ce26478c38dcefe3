//! First answers of writes that carried an `Idempotency-Key`.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// A row of `idempotency`.
#[derive(Clone, Debug)]
pub struct IdempotencyRow {
    /// Method and path.
    pub route: String,
    /// Keyed hashes of the body's fields, JSON.
    pub fields: String,
    /// The first answer's status; `None` while the first request is being done.
    pub http_status: Option<i64>,
    /// The first answer's body.
    pub body: Option<String>,
    /// Milliseconds.
    pub created_at: i64,
}

/// Takes a key for a request; one that is older than it is kept is free again. Fails the batch with
/// `key known` if it was taken.
pub fn begin(
    batch: &mut Batch,
    merchant: MerchantId,
    key: &str,
    row: &IdempotencyRow,
    expires_at: i64,
) {
    let old = "delete from idempotency \
               where merchant_id = $1 and idempotency_key = $2 and expires_at <= $3";
    batch.push(old, crate::args![merchant.0, key, row.created_at]);
    let sql = "insert into idempotency (merchant_id, idempotency_key, route, fields, created_at, \
               expires_at) values ($1, $2, $3, $4, $5, $6) \
               on conflict (merchant_id, idempotency_key) do nothing";
    let args = crate::args![merchant.0, key, &row.route, &row.fields, row.created_at, expires_at];
    batch.expect_one("key known", sql, args);
}

/// Keeps the answer of the request that took the key.
pub fn finish(batch: &mut Batch, merchant: MerchantId, key: &str, http_status: i64, body: &str) {
    let sql = "update idempotency set http_status = $3, body = $4 \
               where merchant_id = $1 and idempotency_key = $2 and http_status is null";
    batch.push(sql, crate::args![merchant.0, key, http_status, body]);
}

/// Gives a key back whose request was refused before anything was done.
pub fn forget(batch: &mut Batch, merchant: MerchantId, key: &str) {
    let sql = "delete from idempotency \
               where merchant_id = $1 and idempotency_key = $2 and http_status is null";
    batch.push(sql, crate::args![merchant.0, key]);
}

/// Drops what a merchant's clock says is older than it is kept.
pub fn prune(batch: &mut Batch, merchant: MerchantId, now: i64) {
    let sql = "delete from idempotency where merchant_id = $1 and expires_at <= $2";
    batch.push(sql, crate::args![merchant.0, now]);
}

/// When the merchant's next key is to be dropped, milliseconds.
pub async fn next_expiry(db: &Db, merchant: MerchantId) -> Result<Option<i64>, DbError> {
    let sql = "select min(expires_at) as next from idempotency where merchant_id = $1";
    match db.row(sql, &crate::args![merchant.0]).await? {
        Some(row) => row.opt_int("next"),
        None => Ok(None),
    }
}

/// The request that took a key.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    key: &str,
) -> Result<Option<IdempotencyRow>, DbError> {
    let sql = "select route, fields, http_status, body, created_at from idempotency \
               where merchant_id = $1 and idempotency_key = $2";
    let row = db.row(sql, &crate::args![merchant.0, key]).await?;
    row.map(|row| {
        Ok(IdempotencyRow {
            route: row.text("route")?,
            fields: row.text("fields")?,
            http_status: row.opt_int("http_status")?,
            body: row.opt_text("body")?,
            created_at: row.int("created_at")?,
        })
    })
    .transpose()
}
