//! What happened to a payment, one row per version, and who may be approved for an order.

use crate::{Batch, Db, DbError};
use domain::MerchantId;

/// A row of `payment_events`.
#[derive(Clone, Debug)]
pub struct EventRow {
    /// The payment.
    pub imp_uid: String,
    /// The version this event led to.
    pub version: i64,
    /// The owner.
    pub merchant_id: i64,
    /// Milliseconds.
    pub at: i64,
    /// `page`, `pg`, `notice`, `api`, `console` or `job`.
    pub actor: String,
    /// The event's name.
    pub event: String,
    /// The state it led to.
    pub state: String,
    /// JSON with what else is worth knowing; no secrets.
    pub detail: String,
}

/// Adds an event.
pub fn insert(batch: &mut Batch, row: &EventRow) {
    let sql = "insert into payment_events (imp_uid, version, merchant_id, at, actor, event, \
               state, detail) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    let args = crate::args![
        &row.imp_uid,
        row.version,
        row.merchant_id,
        row.at,
        &row.actor,
        &row.event,
        &row.state,
        &row.detail,
    ];
    batch.expect_one("event", sql, args);
}

/// All events of a payment, oldest first.
pub async fn of_payment(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<EventRow>, DbError> {
    let sql = "select imp_uid, version, merchant_id, at, actor, event, state, detail \
               from payment_events where imp_uid = $1 and merchant_id = $2 order by version";
    let rows = db.rows(sql, &crate::args![imp_uid, merchant.0]).await?;
    rows.iter()
        .map(|row| {
            Ok(EventRow {
                imp_uid: row.text("imp_uid")?,
                version: row.int("version")?,
                merchant_id: row.int("merchant_id")?,
                at: row.int("at")?,
                actor: row.text("actor")?,
                event: row.text("event")?,
                state: row.text("state")?,
                detail: row.text("detail")?,
            })
        })
        .collect()
}

/// Takes the order for this attempt. Fails the batch with `order taken` if another attempt has it;
/// taking it twice for the same attempt is fine.
pub fn claim_order(batch: &mut Batch, merchant: MerchantId, merchant_uid: &str, imp_uid: &str) {
    let sql = "insert into order_claims (merchant_id, merchant_uid, imp_uid) values ($1, $2, $3) \
               on conflict (merchant_id, merchant_uid) do update set imp_uid = excluded.imp_uid \
               where order_claims.imp_uid = excluded.imp_uid";
    batch.expect_one("order taken", sql, crate::args![merchant.0, merchant_uid, imp_uid]);
}

/// Takes the order for this attempt if no attempt has it.
pub fn claim_free_order(
    batch: &mut Batch,
    merchant: MerchantId,
    merchant_uid: &str,
    imp_uid: &str,
) {
    let sql = "insert into order_claims (merchant_id, merchant_uid, imp_uid) values ($1, $2, $3) \
               on conflict (merchant_id, merchant_uid) do nothing";
    batch.push(sql, crate::args![merchant.0, merchant_uid, imp_uid]);
}

/// Gives the order back after a failed attempt.
pub fn release_order(batch: &mut Batch, merchant: MerchantId, merchant_uid: &str, imp_uid: &str) {
    let sql = "delete from order_claims \
               where merchant_id = $1 and merchant_uid = $2 and imp_uid = $3";
    batch.push(sql, crate::args![merchant.0, merchant_uid, imp_uid]);
}

/// The attempt that holds an order.
pub async fn order_holder(
    db: &Db,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<Option<String>, DbError> {
    let sql = "select imp_uid from order_claims where merchant_id = $1 and merchant_uid = $2";
    let row = db.row(sql, &crate::args![merchant.0, merchant_uid]).await?;
    row.map(|row| row.text("imp_uid")).transpose()
}
