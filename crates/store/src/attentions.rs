//! What a machine cannot decide and a person must look at.

use crate::{Batch, Db, DbError, Row};
use domain::MerchantId;

/// A row of `attentions`.
#[derive(Clone, Debug)]
pub struct AttentionRow {
    /// kind:key, so that the same thing is raised once.
    pub id: String,
    /// The owner.
    pub merchant_id: i64,
    /// The payment.
    pub imp_uid: String,
    /// Milliseconds.
    pub at: i64,
    /// `deposit_after_cancel`, `money_after_failure`, `cancel_unknown`, ...
    pub kind: String,
    /// In words, for the person.
    pub detail: String,
    /// When somebody dealt with it.
    pub resolved_at: Option<i64>,
    /// Who.
    pub resolved_by: Option<String>,
}

const COLUMNS: &str = "id, merchant_id, imp_uid, at, kind, detail, resolved_at, resolved_by";

fn read(row: &Row) -> Result<AttentionRow, DbError> {
    Ok(AttentionRow {
        id: row.text("id")?,
        merchant_id: row.int("merchant_id")?,
        imp_uid: row.text("imp_uid")?,
        at: row.int("at")?,
        kind: row.text("kind")?,
        detail: row.text("detail")?,
        resolved_at: row.opt_int("resolved_at")?,
        resolved_by: row.opt_text("resolved_by")?,
    })
}

/// Raises it, once.
pub fn raise(batch: &mut Batch, row: &AttentionRow) {
    let sql = "insert into attentions (id, merchant_id, imp_uid, at, kind, detail) \
               values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing";
    let args =
        crate::args![&row.id, row.merchant_id, &row.imp_uid, row.at, &row.kind, &row.detail,];
    batch.push(sql, args);
}

/// Marks it as dealt with. Fails the batch with `no such attention` if it is not open.
pub fn resolve(batch: &mut Batch, merchant: MerchantId, id: &str, by: &str, at: i64) {
    let sql = "update attentions set resolved_at = $3, resolved_by = $4 \
               where id = $1 and merchant_id = $2 and resolved_at is null";
    batch.expect_one("no such attention", sql, crate::args![id, merchant.0, at, by]);
}

/// Closes those of these kinds about a payment: how it ended is known. `by` is who found out.
pub fn close(
    batch: &mut Batch,
    merchant: MerchantId,
    imp_uid: &str,
    kind: &str,
    (by, at): (&str, i64),
) {
    let sql = "update attentions set resolved_at = $4, resolved_by = $5 \
               where merchant_id = $1 and imp_uid = $2 and kind = $3 and resolved_at is null";
    batch.push(sql, crate::args![merchant.0, imp_uid, kind, at, by]);
}

/// Closes one, if it is open.
pub fn close_one(batch: &mut Batch, merchant: MerchantId, id: &str, by: &str, at: i64) {
    let sql = "update attentions set resolved_at = $3, resolved_by = $4 \
               where id = $1 and merchant_id = $2 and resolved_at is null";
    batch.push(sql, crate::args![id, merchant.0, at, by]);
}

/// How many are open.
pub async fn count_open(db: &Db, merchant: MerchantId) -> Result<i64, DbError> {
    let sql = "select count(*) as n from attentions where merchant_id = $1 and resolved_at is null";
    let row = db.row(sql, &crate::args![merchant.0]).await?;
    row.map_or(Ok(0), |row| row.int("n"))
}

/// The open one with this id.
pub async fn find_open(
    db: &Db,
    merchant: MerchantId,
    id: &str,
) -> Result<Option<AttentionRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from attentions \
         where id = $1 and merchant_id = $2 and resolved_at is null"
    );
    db.row(&sql, &crate::args![id, merchant.0]).await?.as_ref().map(read).transpose()
}

/// Those somebody dealt with, newest first, at most `limit`.
pub async fn resolved(
    db: &Db,
    merchant: MerchantId,
    limit: i64,
) -> Result<Vec<AttentionRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from attentions where merchant_id = $1 and resolved_at is not null \
         order by resolved_at desc limit $2"
    );
    db.rows(&sql, &crate::args![merchant.0, limit]).await?.iter().map(read).collect()
}

/// Whether somebody dealt with it; false if it was never raised.
pub async fn is_resolved(db: &Db, merchant: MerchantId, id: &str) -> Result<bool, DbError> {
    let sql = "select id from attentions \
               where id = $1 and merchant_id = $2 and resolved_at is not null";
    Ok(db.row(sql, &crate::args![id, merchant.0]).await?.is_some())
}

/// What is open, newest first, at most `limit`.
pub async fn open(db: &Db, merchant: MerchantId, limit: i64) -> Result<Vec<AttentionRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from attentions where merchant_id = $1 and resolved_at is null \
         order by at desc, id limit $2"
    );
    db.rows(&sql, &crate::args![merchant.0, limit]).await?.iter().map(read).collect()
}
