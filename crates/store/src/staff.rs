//! People who sign in to the console, and their sessions.

use crate::{Batch, Db, DbError, Row, args};
use domain::{MerchantId, Millis, Secret};

/// A row of `staff`. Times are of the wall clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffRow {
    /// Their number.
    pub id: i64,
    /// Whose settings they may see.
    pub merchant_id: i64,
    /// What they sign in with; unique over all merchants.
    pub login: String,
    /// Argon2id, in PHC form.
    pub password_hash: Secret<String>,
    /// `owner`, `manager` or `viewer`.
    pub role: String,
    /// Wrong passwords since the last right one.
    pub failed_logins: i64,
    /// Until then no password is looked at.
    pub locked_until: Option<Millis>,
    /// When they were added.
    pub created_at: Millis,
}

/// A row of `sessions`, with the person it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Who signed in.
    pub staff: StaffRow,
    /// When.
    pub signed_in_at: Millis,
    /// From then on it is worth nothing.
    pub expires_at: Millis,
}

impl StaffRow {
    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.int("id")?,
            merchant_id: row.int("merchant_id")?,
            login: row.text("login")?,
            password_hash: Secret::new(row.text("password_hash")?),
            role: row.text("role")?,
            failed_logins: row.int("failed_logins")?,
            locked_until: row.opt_int("locked_until")?.map(Millis),
            created_at: Millis(row.int("created_at")?),
        })
    }
}

/// Adds a person. Fails the batch with `login taken` if any merchant has the login.
pub fn insert(batch: &mut Batch, row: &StaffRow) {
    batch.expect_one(
        "login taken",
        "insert into staff (id, merchant_id, login, password_hash, role, failed_logins,
             locked_until, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (login) do nothing",
        args![
            row.id,
            row.merchant_id,
            &row.login,
            row.password_hash.expose(),
            &row.role,
            row.failed_logins,
            row.locked_until.map(|at| at.0),
            row.created_at.0,
        ],
    );
}

/// The person with this login, whichever merchant they work for: it is how they say who they are.
pub async fn find_by_login(db: &Db, login: &str) -> Result<Option<StaffRow>, DbError> {
    let sql = "select * from staff where login = $1";
    db.row(sql, &args![login]).await?.as_ref().map(StaffRow::read).transpose()
}

/// The merchant's person with this number.
pub async fn find(db: &Db, merchant: MerchantId, id: i64) -> Result<Option<StaffRow>, DbError> {
    let sql = "select * from staff where id = $1 and merchant_id = $2";
    db.row(sql, &args![id, merchant.0]).await?.as_ref().map(StaffRow::read).transpose()
}

/// The merchant's people, first added first.
pub async fn list(db: &Db, merchant: MerchantId) -> Result<Vec<StaffRow>, DbError> {
    let sql = "select * from staff where merchant_id = $1 order by id";
    db.scan(sql, args![merchant.0]).await?.iter().map(StaffRow::read).collect()
}

/// Counts a wrong password. It adds, so that guesses made at once all count; the statement
/// returns `failed_logins` as it is then.
pub fn count_failure(batch: &mut Batch, merchant: MerchantId, id: i64) {
    batch.push(
        "update staff set failed_logins = failed_logins + 1 where id = $1 and merchant_id = $2
         returning failed_logins",
        args![id, merchant.0],
    );
}

/// Looks at no password of this person until then.
pub fn lock(batch: &mut Batch, merchant: MerchantId, id: i64, until: Millis) {
    batch.push(
        "update staff set locked_until = $3 where id = $1 and merchant_id = $2",
        args![id, merchant.0, until.0],
    );
}

/// Forgets wrong passwords.
pub fn clear_failures(batch: &mut Batch, merchant: MerchantId, id: i64) {
    batch.push(
        "update staff set failed_logins = 0, locked_until = null
         where id = $1 and merchant_id = $2",
        args![id, merchant.0],
    );
}

/// Sets a new password and ends every session of the person.
pub fn set_password(batch: &mut Batch, merchant: MerchantId, id: i64, password_hash: &str) {
    batch.expect_one(
        "staff gone",
        "update staff set password_hash = $3, failed_logins = 0, locked_until = null
         where id = $1 and merchant_id = $2",
        args![id, merchant.0, password_hash],
    );
    batch.push(
        "delete from sessions where staff_id = $1 and merchant_id = $2",
        args![id, merchant.0],
    );
}

/// Opens a session.
pub fn insert_session(batch: &mut Batch, id_hash: &str, of: &StaffRow, at: Millis, end: Millis) {
    batch.push(
        "insert into sessions (id_hash, staff_id, merchant_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        args![id_hash, of.id, of.merchant_id, at.0, end.0],
    );
}

/// The session with this hash, over or not.
pub async fn find_session(db: &Db, id_hash: &str) -> Result<Option<SessionRow>, DbError> {
    let sql = "select s.*, e.created_at as signed_in_at, e.expires_at
        from sessions e join staff s on s.id = e.staff_id and s.merchant_id = e.merchant_id
        where e.id_hash = $1";
    let Some(row) = db.row(sql, &args![id_hash]).await? else { return Ok(None) };
    Ok(Some(SessionRow {
        staff: StaffRow::read(&row)?,
        signed_in_at: Millis(row.int("signed_in_at")?),
        expires_at: Millis(row.int("expires_at")?),
    }))
}

/// Ends a session.
pub fn delete_session(batch: &mut Batch, id_hash: &str) {
    batch.push("delete from sessions where id_hash = $1", args![id_hash]);
}

/// Takes away the merchant's sessions that were over at `now`.
pub fn delete_expired_sessions(batch: &mut Batch, merchant: MerchantId, now: Millis) {
    batch.push(
        "delete from sessions where expires_at <= $1 and merchant_id = $2",
        args![now.0, merchant.0],
    );
}

/// When the first of the merchant's sessions ends.
pub async fn next_session_end(db: &Db, merchant: MerchantId) -> Result<Option<Millis>, DbError> {
    let sql = "select expires_at from sessions where merchant_id = $1 order by expires_at limit 1";
    let row = db.row(sql, &args![merchant.0]).await?;
    row.map(|row| row.int("expires_at").map(Millis)).transpose()
}
