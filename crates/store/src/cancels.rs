//! Cancels: asked, done, refused, or left to a person.

use crate::{Batch, Db, DbError, Row};
use domain::MerchantId;

/// A row of `cancels`. Money is minor units, times milliseconds.
#[derive(Clone, Debug)]
pub struct CancelRow {
    /// 20 characters, also what the PG's transaction number is derived from.
    pub cancel_id: String,
    /// The owner.
    pub merchant_id: i64,
    /// The payment.
    pub imp_uid: String,
    /// `asked`, `done`, `refused` or `person`.
    pub state: String,
    /// What goes back.
    pub amount: i64,
    /// What could be cancelled before it.
    pub left_before: i64,
    /// When it was asked.
    pub asked_at: i64,
    /// When it was done.
    pub done_at: Option<i64>,
    /// Why; may be empty.
    pub reason: String,
    /// `api`, `console` or `job`.
    pub requester: String,
    /// Tax-free part.
    pub tax_free: Option<i64>,
    /// VAT.
    pub vat_amount: Option<i64>,
    /// 3-digit bank code of the refund account.
    pub refund_bank: Option<String>,
    /// Number of the refund account.
    pub refund_account: Option<String>,
    /// Holder of the refund account.
    pub refund_holder: Option<String>,
    /// Telephone of the holder.
    pub refund_tel: Option<String>,
    /// The PG's number of the cancel.
    pub pg_tid: Option<String>,
    /// The PG's refusal, or why a person must look.
    pub message: Option<String>,
    /// How often the PG was asked about it.
    pub settle_attempts: i64,
    /// Set if a webhook is wanted once it is done.
    pub webhook_at: Option<i64>,
    /// The product order it gives money back for and the step, JSON.
    pub item: Option<String>,
}

const COLUMNS: &str = "cancel_id, merchant_id, imp_uid, state, amount, left_before, asked_at, \
                       done_at, reason, requester, tax_free, vat_amount, refund_bank, \
                       refund_account, refund_holder, refund_tel, pg_tid, message, \
                       settle_attempts, webhook_at, item";

fn read(row: &Row) -> Result<CancelRow, DbError> {
    Ok(CancelRow {
        cancel_id: row.text("cancel_id")?,
        merchant_id: row.int("merchant_id")?,
        imp_uid: row.text("imp_uid")?,
        state: row.text("state")?,
        amount: row.int("amount")?,
        left_before: row.int("left_before")?,
        asked_at: row.int("asked_at")?,
        done_at: row.opt_int("done_at")?,
        reason: row.text("reason")?,
        requester: row.text("requester")?,
        tax_free: row.opt_int("tax_free")?,
        vat_amount: row.opt_int("vat_amount")?,
        refund_bank: row.opt_text("refund_bank")?,
        refund_account: row.opt_text("refund_account")?,
        refund_holder: row.opt_text("refund_holder")?,
        refund_tel: row.opt_text("refund_tel")?,
        pg_tid: row.opt_text("pg_tid")?,
        message: row.opt_text("message")?,
        settle_attempts: row.int("settle_attempts")?,
        webhook_at: row.opt_int("webhook_at")?,
        item: row.opt_text("item")?,
    })
}

/// Adds a cancel that is about to be asked.
pub fn insert(batch: &mut Batch, row: &CancelRow) {
    let sql = "insert into cancels (cancel_id, merchant_id, imp_uid, state, amount, left_before, \
               asked_at, done_at, reason, requester, tax_free, vat_amount, refund_bank, \
               refund_account, refund_holder, refund_tel, pg_tid, message, settle_attempts, \
               webhook_at, item) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
               $14, $15, $16, $17, $18, $19, $20, $21)";
    let args = crate::args![
        &row.cancel_id,
        row.merchant_id,
        &row.imp_uid,
        &row.state,
        row.amount,
        row.left_before,
        row.asked_at,
        row.done_at,
        &row.reason,
        &row.requester,
        row.tax_free,
        row.vat_amount,
        row.refund_bank.clone(),
        row.refund_account.clone(),
        row.refund_holder.clone(),
        row.refund_tel.clone(),
        row.pg_tid.clone(),
        row.message.clone(),
        row.settle_attempts,
        row.webhook_at,
        row.item.clone(),
    ];
    batch.expect_one("cancel", sql, args);
}

/// Ends a cancel that was asked: `done`, `refused` or `person`.
pub fn finish(batch: &mut Batch, row: &CancelRow) {
    let sql = "update cancels set state = $3, done_at = $4, pg_tid = $5, message = $6 \
               where cancel_id = $1 and merchant_id = $2 and state in ('asked', 'person')";
    let args = crate::args![
        &row.cancel_id,
        row.merchant_id,
        &row.state,
        row.done_at,
        row.pg_tid.clone(),
        row.message.clone(),
    ];
    batch.expect_one("cancel settled before", sql, args);
}

/// Counts one more question to the PG about a cancel that is not settled.
pub fn count_attempt(batch: &mut Batch, merchant: MerchantId, cancel_id: &str) {
    let sql = "update cancels set settle_attempts = settle_attempts + 1 \
               where cancel_id = $1 and merchant_id = $2";
    batch.push(sql, crate::args![cancel_id, merchant.0]);
}

/// All cancels of a payment, oldest first.
pub async fn of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<CancelRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from cancels where imp_uid = $1 and merchant_id = $2 \
         order by asked_at, cancel_id"
    );
    db.rows(&sql, &crate::args![imp_uid, merchant.0]).await?.iter().map(read).collect()
}

/// The cancel of a payment that is not settled, if there is one.
pub async fn open_of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Option<CancelRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from cancels \
         where imp_uid = $1 and merchant_id = $2 and state in ('asked', 'person')"
    );
    db.row(&sql, &crate::args![imp_uid, merchant.0]).await?.as_ref().map(read).transpose()
}
