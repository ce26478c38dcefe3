//! Webhooks: what a merchant's server is to be told, and each attempt to tell it.

use crate::{Batch, Db, DbError, Row, args};
use domain::{MerchantId, Millis};

/// A row of `webhooks`. Times are of the merchant's clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its number; later ones are larger.
    pub id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// The payment it tells of.
    pub imp_uid: String,
    /// Its order number.
    pub merchant_uid: String,
    /// V1's word: `ready`, `paid`, `cancelled` or `failed`.
    pub status: String,
    /// Of cancels only.
    pub cancellation_id: Option<String>,
    /// Of one with a name of its own: JSON `{"event", "extra"}`.
    pub event: Option<String>,
    /// Where it goes, fixed for good.
    pub url: String,
    /// `json` or `form`.
    pub format: String,
    /// When it was wanted.
    pub created_at: Millis,
    /// How often it was sent.
    pub attempts: i64,
    /// The receiver took it.
    pub delivered_at: Option<Millis>,
    /// It is not tried any more.
    pub gave_up_at: Option<Millis>,
}

/// A row of `webhook_attempts`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    /// Of which webhook.
    pub webhook_id: i64,
    /// From 1.
    pub attempt: i64,
    /// The owner.
    pub merchant_id: i64,
    /// By the merchant's clock.
    pub at: Millis,
    /// How long it took, milliseconds.
    pub elapsed_ms: i64,
    /// The answer's HTTP status; `None` if there was no answer.
    pub http_status: Option<i64>,
    /// The beginning of the answer.
    pub response: Option<String>,
    /// Why there was no answer.
    pub error: Option<String>,
}

impl WebhookRow {
    pub(crate) fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.int("id")?,
            merchant_id: row.int("merchant_id")?,
            imp_uid: row.text("imp_uid")?,
            merchant_uid: row.text("merchant_uid")?,
            status: row.text("status")?,
            cancellation_id: row.opt_text("cancellation_id")?,
            event: row.opt_text("event")?,
            url: row.text("url")?,
            format: row.text("format")?,
            created_at: Millis(row.int("created_at")?),
            attempts: row.int("attempts")?,
            delivered_at: row.opt_int("delivered_at")?.map(Millis),
            gave_up_at: row.opt_int("gave_up_at")?.map(Millis),
        })
    }
}

impl AttemptRow {
    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            webhook_id: row.int("webhook_id")?,
            attempt: row.int("attempt")?,
            merchant_id: row.int("merchant_id")?,
            at: Millis(row.int("at")?),
            elapsed_ms: row.int("elapsed_ms")?,
            http_status: row.opt_int("http_status")?,
            response: row.opt_text("response")?,
            error: row.opt_text("error")?,
        })
    }
}

/// Adds a webhook that was not sent yet.
pub fn insert(batch: &mut Batch, row: &WebhookRow) {
    batch.push(
        "insert into webhooks (id, merchant_id, imp_uid, merchant_uid, status, cancellation_id,
             url, format, created_at, event, attempts)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)",
        args![
            row.id,
            row.merchant_id,
            &row.imp_uid,
            &row.merchant_uid,
            &row.status,
            row.cancellation_id.clone(),
            &row.url,
            &row.format,
            row.created_at.0,
            row.event.clone(),
        ],
    );
}

/// Writes down an attempt and how the webhook stands after it (`row.attempts` is the number of
/// the attempt). Fails the batch with `attempt known` if that attempt was written down already.
pub fn record(batch: &mut Batch, row: &WebhookRow, attempt: &AttemptRow) {
    batch.expect_one(
        "attempt known",
        "update webhooks set attempts = $3, delivered_at = $4, gave_up_at = $5
         where id = $1 and merchant_id = $2 and attempts = $3 - 1",
        args![
            row.id,
            row.merchant_id,
            row.attempts,
            row.delivered_at.map(|at| at.0),
            row.gave_up_at.map(|at| at.0),
        ],
    );
    batch.push(
        "insert into webhook_attempts (webhook_id, attempt, merchant_id, at, elapsed_ms,
             http_status, response, error)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![
            attempt.webhook_id,
            attempt.attempt,
            attempt.merchant_id,
            attempt.at.0,
            attempt.elapsed_ms,
            attempt.http_status,
            attempt.response.clone(),
            attempt.error.clone(),
        ],
    );
}

/// Makes a webhook one that is still to be delivered, whatever became of it.
pub fn reopen(batch: &mut Batch, merchant: MerchantId, id: i64) {
    batch.expect_one(
        "webhook gone",
        "update webhooks set delivered_at = null, gave_up_at = null
         where id = $1 and merchant_id = $2",
        args![id, merchant.0],
    );
}

/// The merchant's webhook with this number.
pub async fn find(db: &Db, merchant: MerchantId, id: i64) -> Result<Option<WebhookRow>, DbError> {
    let sql = "select * from webhooks where id = $1 and merchant_id = $2";
    db.row(sql, &args![id, merchant.0]).await?.as_ref().map(WebhookRow::read).transpose()
}

/// Webhooks of a payment, oldest first.
pub async fn of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<WebhookRow>, DbError> {
    let sql = "select * from webhooks where merchant_id = $1 and imp_uid = $2 order by id";
    db.rows(sql, &args![merchant.0, imp_uid]).await?.iter().map(WebhookRow::read).collect()
}

/// The newest webhooks numbered below `before` (`i64::MAX` to start), newest first.
pub async fn recent(
    db: &Db,
    merchant: MerchantId,
    before: i64,
    limit: i64,
) -> Result<Vec<WebhookRow>, DbError> {
    let sql = "select * from webhooks where merchant_id = $1 and id < $2 order by id desc limit $3";
    let rows = db.rows(sql, &args![merchant.0, before, limit]).await?;
    rows.iter().map(WebhookRow::read).collect()
}

/// Attempts of a webhook in their order.
pub async fn attempts(
    db: &Db,
    merchant: MerchantId,
    webhook_id: i64,
) -> Result<Vec<AttemptRow>, DbError> {
    let sql = "select * from webhook_attempts where webhook_id = $1 and merchant_id = $2
        order by attempt";
    db.rows(sql, &args![webhook_id, merchant.0]).await?.iter().map(AttemptRow::read).collect()
}
