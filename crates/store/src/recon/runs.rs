//! Runs of the reconciliation, and how a channel's files are to be read.

use crate::{Batch, Db, DbError, Row, args};
use domain::MerchantId;

/// A row of `recon_runs`. Days are KST days since 1970-01-01, `at` is milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// Its number; later ones are larger.
    pub id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// The channel.
    pub channel_id: i64,
    /// The first day.
    pub from_day: i64,
    /// The last day.
    pub to_day: i64,
    /// `file` or `lookup`.
    pub source: String,
    /// The file's name, or empty.
    pub file_name: String,
    /// Its SHA-256 in hex, or empty.
    pub file_hash: String,
    /// Login of the person, or the tool's name.
    pub actor: String,
    /// When it ran.
    pub at: i64,
    /// Payments of ours that were compared.
    pub ours: i64,
    /// Rows of theirs.
    pub theirs: i64,
    /// Items both have alike.
    pub matched: i64,
    /// Items on neighbouring days.
    pub other_days: i64,
    /// Approvals the PG took back itself.
    pub netted: i64,
    /// Rows of other contracts.
    pub foreign_rows: i64,
    /// Payments the PG could not be asked about.
    pub unasked: i64,
    /// Breaks told.
    pub found: i64,
}

/// Adds a run.
pub fn insert_run(batch: &mut Batch, row: &RunRow) {
    let sql = "insert into recon_runs (id, merchant_id, channel_id, from_day, to_day, source, \
               file_name, file_hash, actor, at, ours, theirs, matched, other_days, netted, \
               foreign_rows, unasked, found) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
               $11, $12, $13, $14, $15, $16, $17, $18)";
    let args = args![
        row.id,
        row.merchant_id,
        row.channel_id,
        row.from_day,
        row.to_day,
        &row.source,
        &row.file_name,
        &row.file_hash,
        &row.actor,
        row.at,
        row.ours,
        row.theirs,
        row.matched,
        row.other_days,
        row.netted,
        row.foreign_rows,
        row.unasked,
        row.found,
    ];
    batch.push(sql, args);
}

fn read(row: &Row) -> Result<RunRow, DbError> {
    Ok(RunRow {
        id: row.int("id")?,
        merchant_id: row.int("merchant_id")?,
        channel_id: row.int("channel_id")?,
        from_day: row.int("from_day")?,
        to_day: row.int("to_day")?,
        source: row.text("source")?,
        file_name: row.text("file_name")?,
        file_hash: row.text("file_hash")?,
        actor: row.text("actor")?,
        at: row.int("at")?,
        ours: row.int("ours")?,
        theirs: row.int("theirs")?,
        matched: row.int("matched")?,
        other_days: row.int("other_days")?,
        netted: row.int("netted")?,
        foreign_rows: row.int("foreign_rows")?,
        unasked: row.int("unasked")?,
        found: row.int("found")?,
    })
}

/// The newest runs, newest first.
pub async fn list_runs(db: &Db, merchant: MerchantId, limit: i64) -> Result<Vec<RunRow>, DbError> {
    let sql = "select * from recon_runs where merchant_id = $1 order by id desc limit $2";
    db.rows(sql, &args![merchant.0, limit]).await?.iter().map(read).collect()
}

/// The run with this number.
pub async fn find_run(db: &Db, merchant: MerchantId, id: i64) -> Result<Option<RunRow>, DbError> {
    let sql = "select * from recon_runs where merchant_id = $1 and id = $2";
    db.row(sql, &args![merchant.0, id]).await?.as_ref().map(read).transpose()
}

/// How a channel's files are to be read, JSON.
pub async fn mapping(
    db: &Db,
    merchant: MerchantId,
    channel: i64,
) -> Result<Option<String>, DbError> {
    let sql = "select mapping from recon_mappings where channel_id = $1 and merchant_id = $2";
    let row = db.row(sql, &args![channel, merchant.0]).await?;
    row.map(|row| row.text("mapping")).transpose()
}

/// Sets it.
pub fn put_mapping(batch: &mut Batch, merchant: MerchantId, channel: i64, text: &str, at: i64) {
    let sql = "insert into recon_mappings (channel_id, merchant_id, mapping, updated_at) \
               values ($1, $2, $3, $4) on conflict (channel_id) do update \
               set mapping = excluded.mapping, updated_at = excluded.updated_at";
    batch.push(sql, args![channel, merchant.0, text, at]);
}
