//! Notices of PGs: each is acted on once, and all are kept.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// A row of `notices`.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    /// PG code.
    pub pg: String,
    /// What tells this notice from another about the same payment.
    pub notice_id: String,
    /// The owner.
    pub merchant_id: i64,
    /// The payment.
    pub imp_uid: String,
    /// Milliseconds.
    pub at: i64,
    /// All fields, redacted, JSON.
    pub fields: String,
    /// What was done with it.
    pub outcome: String,
}

/// Records a notice that is acted on in this batch. Fails it with `notice seen` if it was before.
pub fn insert(batch: &mut Batch, row: &NoticeRow) {
    let sql = "insert into notices (pg, notice_id, merchant_id, imp_uid, at, fields, outcome) \
               values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing";
    let args = crate::args![
        &row.pg,
        &row.notice_id,
        row.merchant_id,
        &row.imp_uid,
        row.at,
        &row.fields,
        &row.outcome,
    ];
    batch.expect_one("notice seen", sql, args);
}

/// All notices about a payment, oldest first.
pub async fn of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<NoticeRow>, DbError> {
    let sql = "select pg, notice_id, merchant_id, imp_uid, at, fields, outcome from notices \
               where merchant_id = $1 and imp_uid = $2 order by at";
    let rows = db.rows(sql, &crate::args![merchant.0, imp_uid]).await?;
    rows.iter()
        .map(|row| {
            Ok(NoticeRow {
                pg: row.text("pg")?,
                notice_id: row.text("notice_id")?,
                merchant_id: row.int("merchant_id")?,
                imp_uid: row.text("imp_uid")?,
                at: row.int("at")?,
                fields: row.text("fields")?,
                outcome: row.text("outcome")?,
            })
        })
        .collect()
}
