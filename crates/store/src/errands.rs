//! Errands: what a PG was asked to do that moves no money; asked, done or refused.

use crate::{Batch, Db, DbError, Row};
use domain::MerchantId;

/// A row of `errands`. Times are milliseconds. What was asked in full is not kept: it may be a
/// person's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrandRow {
    /// The number of the operation at the PG.
    pub errand_id: String,
    /// The owner.
    pub merchant_id: i64,
    /// The payment.
    pub imp_uid: String,
    /// What is asked: `ship`, `confirm`, ...
    pub kind: String,
    /// The product order it is about; empty for the whole payment.
    pub target: String,
    /// `asked`, `done` or `refused`.
    pub state: String,
    /// When it was asked.
    pub asked_at: i64,
    /// When its end was known.
    pub ended_at: Option<i64>,
    /// The PG's refusal.
    pub message: Option<String>,
    /// How often the PG was asked about it.
    pub settle_attempts: i64,
    /// The amount an open account shall have, minor units.
    pub amount: Option<i64>,
    /// The deadline an open account shall have.
    pub due_at: Option<i64>,
}

const COLUMNS: &str = "errand_id, merchant_id, imp_uid, kind, target, state, asked_at, ended_at, \
                       message, settle_attempts, amount, due_at";

fn read(row: &Row) -> Result<ErrandRow, DbError> {
    Ok(ErrandRow {
        errand_id: row.text("errand_id")?,
        merchant_id: row.int("merchant_id")?,
        imp_uid: row.text("imp_uid")?,
        kind: row.text("kind")?,
        target: row.text("target")?,
        state: row.text("state")?,
        asked_at: row.int("asked_at")?,
        ended_at: row.opt_int("ended_at")?,
        message: row.opt_text("message")?,
        settle_attempts: row.int("settle_attempts")?,
        amount: row.opt_int("amount")?,
        due_at: row.opt_int("due_at")?,
    })
}

/// Adds an errand that is about to be asked. Fails the batch with `errand open` if another one
/// about the same thing has no end yet.
pub fn insert(batch: &mut Batch, row: &ErrandRow) {
    let sql = "insert into errands (errand_id, merchant_id, imp_uid, kind, target, state, \
               asked_at, ended_at, message, settle_attempts, amount, due_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing";
    let args = crate::args![
        &row.errand_id,
        row.merchant_id,
        &row.imp_uid,
        &row.kind,
        &row.target,
        &row.state,
        row.asked_at,
        row.ended_at,
        row.message.clone(),
        row.settle_attempts,
        row.amount,
        row.due_at,
    ];
    batch.expect_one("errand open", sql, args);
}

/// Ends an errand that was asked: `done` or `refused`. One that ended before stays as it is.
pub fn finish(batch: &mut Batch, row: &ErrandRow) {
    let sql = "update errands set state = $3, ended_at = $4, message = $5 \
               where errand_id = $1 and merchant_id = $2 and state = 'asked'";
    let args = crate::args![
        &row.errand_id,
        row.merchant_id,
        &row.state,
        row.ended_at,
        row.message.clone(),
    ];
    batch.push(sql, args);
}

/// Counts one more question to the PG about an errand that has no end.
pub fn count_attempt(batch: &mut Batch, merchant: MerchantId, errand_id: &str) {
    let sql = "update errands set settle_attempts = settle_attempts + 1 \
               where errand_id = $1 and merchant_id = $2";
    batch.push(sql, crate::args![errand_id, merchant.0]);
}

/// The errand with this number.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    errand_id: &str,
) -> Result<Option<ErrandRow>, DbError> {
    let sql = format!("select {COLUMNS} from errands where errand_id = $1 and merchant_id = $2");
    db.row(&sql, &crate::args![errand_id, merchant.0]).await?.as_ref().map(read).transpose()
}

/// The errand about this thing that has no end yet, if there is one.
pub async fn open(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
    target: &str,
) -> Result<Option<ErrandRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from errands \
         where imp_uid = $1 and target = $2 and merchant_id = $3 and state = 'asked'"
    );
    let row = db.row(&sql, &crate::args![imp_uid, target, merchant.0]).await?;
    row.as_ref().map(read).transpose()
}

/// All errands of a payment, oldest first.
pub async fn of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<ErrandRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from errands where imp_uid = $1 and merchant_id = $2 \
         order by asked_at, errand_id"
    );
    db.rows(&sql, &crate::args![imp_uid, merchant.0]).await?.iter().map(read).collect()
}
