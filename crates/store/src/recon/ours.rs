//! What our books hold of a channel: payments and cancels with only what a comparison needs.

use crate::{Arg, Db, DbError, Row, args};
use domain::MerchantId;

/// A payment with one of its cancels, or without. Money is minor units, times milliseconds.
#[derive(Clone, Debug)]
pub struct HeldRow {
    /// Our number of the payment.
    pub imp_uid: String,
    /// Its channel.
    pub channel_id: i64,
    /// PG code.
    pub pg: String,
    /// MID.
    pub mid: String,
    /// ISO 4217.
    pub currency: String,
    /// Inner state.
    pub state: String,
    /// What was asked for.
    pub amount: i64,
    /// `issue` for a window that issued a billing key.
    pub usage: String,
    /// The PG's number of the approval.
    pub tid: String,
    /// When money came in.
    pub paid_at: Option<i64>,
    /// When the PG was asked.
    pub approving_at: Option<i64>,
    /// The cancel's number, if this row is one.
    pub cancel_id: Option<String>,
    /// `asked`, `done`, `refused` or `person`.
    pub cancel_state: String,
    /// What it gave back.
    pub cancel_amount: i64,
    /// The PG's number of it.
    pub cancel_tid: String,
    /// When it was asked for.
    pub cancel_asked_at: i64,
    /// When it was done.
    pub cancel_done_at: Option<i64>,
}

const COLUMNS: &str = "p.imp_uid, p.channel_id, p.pg, p.pg_id, p.currency, p.state, p.amount, \
     coalesce(p.customer_uid_usage, '') as used_as, coalesce(p.pg_tid, '') as tid, p.paid_at, \
     p.approving_at, c.cancel_id, coalesce(c.state, '') as cancel_state, \
     coalesce(c.amount, 0) as cancel_amount, coalesce(c.pg_tid, '') as cancel_tid, \
     coalesce(c.asked_at, 0) as cancel_asked_at, c.done_at";

const FROM: &str = "from payments p left join cancels c on c.imp_uid = p.imp_uid";

fn read(row: &Row) -> Result<HeldRow, DbError> {
    Ok(HeldRow {
        imp_uid: row.text("imp_uid")?,
        channel_id: row.int("channel_id")?,
        pg: row.text("pg")?,
        mid: row.text("pg_id")?,
        currency: row.text("currency")?,
        state: row.text("state")?,
        amount: row.int("amount")?,
        usage: row.text("used_as")?,
        tid: row.text("tid")?,
        paid_at: row.opt_int("paid_at")?,
        approving_at: row.opt_int("approving_at")?,
        cancel_id: row.opt_text("cancel_id")?,
        cancel_state: row.text("cancel_state")?,
        cancel_amount: row.int("cancel_amount")?,
        cancel_tid: row.text("cancel_tid")?,
        cancel_asked_at: row.int("cancel_asked_at")?,
        cancel_done_at: row.opt_int("done_at")?,
    })
}

async fn scan(db: &Db, tail: &str, args: Vec<Arg>) -> Result<Vec<HeldRow>, DbError> {
    let sql = format!("select {COLUMNS} {FROM} {tail} order by p.imp_uid, c.asked_at, c.cancel_id");
    db.scan(sql, args).await?.iter().map(read).collect()
}

/// Payments of a channel that were paid, or of which something was given back, from one moment to
/// before another; each with all its cancels.
pub async fn held_between(
    db: &Db,
    merchant: MerchantId,
    channel: i64,
    (from, to): (i64, i64),
) -> Result<Vec<HeldRow>, DbError> {
    let tail = "where p.merchant_id = $1 and p.channel_id = $2 \
                and p.paid_at >= $3 and p.paid_at < $4";
    let mut rows = scan(db, tail, args![merchant.0, channel, from, to]).await?;
    let tail = "where p.imp_uid in (select imp_uid from cancels where merchant_id = $1 \
                and done_at >= $3 and done_at < $4) and p.merchant_id = $1 and p.channel_id = $2 \
                and (p.paid_at < $3 or p.paid_at >= $4)";
    rows.extend(scan(db, tail, args![merchant.0, channel, from, to]).await?);
    Ok(rows)
}

/// Payments of a channel whose approval or cancel was asked for in this time and has no end.
pub async fn open_between(
    db: &Db,
    merchant: MerchantId,
    channel: i64,
    (from, to): (i64, i64),
) -> Result<Vec<HeldRow>, DbError> {
    let tail = "where p.merchant_id = $1 and p.channel_id = $2 and p.status = 'ready' \
                and p.state in ('approving', 'unknown') \
                and p.approving_at >= $3 and p.approving_at < $4";
    let mut rows = scan(db, tail, args![merchant.0, channel, from, to]).await?;
    let tail = "where p.merchant_id = $1 and p.channel_id = $2 \
                and p.status in ('paid', 'cancelled') and p.pending_cancel > 0 \
                and p.imp_uid in (select imp_uid from cancels where merchant_id = $1 \
                and state in ('asked', 'person') and asked_at >= $3 and asked_at < $4)";
    rows.extend(scan(db, tail, args![merchant.0, channel, from, to]).await?);
    Ok(rows)
}

/// The payments with these numbers, whichever channel they went through, with all their cancels.
pub async fn held_named(
    db: &Db,
    merchant: MerchantId,
    imp_uids: &[String],
) -> Result<Vec<HeldRow>, DbError> {
    let mut rows = Vec::new();
    for some in imp_uids.chunks(CHUNK) {
        let (marks, args) = list(merchant, some);
        let tail = format!("where p.merchant_id = $1 and p.imp_uid in ({marks})");
        rows.extend(scan(db, &tail, args).await?);
    }
    Ok(rows)
}

/// The payments of these transaction numbers of PGs, approvals' and cancels'.
pub async fn named_tid(
    db: &Db,
    merchant: MerchantId,
    tids: &[String],
) -> Result<Vec<String>, DbError> {
    let mut found = Vec::new();
    for some in tids.chunks(CHUNK) {
        let (marks, args) = list(merchant, some);
        let sql =
            format!("select imp_uid from payments where merchant_id = $1 and pg_tid in ({marks})");
        for row in db.scan(sql, args).await? {
            found.push(row.text("imp_uid")?);
        }
    }
    Ok(found)
}

/// How many values one statement names.
const CHUNK: usize = 400;

fn list(merchant: MerchantId, values: &[String]) -> (String, Vec<Arg>) {
    let marks: Vec<String> = (2..values.len() + 2).map(|number| format!("${number}")).collect();
    let mut args = args![merchant.0];
    args.extend(values.iter().map(Arg::from));
    (marks.join(", "), args)
}
