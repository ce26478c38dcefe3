//! Breaks: what does not agree, and what people decided about it. A run writes over what it found
//! and never over a decision.

use crate::{Batch, Db, DbError, Row, args};
use domain::MerchantId;

/// The statuses of a break that somebody must still see to.
pub const OPEN: [&str; 2] = ["open", "proposed"];

/// A row of `recon_breaks`. Money is minor units, times milliseconds, days are KST days since
/// 1970-01-01.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakRow {
    /// Its number.
    pub id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// The channel.
    pub channel_id: i64,
    /// Why it is one.
    pub kind: String,
    /// The item, the same words in every run.
    pub item: String,
    /// The day it belongs to.
    pub day: i64,
    /// Our payment.
    pub imp_uid: Option<String>,
    /// The order number, or empty.
    pub order_no: String,
    /// `in` or `back`.
    pub flow: String,
    /// ISO 4217, or empty.
    pub currency: String,
    /// What our balance at the PG must change by.
    pub difference: i64,
    /// Our values, JSON.
    pub ours: Option<String>,
    /// Theirs.
    pub theirs: Option<String>,
    /// `open`, `proposed`, `corrected`, `remedied`, `closed`, `other_day` or `vanished`.
    pub status: String,
    /// The run that found it first.
    pub first_run: i64,
    /// The run that found it last.
    pub last_run: i64,
    /// Account to debit.
    pub debit: Option<String>,
    /// Account to credit.
    pub credit: Option<String>,
    /// How much.
    pub amount: Option<i64>,
    /// Why.
    pub reason: Option<String>,
    /// Who proposed it, by their row number.
    pub proposed_by: Option<i64>,
    /// And by their login.
    pub proposed_login: Option<String>,
    /// When.
    pub proposed_at: Option<i64>,
    /// Who ended it.
    pub decided_login: Option<String>,
    /// When.
    pub decided_at: Option<i64>,
    /// What they said.
    pub note: Option<String>,
    /// Grows by one with each decision and each change of values.
    pub version: i64,
}

fn read(row: &Row) -> Result<BreakRow, DbError> {
    Ok(BreakRow {
        id: row.int("id")?,
        merchant_id: row.int("merchant_id")?,
        channel_id: row.int("channel_id")?,
        kind: row.text("kind")?,
        item: row.text("item")?,
        day: row.int("day")?,
        imp_uid: row.opt_text("imp_uid")?,
        order_no: row.text("order_no")?,
        flow: row.text("flow")?,
        currency: row.text("currency")?,
        difference: row.int("difference")?,
        ours: row.opt_text("ours")?,
        theirs: row.opt_text("theirs")?,
        status: row.text("status")?,
        first_run: row.int("first_run")?,
        last_run: row.int("last_run")?,
        debit: row.opt_text("debit")?,
        credit: row.opt_text("credit")?,
        amount: row.opt_int("amount")?,
        reason: row.opt_text("reason")?,
        proposed_by: row.opt_int("proposed_by")?,
        proposed_login: row.opt_text("proposed_login")?,
        proposed_at: row.opt_int("proposed_at")?,
        decided_login: row.opt_text("decided_login")?,
        decided_at: row.opt_int("decided_at")?,
        note: row.opt_text("note")?,
        version: row.int("version")?,
    })
}

/// Writes a break a run found. One that is known keeps its number and what was decided, unless
/// its difference changed or it had vanished: then it is open again.
pub fn put_break(batch: &mut Batch, row: &BreakRow) {
    let again = "(recon_breaks.difference <> excluded.difference \
                 or recon_breaks.status = 'vanished')";
    let sql = format!(
        "insert into recon_breaks (id, merchant_id, channel_id, kind, item, day, imp_uid, \
         order_no, flow, currency, difference, ours, theirs, status, first_run, last_run, version) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 1) \
         on conflict (merchant_id, channel_id, kind, item) do update set \
         status = case when {again} then 'open' else recon_breaks.status end, \
         version = recon_breaks.version + case when {again} then 1 else 0 end, \
         day = excluded.day, imp_uid = excluded.imp_uid, order_no = excluded.order_no, \
         currency = excluded.currency, difference = excluded.difference, ours = excluded.ours, \
         theirs = excluded.theirs, last_run = excluded.last_run"
    );
    let args = args![
        row.id,
        row.merchant_id,
        row.channel_id,
        &row.kind,
        &row.item,
        row.day,
        row.imp_uid.clone(),
        &row.order_no,
        &row.flow,
        &row.currency,
        row.difference,
        row.ours.clone(),
        row.theirs.clone(),
        &row.status,
        row.last_run,
    ];
    batch.push(sql, args);
}

/// An item that was missing is on another day: its break is over, and stays so when its day is
/// compared again.
pub fn elsewhere(batch: &mut Batch, row: &BreakRow) {
    let sql = "insert into recon_breaks (id, merchant_id, channel_id, kind, item, day, imp_uid, \
         order_no, flow, currency, difference, ours, theirs, status, first_run, last_run, version) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'other_day', $14, $14, 1) \
         on conflict (merchant_id, channel_id, kind, item) do update set status = 'other_day', \
         theirs = excluded.theirs, last_run = excluded.last_run, \
         version = recon_breaks.version + 1 \
         where recon_breaks.status in ('open', 'proposed', 'vanished')";
    let args = args![
        row.id,
        row.merchant_id,
        row.channel_id,
        &row.kind,
        &row.item,
        row.day,
        row.imp_uid.clone(),
        &row.order_no,
        &row.flow,
        &row.currency,
        row.difference,
        row.ours.clone(),
        row.theirs.clone(),
        row.last_run,
    ];
    batch.push(sql, args);
}

/// Open breaks of these days that a run did not find any more are over by themselves.
pub fn absent(
    batch: &mut Batch,
    merchant: MerchantId,
    channel: i64,
    (from, to): (i64, i64),
    run: i64,
    unasked: &[String],
) {
    let mut args = args![merchant.0, channel, from, to, run];
    let mut spared = String::new();
    for (index, imp_uid) in unasked.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        spared.push_str(&format!("{comma}${}", index + 6));
        args.push(imp_uid.into());
    }
    let spare = if unasked.is_empty() {
        String::new()
    } else {
        format!(" and (imp_uid is null or imp_uid not in ({spared}))")
    };
    let sql = format!(
        "update recon_breaks set status = 'vanished', version = version + 1 \
         where merchant_id = $1 and channel_id = $2 and day >= $3 and day <= $4 \
         and status in ('open', 'proposed') and last_run <> $5{spare}"
    );
    batch.push(sql, args);
}

/// Writes a decision over version `row.version - 1`. Fails the batch with `break changed` if
/// somebody else was faster.
pub fn decide(batch: &mut Batch, row: &BreakRow) {
    let sql = "update recon_breaks set status = $3, debit = $4, credit = $5, amount = $6, \
               reason = $7, proposed_by = $8, proposed_login = $9, proposed_at = $10, \
               decided_login = $11, decided_at = $12, note = $13, version = $14 \
               where id = $1 and merchant_id = $2 and version = $14 - 1";
    let args = args![
        row.id,
        row.merchant_id,
        &row.status,
        row.debit.clone(),
        row.credit.clone(),
        row.amount,
        row.reason.clone(),
        row.proposed_by,
        row.proposed_login.clone(),
        row.proposed_at,
        row.decided_login.clone(),
        row.decided_at,
        row.note.clone(),
        row.version,
    ];
    batch.expect_one("break changed", sql, args);
}

/// The break with this number.
pub async fn find_break(
    db: &Db,
    merchant: MerchantId,
    id: i64,
) -> Result<Option<BreakRow>, DbError> {
    let sql = "select * from recon_breaks where merchant_id = $1 and id = $2";
    db.row(sql, &args![merchant.0, id]).await?.as_ref().map(read).transpose()
}

/// Breaks of a channel's days, whatever became of them, by day.
pub async fn breaks_of(
    db: &Db,
    merchant: MerchantId,
    channel: i64,
    (from, to): (i64, i64),
) -> Result<Vec<BreakRow>, DbError> {
    let sql = "select * from recon_breaks where merchant_id = $1 and channel_id = $2 \
               and day >= $3 and day <= $4 order by day, id";
    db.scan(sql, args![merchant.0, channel, from, to]).await?.iter().map(read).collect()
}

/// Breaks with one of these statuses numbered below `before`, newest first.
pub async fn list_breaks(
    db: &Db,
    merchant: MerchantId,
    statuses: &[&str],
    before: i64,
    limit: i64,
) -> Result<Vec<BreakRow>, DbError> {
    let mut args = args![merchant.0, before, limit];
    let mut marks = Vec::new();
    for status in statuses {
        args.push((*status).into());
        marks.push(format!("${}", args.len()));
    }
    let sql = format!(
        "select * from recon_breaks where merchant_id = $1 and id < $2 and status in ({}) \
         order by id desc limit $3",
        marks.join(", ")
    );
    db.rows(&sql, &args).await?.iter().map(read).collect()
}

/// How many breaks wait for somebody.
pub async fn open_count(db: &Db, merchant: MerchantId) -> Result<i64, DbError> {
    let sql = "select count(*) as waiting from recon_breaks \
               where merchant_id = $1 and status in ('open', 'proposed')";
    let row = db.row(sql, &args![merchant.0]).await?;
    row.map_or(Ok(0), |row| row.int("waiting"))
}
