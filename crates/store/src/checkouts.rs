//! The browser's side of an attempt, reached by an unguessable session only.

use crate::{Batch, Db, DbError, Row};

/// A row of `checkouts`.
#[derive(Clone, Debug)]
pub struct CheckoutRow {
    /// Unguessable, in URLs.
    pub session: String,
    /// The attempt.
    pub imp_uid: String,
    /// The owner.
    pub merchant_id: i64,
    /// `overlay` or `redirect`.
    pub flow: String,
    /// Origin of the page that opened the window.
    pub origin: String,
    /// `m_redirect_url`.
    pub redirect_url: Option<String>,
    /// `ko`, `en`, ...
    pub language: String,
    /// The buyer's address.
    pub client_ip: String,
    /// The `request_pay` parameter as it came, JSON.
    pub param: String,
    /// Milliseconds.
    pub created_at: i64,
}

const COLUMNS: &str = "session, imp_uid, merchant_id, flow, origin, redirect_url, language, \
                       client_ip, param, created_at";

fn read(row: &Row) -> Result<CheckoutRow, DbError> {
    Ok(CheckoutRow {
        session: row.text("session")?,
        imp_uid: row.text("imp_uid")?,
        merchant_id: row.int("merchant_id")?,
        flow: row.text("flow")?,
        origin: row.text("origin")?,
        redirect_url: row.opt_text("redirect_url")?,
        language: row.text("language")?,
        client_ip: row.text("client_ip")?,
        param: row.text("param")?,
        created_at: row.int("created_at")?,
    })
}

/// Adds a checkout.
pub fn insert(batch: &mut Batch, row: &CheckoutRow) {
    let sql = "insert into checkouts (session, imp_uid, merchant_id, flow, origin, redirect_url, \
               language, client_ip, param, created_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let args = crate::args![
        &row.session,
        &row.imp_uid,
        row.merchant_id,
        &row.flow,
        &row.origin,
        row.redirect_url.clone(),
        &row.language,
        &row.client_ip,
        &row.param,
        row.created_at,
    ];
    batch.expect_one("checkout", sql, args);
}

/// The checkout with this session. The session itself is the authority.
pub async fn by_session(db: &Db, session: &str) -> Result<Option<CheckoutRow>, DbError> {
    let sql = format!("select {COLUMNS} from checkouts where session = $1");
    db.row(&sql, &crate::args![session]).await?.as_ref().map(read).transpose()
}

/// The checkout of an attempt: its parameter is needed to settle after a crash.
pub async fn by_payment(db: &Db, imp_uid: &str) -> Result<Option<CheckoutRow>, DbError> {
    let sql = format!("select {COLUMNS} from checkouts where imp_uid = $1");
    db.row(&sql, &crate::args![imp_uid]).await?.as_ref().map(read).transpose()
}
