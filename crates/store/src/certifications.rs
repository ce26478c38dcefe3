//! Identity verifications. Whom they are about is sealed; what is in clear names nobody.

use crate::{Arg, Batch, Db, DbError, Row};
use domain::MerchantId;

/// A row of `certifications`.
#[derive(Clone, Debug)]
pub struct CertificationRow {
    /// `imp_` and 12 digits, in one space with payments.
    pub imp_uid: String,
    /// The owner.
    pub merchant_id: i64,
    /// The merchant's number.
    pub merchant_uid: String,
    /// The channel it goes through.
    pub channel_id: i64,
    /// PG code.
    pub pg: String,
    /// MID.
    pub pg_id: String,
    /// `test` or `live`.
    pub mode: String,
    /// Grows by one with each change.
    pub version: i64,
    /// `ready`, `certified` or `failed`.
    pub state: String,
    /// `window`, `sms` or `app`.
    pub way: String,
    /// The PG's number of it.
    pub pg_tid: Option<String>,
    /// Full years; younger people fail.
    pub min_age: Option<i64>,
    /// What the page said of the person, sealed; empty once it is over.
    pub asked: String,
    /// Whom it verified, sealed; empty before, and after it was deleted.
    pub person: String,
    /// Where the window was opened.
    pub page_url: Option<String>,
    /// Unguessable, in URLs; `None` without a window.
    pub session: Option<String>,
    /// `overlay` or `redirect`; empty without a window.
    pub flow: String,
    /// Origin of the page that opened the window.
    pub opener: String,
    /// `m_redirect_url`.
    pub redirect_url: Option<String>,
    /// `ko`, `en`, ...
    pub language: String,
    /// Milliseconds, as all that follow.
    pub started_at: i64,
    /// When it was certified.
    pub certified_at: Option<i64>,
    /// When it failed.
    pub failed_at: Option<i64>,
    /// The PG's code, or ours.
    pub fail_code: Option<String>,
    /// Why, in words.
    pub fail_reason: Option<String>,
    /// Set while the PG was asked and its answer is not written down.
    pub asking_at: Option<i64>,
    /// Of the last change.
    pub updated_at: i64,
    /// When the merchant deleted it.
    pub deleted_at: Option<i64>,
}

const COLUMNS: [&str; 28] = [
    "imp_uid",
    "merchant_id",
    "merchant_uid",
    "channel_id",
    "pg",
    "pg_id",
    "mode",
    "version",
    "state",
    "way",
    "pg_tid",
    "min_age",
    "asked",
    "person",
    "page_url",
    "session",
    "flow",
    "opener",
    "redirect_url",
    "language",
    "started_at",
    "certified_at",
    "failed_at",
    "fail_code",
    "fail_reason",
    "asking_at",
    "updated_at",
    "deleted_at",
];

fn read(row: &Row) -> Result<CertificationRow, DbError> {
    Ok(CertificationRow {
        imp_uid: row.text("imp_uid")?,
        merchant_id: row.int("merchant_id")?,
        merchant_uid: row.text("merchant_uid")?,
        channel_id: row.int("channel_id")?,
        pg: row.text("pg")?,
        pg_id: row.text("pg_id")?,
        mode: row.text("mode")?,
        version: row.int("version")?,
        state: row.text("state")?,
        way: row.text("way")?,
        pg_tid: row.opt_text("pg_tid")?,
        min_age: row.opt_int("min_age")?,
        asked: row.text("asked")?,
        person: row.text("person")?,
        page_url: row.opt_text("page_url")?,
        session: row.opt_text("session")?,
        flow: row.text("flow")?,
        opener: row.text("opener")?,
        redirect_url: row.opt_text("redirect_url")?,
        language: row.text("language")?,
        started_at: row.int("started_at")?,
        certified_at: row.opt_int("certified_at")?,
        failed_at: row.opt_int("failed_at")?,
        fail_code: row.opt_text("fail_code")?,
        fail_reason: row.opt_text("fail_reason")?,
        asking_at: row.opt_int("asking_at")?,
        updated_at: row.int("updated_at")?,
        deleted_at: row.opt_int("deleted_at")?,
    })
}

fn args(row: &CertificationRow) -> Vec<Arg> {
    crate::args![
        &row.imp_uid,
        row.merchant_id,
        &row.merchant_uid,
        row.channel_id,
        &row.pg,
        &row.pg_id,
        &row.mode,
        row.version,
        &row.state,
        &row.way,
        row.pg_tid.clone(),
        row.min_age,
        &row.asked,
        &row.person,
        row.page_url.clone(),
        row.session.clone(),
        &row.flow,
        &row.opener,
        row.redirect_url.clone(),
        &row.language,
        row.started_at,
        row.certified_at,
        row.failed_at,
        row.fail_code.clone(),
        row.fail_reason.clone(),
        row.asking_at,
        row.updated_at,
        row.deleted_at,
    ]
}

/// Adds a new one. Fails the batch with `imp_uid taken` if the number is in use, also by a payment.
pub fn insert(batch: &mut Batch, row: &CertificationRow) {
    let sql = "select 1 as free where not exists (select 1 from payments where imp_uid = $1)";
    batch.expect_one("imp_uid taken", sql, crate::args![&row.imp_uid]);
    let marks: Vec<String> = (1..=COLUMNS.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "insert into certifications ({}) values ({}) on conflict (imp_uid) do nothing",
        COLUMNS.join(", "),
        marks.join(", ")
    );
    batch.expect_one("imp_uid taken", sql, args(row));
}

/// Fails the batch with `imp_uid taken` if a verification has this number.
pub fn not_here(batch: &mut Batch, imp_uid: &str) {
    let sql = "select 1 as free where not exists (select 1 from certifications where imp_uid = $1)";
    batch.expect_one("imp_uid taken", sql, crate::args![imp_uid]);
}

/// Writes a changed one over version `row.version - 1`. Fails the batch with
/// `certification changed` if somebody else was faster.
pub fn update(batch: &mut Batch, row: &CertificationRow) {
    let set = |(index, column): (usize, &&str)| format!("{column} = ${}", index + 1);
    let sets: Vec<String> = COLUMNS.iter().enumerate().skip(2).map(set).collect();
    let sql = format!(
        "update certifications set {} where imp_uid = $1 and merchant_id = $2 \
         and version = $8 - 1 and deleted_at is null",
        sets.join(", ")
    );
    batch.expect_one("certification changed", sql, args(row));
}

/// The merchant's verification with this number.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Option<CertificationRow>, DbError> {
    let sql = format!(
        "select {} from certifications where imp_uid = $1 and merchant_id = $2 \
         and deleted_at is null",
        COLUMNS.join(", ")
    );
    db.row(&sql, &crate::args![imp_uid, merchant.0]).await?.as_ref().map(read).transpose()
}

/// The verification of a window. The session itself is the authority.
pub async fn by_session(db: &Db, session: &str) -> Result<Option<CertificationRow>, DbError> {
    let sql = format!(
        "select {} from certifications where session = $1 and deleted_at is null",
        COLUMNS.join(", ")
    );
    db.row(&sql, &crate::args![session]).await?.as_ref().map(read).transpose()
}
