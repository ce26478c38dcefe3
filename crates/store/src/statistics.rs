//! Sums over payments for the console's home page.

use crate::{Db, DbError, Row};
use domain::MerchantId;

/// Payments that ended alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// PG code.
    pub pg: String,
    /// Pay method; empty if none was given.
    pub method: String,
    /// Inner state.
    pub state: String,
    /// Whether money ever arrived.
    pub was_paid: bool,
    /// ISO 4217.
    pub currency: String,
    /// How many.
    pub count: i64,
    /// Minor units asked for, together.
    pub amount: i64,
}

/// A day's sum of one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySum {
    /// Days since 1970-01-01 in KST.
    pub day: i64,
    /// ISO 4217.
    pub currency: String,
    /// Payments that were paid, whatever became of them later.
    pub count: i64,
    /// Minor units that were paid.
    pub amount: i64,
}

/// KST is nine hours ahead of UTC all year.
const KST_MS: i64 = 9 * 3_600_000;
const DAY_MS: i64 = 86_400_000;

/// The sum of what was asked for: a window that issues a billing key shows an amount, but charges
/// none.
const CHARGED: &str = "cast(sum(case when customer_uid_usage = 'issue' then 0 else amount end) \
                       as bigint)";

/// Payments requested from one moment to before another (milliseconds), by how they ended.
pub async fn tallies(
    db: &Db,
    merchant: MerchantId,
    mode: &str,
    (from, to): (i64, i64),
) -> Result<Vec<Tally>, DbError> {
    let sql = format!(
        "select pg, coalesce(pay_method, '') as method, state, \
               case when paid_at is null then 0 else 1 end as was_paid, currency, \
               count(*) as count, {CHARGED} as amount from payments \
               where merchant_id = $1 and mode = $2 and started_at >= $3 and started_at < $4 \
               group by pg, coalesce(pay_method, ''), state, \
               case when paid_at is null then 0 else 1 end, currency \
               order by pg, method, state, was_paid, currency"
    );
    let rows = db.scan(sql, crate::args![merchant.0, mode, from, to]).await?;
    rows.iter().map(tally).collect()
}

fn tally(row: &Row) -> Result<Tally, DbError> {
    Ok(Tally {
        pg: row.text("pg")?,
        method: row.text("method")?,
        state: row.text("state")?,
        was_paid: row.int("was_paid")? != 0,
        currency: row.text("currency")?,
        count: row.int("count")?,
        amount: row.int("amount")?,
    })
}

/// What was paid, by the KST day of the request and by currency, oldest first.
pub async fn days(
    db: &Db,
    merchant: MerchantId,
    mode: &str,
    (from, to): (i64, i64),
) -> Result<Vec<DaySum>, DbError> {
    let day = format!("(started_at + {KST_MS}) / {DAY_MS}");
    let sql = format!(
        "select {day} as day, currency, count(*) as count, {CHARGED} as amount \
         from payments where merchant_id = $1 and mode = $2 and started_at >= $3 \
         and started_at < $4 and paid_at is not null \
         group by {day}, currency order by day, currency"
    );
    let rows = db.scan(sql, crate::args![merchant.0, mode, from, to]).await?;
    rows.iter()
        .map(|row| {
            Ok(DaySum {
                day: row.int("day")?,
                currency: row.text("currency")?,
                count: row.int("count")?,
                amount: row.int("amount")?,
            })
        })
        .collect()
}

/// Whether the merchant ever had a payment.
pub async fn any(db: &Db, merchant: MerchantId) -> Result<bool, DbError> {
    let sql = "select imp_uid from payments where merchant_id = $1 limit 1";
    Ok(db.row(sql, &crate::args![merchant.0]).await?.is_some())
}

/// Webhooks made since the row number `since` that were tried and are not delivered, newest first.
pub async fn failing_webhooks(
    db: &Db,
    merchant: MerchantId,
    since: i64,
    limit: i64,
) -> Result<Vec<crate::webhooks::WebhookRow>, DbError> {
    let sql = "select * from webhooks where merchant_id = $1 and id >= $2 and attempts > 0 \
               and delivered_at is null order by id desc limit $3";
    let rows = db.scan(sql, crate::args![merchant.0, since, limit]).await?;
    rows.iter().map(crate::webhooks::WebhookRow::read).collect()
}
