//! Cash receipts. Whom one is for is not here: the kind of number and its last digits only.

use crate::{Arg, Batch, Db, DbError, Row};
use domain::{MerchantId, Millis};

/// A row of `cash_receipts`. Money is minor units, times milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashReceiptRow {
    /// Our number of it: the PG's order number.
    pub receipt_id: String,
    /// The owner.
    pub merchant_id: i64,
    /// The channel whose PG issues it.
    pub channel_id: i64,
    /// PG code.
    pub pg: String,
    /// `test` or `live`.
    pub mode: String,
    /// The payment; `None` for a sale made elsewhere.
    pub imp_uid: Option<String>,
    /// The merchant's order number.
    pub merchant_uid: String,
    /// `issuing`, `issued`, `revoking`, `revoked` or `failed`.
    pub state: String,
    /// `person` or `company`.
    pub purpose: String,
    /// What kind of number names the buyer.
    pub id_kind: String,
    /// Its last four digits.
    pub id_tail: String,
    /// Order name.
    pub name: Option<String>,
    /// The whole.
    pub amount: i64,
    /// The part without VAT.
    pub tax_free: i64,
    /// The VAT in it.
    pub vat: i64,
    /// When it was asked for.
    pub asked_at: i64,
    /// The PG's number.
    pub receipt_tid: Option<String>,
    /// The tax office's number.
    pub apply_num: Option<String>,
    /// When it was issued.
    pub issued_at: Option<i64>,
    /// When it was to be taken back.
    pub revoke_asked_at: Option<i64>,
    /// The PG's number of taking it back.
    pub revoke_tid: Option<String>,
    /// When it was taken back.
    pub revoked_at: Option<i64>,
    /// Why it failed, or could not be taken back.
    pub message: Option<String>,
    /// Of the PG call under way.
    pub operation_id: String,
    /// How often the PG was asked about that call.
    pub settle_attempts: i64,
    /// Grows by one with each change.
    pub version: i64,
}

const COLUMNS: &[&str] = &[
    "receipt_id",
    "merchant_id",
    "channel_id",
    "pg",
    "mode",
    "imp_uid",
    "merchant_uid",
    "state",
    "purpose",
    "id_kind",
    "id_tail",
    "name",
    "amount",
    "tax_free",
    "vat",
    "asked_at",
    "receipt_tid",
    "apply_num",
    "issued_at",
    "revoke_asked_at",
    "revoke_tid",
    "revoked_at",
    "message",
    "operation_id",
    "settle_attempts",
    "version",
];

/// States in which another receipt of the same sale must not come into being.
const LIVE: &str = "('issuing', 'issued', 'revoking')";

fn read(row: &Row) -> Result<CashReceiptRow, DbError> {
    Ok(CashReceiptRow {
        receipt_id: row.text("receipt_id")?,
        merchant_id: row.int("merchant_id")?,
        channel_id: row.int("channel_id")?,
        pg: row.text("pg")?,
        mode: row.text("mode")?,
        imp_uid: row.opt_text("imp_uid")?,
        merchant_uid: row.text("merchant_uid")?,
        state: row.text("state")?,
        purpose: row.text("purpose")?,
        id_kind: row.text("id_kind")?,
        id_tail: row.text("id_tail")?,
        name: row.opt_text("name")?,
        amount: row.int("amount")?,
        tax_free: row.int("tax_free")?,
        vat: row.int("vat")?,
        asked_at: row.int("asked_at")?,
        receipt_tid: row.opt_text("receipt_tid")?,
        apply_num: row.opt_text("apply_num")?,
        issued_at: row.opt_int("issued_at")?,
        revoke_asked_at: row.opt_int("revoke_asked_at")?,
        revoke_tid: row.opt_text("revoke_tid")?,
        revoked_at: row.opt_int("revoked_at")?,
        message: row.opt_text("message")?,
        operation_id: row.text("operation_id")?,
        settle_attempts: row.int("settle_attempts")?,
        version: row.int("version")?,
    })
}

fn args(row: &CashReceiptRow) -> Vec<Arg> {
    crate::args![
        &row.receipt_id,
        row.merchant_id,
        row.channel_id,
        &row.pg,
        &row.mode,
        row.imp_uid.clone(),
        &row.merchant_uid,
        &row.state,
        &row.purpose,
        &row.id_kind,
        &row.id_tail,
        row.name.clone(),
        row.amount,
        row.tax_free,
        row.vat,
        row.asked_at,
        row.receipt_tid.clone(),
        row.apply_num.clone(),
        row.issued_at,
        row.revoke_asked_at,
        row.revoke_tid.clone(),
        row.revoked_at,
        row.message.clone(),
        &row.operation_id,
        row.settle_attempts,
        row.version,
    ]
}

/// Writes a receipt about to be asked for. Fails the batch with `receipt taken` if the sale has
/// one already.
pub fn insert(batch: &mut Batch, row: &CashReceiptRow) {
    let marks: Vec<String> = (1..=COLUMNS.len()).map(|number| format!("${number}")).collect();
    let sql = format!(
        "insert into cash_receipts ({}) values ({}) on conflict do nothing",
        COLUMNS.join(", "),
        marks.join(", ")
    );
    batch.expect_one("receipt taken", sql, args(row));
}

/// Writes a receipt whose version was one less. Fails the batch with `receipt changed` otherwise.
pub fn update(batch: &mut Batch, row: &CashReceiptRow) {
    let sets = COLUMNS.iter().enumerate().skip(1);
    let sets: Vec<String> = sets.map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
    let sql = format!(
        "update cash_receipts set {} where receipt_id = $1 and version = ${} - 1",
        sets.join(", "),
        COLUMNS.len()
    );
    batch.expect_one("receipt changed", sql, args(row));
}

/// Queues a job for a payment if it has a receipt that stands, or might.
pub fn enqueue_if_live(
    batch: &mut Batch,
    merchant: MerchantId,
    kind: &str,
    imp_uid: &str,
    run_at: Millis,
) {
    let sql = format!(
        "insert into jobs (id, merchant_id, kind, run_at, attempts) \
         select $1, $2, $3, $4, 0 from cash_receipts \
         where merchant_id = $2 and imp_uid = $5 and state in {LIVE} \
         on conflict (id) do nothing"
    );
    let id = format!("{kind}:{imp_uid}");
    batch.push(sql, crate::args![id, merchant.0, kind, run_at.0, imp_uid]);
}

async fn one(db: &Db, tail: &str, args: Vec<Arg>) -> Result<Option<CashReceiptRow>, DbError> {
    let sql = format!("select {} from cash_receipts where {tail}", COLUMNS.join(", "));
    db.row(&sql, &args).await?.as_ref().map(read).transpose()
}

/// The receipt with this number, whoever owns it: for links and jobs.
pub async fn find_any(db: &Db, receipt_id: &str) -> Result<Option<CashReceiptRow>, DbError> {
    one(db, "receipt_id = $1", crate::args![receipt_id]).await
}

/// The receipt of a payment that stands, or might.
pub async fn live_of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Option<CashReceiptRow>, DbError> {
    let tail = format!("merchant_id = $1 and imp_uid = $2 and state in {LIVE}");
    one(db, &tail, crate::args![merchant.0, imp_uid]).await
}

/// The receipt of a sale made elsewhere that stands, or might.
pub async fn live_elsewhere(
    db: &Db,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<Option<CashReceiptRow>, DbError> {
    let tail =
        format!("merchant_id = $1 and imp_uid is null and merchant_uid = $2 and state in {LIVE}");
    one(db, &tail, crate::args![merchant.0, merchant_uid]).await
}

/// The newest receipt of a payment that was ever issued.
pub async fn newest_of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Option<CashReceiptRow>, DbError> {
    let tail = "merchant_id = $1 and imp_uid = $2 and issued_at is not null \
                order by asked_at desc, receipt_id desc limit 1";
    one(db, tail, crate::args![merchant.0, imp_uid]).await
}

/// The newest receipt of a sale made elsewhere that was ever issued.
pub async fn newest_elsewhere(
    db: &Db,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<Option<CashReceiptRow>, DbError> {
    let tail = "merchant_id = $1 and imp_uid is null and merchant_uid = $2 \
                and issued_at is not null order by asked_at desc, receipt_id desc limit 1";
    one(db, tail, crate::args![merchant.0, merchant_uid]).await
}
