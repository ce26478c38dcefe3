//! What was said to a PG and what it answered, already redacted by the engine.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// A row of `exchanges`.
#[derive(Clone, Debug)]
pub struct ExchangeRow {
    /// Grows with time.
    pub id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// The payment.
    pub imp_uid: String,
    /// Milliseconds.
    pub at: i64,
    /// How long it took.
    pub elapsed_ms: i64,
    /// `register`, `approve`, `cancel`, ...
    pub operation: String,
    /// The PG's real URL.
    pub url: String,
    /// The body, redacted.
    pub request: String,
    /// The answer's status.
    pub http_status: Option<i64>,
    /// The answer, redacted and cut.
    pub response: Option<String>,
    /// Why there was no answer.
    pub error: Option<String>,
}

/// Adds an exchange.
pub fn insert(batch: &mut Batch, row: &ExchangeRow) {
    let sql = "insert into exchanges (id, merchant_id, imp_uid, at, elapsed_ms, operation, url, \
               request, http_status, response, error) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let args = crate::args![
        row.id,
        row.merchant_id,
        &row.imp_uid,
        row.at,
        row.elapsed_ms,
        &row.operation,
        &row.url,
        &row.request,
        row.http_status,
        row.response.clone(),
        row.error.clone(),
    ];
    batch.expect_one("exchange", sql, args);
}

/// All exchanges of a payment, oldest first.
pub async fn of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<ExchangeRow>, DbError> {
    let sql = "select id, merchant_id, imp_uid, at, elapsed_ms, operation, url, request, \
               http_status, response, error from exchanges \
               where merchant_id = $1 and imp_uid = $2 order by id";
    let rows = db.rows(sql, &crate::args![merchant.0, imp_uid]).await?;
    rows.iter()
        .map(|row| {
            Ok(ExchangeRow {
                id: row.int("id")?,
                merchant_id: row.int("merchant_id")?,
                imp_uid: row.text("imp_uid")?,
                at: row.int("at")?,
                elapsed_ms: row.int("elapsed_ms")?,
                operation: row.text("operation")?,
                url: row.text("url")?,
                request: row.text("request")?,
                http_status: row.opt_int("http_status")?,
                response: row.opt_text("response")?,
                error: row.opt_text("error")?,
            })
        })
        .collect()
}
