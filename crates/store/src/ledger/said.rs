//! What payments, their cancels and their entries say, side by side, for whoever checks them.

use super::EntryRow;
use crate::{Arg, Db, DbError, Row, Transaction, migrate};

/// Where the reads come from.
pub enum Reads<'a> {
    /// The database as it is at each read.
    Db(&'a Db),
    /// One moment of it.
    Held(&'a mut Transaction),
}

/// The migration that made the ledger.
const SINCE: i64 = 12;

impl Reads<'_> {
    /// Refuses a database that has no ledger yet.
    ///
    /// # Errors
    /// [`DbError::Migration`].
    pub async fn have_a_ledger(&mut self) -> Result<(), DbError> {
        let level = match self {
            Self::Db(_) => SINCE,
            Self::Held(held) => migrate::level(held).await?,
        };
        if level >= SINCE {
            return Ok(());
        }
        let text = "the database is from before the ledger; start the hub once, which adds it";
        Err(DbError::Migration(text.to_owned()))
    }

    pub(super) async fn rows(&mut self, sql: &str, args: Vec<Arg>) -> Result<Vec<Row>, DbError> {
        match self {
            Self::Db(db) => db.scan(sql.to_owned(), args).await,
            Self::Held(held) => held.rows(sql, &args).await,
        }
    }
}

/// Who is behind the accounts `pg:{id}`: the channel's number, PG, MID and mode.
pub async fn channels(
    reads: &mut Reads<'_>,
) -> Result<Vec<(i64, String, String, String)>, DbError> {
    let sql = "select id, pg, mid, mode from channels order by id";
    let rows = reads.rows(sql, Vec::new()).await?;
    rows.iter()
        .map(|row| Ok((row.int("id")?, row.text("pg")?, row.text("mid")?, row.text("mode")?)))
        .collect()
}

/// What a stretch of payments and the ledger say, row by row.
#[derive(Clone, Debug)]
pub enum Said {
    /// A payment.
    Payment(PaymentWord),
    /// The sum of cancels of a payment that were done.
    Cancels {
        /// The payment.
        imp_uid: String,
        /// Minor units.
        done: i64,
    },
    /// An entry.
    Entry(EntryRow),
}

impl Said {
    /// The payment it is about.
    #[must_use]
    pub fn imp_uid(&self) -> &str {
        match self {
            Self::Payment(word) => &word.imp_uid,
            Self::Cancels { imp_uid, .. } => imp_uid,
            Self::Entry(entry) => &entry.imp_uid,
        }
    }
}

/// What a payment's row says of its money, as it stands in the database.
#[derive(Clone, Debug)]
pub struct PaymentWord {
    /// The payment.
    pub imp_uid: String,
    /// The owner.
    pub merchant_id: i64,
    /// The channel.
    pub channel_id: i64,
    /// The PG's code.
    pub pg: String,
    /// The state's word.
    pub state: String,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// Minor units of settled cancels.
    pub cancelled: i64,
    /// It was paid once.
    pub paid: bool,
    /// `customer_uid_usage`, or empty.
    pub usage: String,
    /// The last entry's number.
    pub seq: i64,
    /// The last entry's hash.
    pub hash: String,
}

/// The last payment of the next `limit` ones behind `imp_uid`; `None` if fewer are left.
pub async fn stretch(
    reads: &mut Reads<'_>,
    imp_uid: &str,
    limit: i64,
) -> Result<Option<String>, DbError> {
    let sql = "select imp_uid from payments where imp_uid > $1 order by imp_uid \
               limit 1 offset $2";
    let row = reads.rows(sql, crate::args![imp_uid, limit - 1]).await?;
    row.first().map(|row| row.text("imp_uid")).transpose()
}

/// Payments, their done cancels and their entries behind one number and up to another (`None`: to
/// the end), all as they stood at one moment: by payment, each with its own word first.
pub async fn said(
    reads: &mut Reads<'_>,
    behind: &str,
    upto: Option<&str>,
) -> Result<Vec<Said>, DbError> {
    // `imp_uid` is compared by bytes on both databases, and no number begins with this.
    let upto = upto.unwrap_or("\u{10FFFF}");
    let rows = reads.rows(&sql(">"), crate::args![behind, upto]).await?;
    rows.iter().map(read_said).collect()
}

/// As [`said`], of one payment.
pub async fn of_one(reads: &mut Reads<'_>, imp_uid: &str) -> Result<Vec<Said>, DbError> {
    let rows = reads.rows(&sql(">="), crate::args![imp_uid, imp_uid]).await?;
    rows.iter().map(read_said).collect()
}

fn sql(from: &str) -> String {
    let these = format!("imp_uid {from} $1 and imp_uid <= $2");
    format!(
        "select 0 as part, imp_uid, ledger_seq as seq, merchant_id, channel_id as at, \
         case when paid_at is null then 0 else 1 end as entered_at, state as kind, \
         coalesce(customer_uid_usage, '') as operation_id, pg as debit, '' as credit, amount, \
         currency, '' as actor, '' as note, '' as prev_hash, ledger_hash as hash, cancelled \
         from payments where {these} \
         union all select 1, imp_uid, 0, 0, 0, 0, '', '', '', '', cast(sum(amount) as bigint), \
         '', '', '', '', '', 0 from cancels where {these} and state = 'done' group by imp_uid \
         union all select 2, imp_uid, seq, merchant_id, at, entered_at, kind, operation_id, debit, \
         credit, amount, currency, actor, note, prev_hash, hash, 0 from ledger where {these} \
         order by imp_uid, part, seq"
    )
}

fn read_said(row: &Row) -> Result<Said, DbError> {
    Ok(match row.int("part")? {
        0 => Said::Payment(PaymentWord {
            imp_uid: row.text("imp_uid")?,
            merchant_id: row.int("merchant_id")?,
            channel_id: row.int("at")?,
            pg: row.text("debit")?,
            state: row.text("kind")?,
            amount: row.int("amount")?,
            currency: row.text("currency")?,
            cancelled: row.int("cancelled")?,
            paid: row.int("entered_at")? != 0,
            usage: row.text("operation_id")?,
            seq: row.int("seq")?,
            hash: row.text("hash")?,
        }),
        1 => Said::Cancels { imp_uid: row.text("imp_uid")?, done: row.int("amount")? },
        _ => Said::Entry(super::read(row)?),
    })
}
