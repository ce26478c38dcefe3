//! The ledger: entries that are only ever added, and seals over them. What checks both reads
//! through [`said`].

pub mod said;

use crate::{Arg, Batch, Db, DbError, Row};
use said::Reads;

/// A row of `ledger`. Money is minor units, times milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// The payment.
    pub imp_uid: String,
    /// Its place among the payment's entries, from 1.
    pub seq: i64,
    /// The owner.
    pub merchant_id: i64,
    /// By the merchant's clock.
    pub at: i64,
    /// By the wall clock.
    pub entered_at: i64,
    /// What it is about.
    pub kind: String,
    /// The approval, notice, cancel or correction it comes from.
    pub operation_id: String,
    /// The account that has more afterwards.
    pub debit: String,
    /// The account it comes from.
    pub credit: String,
    /// More than nothing.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// Who caused it.
    pub actor: String,
    /// Why, of a correction.
    pub note: String,
    /// The hash of the entry before it; empty for the first.
    pub prev_hash: String,
    /// Keyed hash over all of the above.
    pub hash: String,
}

/// A row of `ledger_seals`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealRow {
    /// From 0, without gaps.
    pub no: i64,
    /// Entries up to and with this moment are in this seal or an earlier one.
    pub upto: i64,
    /// How many this one counted.
    pub entries: i64,
    /// What their hashes came to, in whatever order.
    pub digest: String,
    /// When, by the wall clock.
    pub sealed_at: i64,
    /// The hash of the seal before it.
    pub prev_hash: String,
    /// Keyed hash over all of the above.
    pub hash: String,
}

/// Adds an entry. Fails the batch with `ledger sealed` if its time is under a seal already.
pub fn insert(batch: &mut Batch, row: &EntryRow) {
    let sql = "insert into ledger (imp_uid, seq, merchant_id, at, entered_at, kind, operation_id, \
               debit, credit, amount, currency, actor, note, prev_hash, hash) \
               select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 \
               where not exists (select 1 from ledger_seals where upto >= $5)";
    let args = crate::args![
        &row.imp_uid,
        row.seq,
        row.merchant_id,
        row.at,
        row.entered_at,
        &row.kind,
        &row.operation_id,
        &row.debit,
        &row.credit,
        row.amount,
        &row.currency,
        &row.actor,
        &row.note,
        &row.prev_hash,
        &row.hash,
    ];
    batch.expect_one("ledger sealed", sql, args);
}

const COLUMNS: &str = "imp_uid, seq, merchant_id, at, entered_at, kind, operation_id, debit, \
                       credit, amount, currency, actor, note, prev_hash, hash";

fn read(row: &Row) -> Result<EntryRow, DbError> {
    Ok(EntryRow {
        imp_uid: row.text("imp_uid")?,
        seq: row.int("seq")?,
        merchant_id: row.int("merchant_id")?,
        at: row.int("at")?,
        entered_at: row.int("entered_at")?,
        kind: row.text("kind")?,
        operation_id: row.text("operation_id")?,
        debit: row.text("debit")?,
        credit: row.text("credit")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        actor: row.text("actor")?,
        note: row.text("note")?,
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}

/// The entries of a payment, oldest first.
pub async fn of_payment(db: &Db, imp_uid: &str) -> Result<Vec<EntryRow>, DbError> {
    let sql = format!("select {COLUMNS} from ledger where imp_uid = $1 order by seq");
    db.rows(&sql, &crate::args![imp_uid]).await?.iter().map(read).collect()
}

/// Entries whose time is after `after` and not after `upto`, from behind `(at, imp_uid, seq)`, in
/// the order of these three.
pub async fn entered(
    db: &Db,
    (after, upto): (i64, i64),
    behind: &(i64, String, i64),
    limit: i64,
) -> Result<Vec<EntryRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from ledger where entered_at > $1 and entered_at <= $2 \
         and entered_at >= $3 and (entered_at > $3 or imp_uid > $4 \
             or (imp_uid = $4 and seq > $5)) \
         order by entered_at, imp_uid, seq limit $6"
    );
    let args = crate::args![after, upto, behind.0, &behind.1, behind.2, limit];
    db.scan(sql, args).await?.iter().map(read).collect()
}

/// Adds a seal over what was entered after `after`. Fails the batch with `ledger sealed` if another
/// one has this number, or if what it counted is not all there is.
pub fn seal(batch: &mut Batch, row: &SealRow, after: i64) {
    let sql = "insert into ledger_seals (no, upto, entries, digest, sealed_at, prev_hash, hash) \
               select $1, $2, $3, $4, $5, $6, $7 where $3 = (select count(*) from ledger \
               where entered_at > $8 and entered_at <= $2) on conflict (no) do nothing";
    let mut args = seal_args(row);
    args.push(after.into());
    batch.expect_one("ledger sealed", sql, args);
}

/// Adds the seal with the number 0, over the opening entries. Fails the batch with `ledger sealed`
/// if there is one, if it did not count them all, or while a payment from before the ledger has
/// none.
pub fn seal_openings(batch: &mut Batch, row: &SealRow) {
    let sql = format!(
        "insert into ledger_seals (no, upto, entries, digest, sealed_at, prev_hash, hash) \
         select $1, $2, $3, $4, $5, $6, $7 \
         where $3 = (select count(*) from ledger where kind = 'opening') \
         and not exists (select 1 from payments where {UNOPENED}) on conflict (no) do nothing"
    );
    batch.expect_one("ledger sealed", sql, seal_args(row));
}

fn seal_args(row: &SealRow) -> Vec<Arg> {
    crate::args![
        row.no,
        row.upto,
        row.entries,
        &row.digest,
        row.sealed_at,
        &row.prev_hash,
        &row.hash,
    ]
}

/// A payment whose money moved before there was a ledger.
const UNOPENED: &str = "ledger_seq = -1 and paid_at is not null \
                        and state in ('paid', 'part_cancelled', 'cancelled')";

/// Payments from before the ledger that moved money, behind this number: theirs and the owner's.
pub async fn unopened(db: &Db, behind: &str, limit: i64) -> Result<Vec<(i64, String)>, DbError> {
    let sql = format!(
        "select merchant_id, imp_uid from payments where {UNOPENED} and imp_uid > $1 \
         order by imp_uid limit $2"
    );
    let rows = db.scan(sql, crate::args![behind, limit]).await?;
    rows.iter().map(|row| Ok((row.int("merchant_id")?, row.text("imp_uid")?))).collect()
}

/// Opening entries from behind this one, in the order of payments.
pub async fn openings(db: &Db, behind: (&str, i64), limit: i64) -> Result<Vec<EntryRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from ledger where kind = 'opening' \
         and imp_uid >= $1 and (imp_uid > $1 or seq > $2) order by imp_uid, seq limit $3"
    );
    let args = crate::args![behind.0, behind.1, limit];
    db.scan(sql, args).await?.iter().map(read).collect()
}

/// The newest seal.
pub async fn last_seal(db: &Db) -> Result<Option<SealRow>, DbError> {
    let sql = "select no, upto, entries, digest, sealed_at, prev_hash, hash \
               from ledger_seals order by no desc limit 1";
    db.row(sql, &[]).await?.as_ref().map(read_seal).transpose()
}

/// Seals with a greater number, oldest first.
pub async fn seals(
    reads: &mut Reads<'_>,
    behind: i64,
    limit: i64,
) -> Result<Vec<SealRow>, DbError> {
    let sql = "select no, upto, entries, digest, sealed_at, prev_hash, hash \
               from ledger_seals where no > $1 order by no limit $2";
    reads.rows(sql, crate::args![behind, limit]).await?.iter().map(read_seal).collect()
}

fn read_seal(row: &Row) -> Result<SealRow, DbError> {
    Ok(SealRow {
        no: row.int("no")?,
        upto: row.int("upto")?,
        entries: row.int("entries")?,
        digest: row.text("digest")?,
        sealed_at: row.int("sealed_at")?,
        prev_hash: row.text("prev_hash")?,
        hash: row.text("hash")?,
    })
}
