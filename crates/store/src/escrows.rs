//! Deliveries of escrow payments. Names and addresses are here only while the PG is being asked,
//! and sealed.

use crate::{Batch, Db, DbError, Row};
use domain::MerchantId;

/// A row of `escrow_deliveries`. Times are milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EscrowRow {
    /// The owner.
    pub merchant_id: i64,
    /// The payment.
    pub imp_uid: String,
    /// V1's code of the courier, once registered.
    pub company: Option<String>,
    /// The parcel's number, once registered.
    pub invoice: Option<String>,
    /// When it was sent, once registered.
    pub sent_at: Option<i64>,
    /// When it was registered or changed last.
    pub applied_at: Option<i64>,
    /// What the PG is being asked for, sealed.
    pub asking: Option<String>,
    /// When it was asked for.
    pub asked_at: i64,
    /// Of that call.
    pub operation_id: String,
    /// How often it was asked how that call ended.
    pub settle_attempts: i64,
    /// The PG's refusal, or why a person must look.
    pub message: Option<String>,
    /// V1's code of what became of it.
    pub escrow_status: Option<String>,
    /// Grows by one with each change.
    pub version: i64,
}

fn read(row: &Row) -> Result<EscrowRow, DbError> {
    Ok(EscrowRow {
        merchant_id: row.int("merchant_id")?,
        imp_uid: row.text("imp_uid")?,
        company: row.opt_text("company")?,
        invoice: row.opt_text("invoice")?,
        sent_at: row.opt_int("sent_at")?,
        applied_at: row.opt_int("applied_at")?,
        asking: row.opt_text("asking")?,
        asked_at: row.int("asked_at")?,
        operation_id: row.text("operation_id")?,
        settle_attempts: row.int("settle_attempts")?,
        message: row.opt_text("message")?,
        escrow_status: row.opt_text("escrow_status")?,
        version: row.int("version")?,
    })
}

/// Writes a delivery, new (version 1) or whose version was one less. Fails the batch with `escrow
/// changed` otherwise.
pub fn put(batch: &mut Batch, row: &EscrowRow) {
    let sql = "insert into escrow_deliveries (merchant_id, imp_uid, company, invoice, sent_at, \
               applied_at, asking, asked_at, operation_id, settle_attempts, message, \
               escrow_status, version) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
               on conflict (merchant_id, imp_uid) do update set company = excluded.company, \
               invoice = excluded.invoice, sent_at = excluded.sent_at, \
               applied_at = excluded.applied_at, asking = excluded.asking, \
               asked_at = excluded.asked_at, operation_id = excluded.operation_id, \
               settle_attempts = excluded.settle_attempts, message = excluded.message, \
               escrow_status = excluded.escrow_status, version = excluded.version \
               where escrow_deliveries.version = excluded.version - 1 returning version";
    let args = crate::args![
        row.merchant_id,
        &row.imp_uid,
        row.company.clone(),
        row.invoice.clone(),
        row.sent_at,
        row.applied_at,
        row.asking.clone(),
        row.asked_at,
        &row.operation_id,
        row.settle_attempts,
        row.message.clone(),
        row.escrow_status.clone(),
        row.version,
    ];
    batch.expect_one("escrow changed", sql, args);
}

/// The delivery of a payment.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Option<EscrowRow>, DbError> {
    let sql = "select * from escrow_deliveries where merchant_id = $1 and imp_uid = $2";
    db.row(sql, &crate::args![merchant.0, imp_uid]).await?.as_ref().map(read).transpose()
}
