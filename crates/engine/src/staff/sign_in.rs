//! Signs a person in to the console.

use super::{StaffSession, lockout, password, session};
use crate::{Engine, Error, Result, merchants};
use domain::{MerchantId, Secret};
use store::staff::{self, StaffRow};
use store::{Batch, Row};

/// A new session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// What the browser is to send back: 64 hex characters.
    pub cookie: Secret<String>,
    /// Whose session it is.
    pub session: StaffSession,
}

/// Opens a session. Wrong passwords lock the login for a while, whether anybody has it or not,
/// and take the same time.
///
/// # Errors
/// [`Error::Unauthorized`]; [`Error::TooMany`] while the login is locked.
pub async fn sign_in(engine: &Engine, login: &str, given: &str) -> Result<SignedIn> {
    let login = plain(login);
    // One guess at a time for each login, so that a crowd of them cannot pass the count.
    let _turn = engine.locks.hold(&format!("sign_in/{login}")).await;
    let found = match login.is_empty() {
        true => None,
        false => staff::find_by_login(&engine.db, &login).await?,
    };
    let Some(person) = found else {
        if let Some(seconds) = engine.strangers.locked(&login, engine.now()) {
            return Err(Error::TooMany(seconds));
        }
        password::verify(given, None).await?;
        engine.strangers.count(&login, engine.now());
        return Err(WRONG);
    };
    check(engine, &person, given).await?;
    let owner = merchants::get(engine, MerchantId(person.merchant_id)).await?;
    let mut batch = Batch::new();
    staff::clear_failures(&mut batch, MerchantId(person.merchant_id), person.id);
    let cookie = session::open(engine, &mut batch, &person, owner.clock_offset_ms);
    engine.db.commit(batch).await?;
    signed_in(engine, cookie).await
}

const WRONG: Error = Error::Unauthorized("아이디 또는 비밀번호가 올바르지 않습니다.");

/// Reads back the session just opened.
pub(super) async fn signed_in(engine: &Engine, cookie: Secret<String>) -> Result<SignedIn> {
    let session = session::session(engine, cookie.expose()).await?;
    let session = session.ok_or_else(|| Error::internal("the session just opened is gone"))?;
    Ok(SignedIn { cookie, session })
}

/// That this is the person's password; a wrong one is counted.
pub(super) async fn check(engine: &Engine, person: &StaffRow, given: &str) -> Result<()> {
    let now = engine.now();
    if let Some(seconds) = lockout::seconds_left(person.locked_until, now) {
        return Err(Error::TooMany(seconds));
    }
    if password::verify(given, Some(&person.password_hash)).await? {
        return Ok(());
    }
    let merchant = MerchantId(person.merchant_id);
    let mut batch = Batch::new();
    staff::count_failure(&mut batch, merchant, person.id);
    let returned = engine.db.commit(batch).await?;
    let failures = returned.iter().flatten().next().map(count).transpose()?;
    if let Some(until) = failures.and_then(|failures| lockout::locked_until(failures, now)) {
        let mut batch = Batch::new();
        staff::lock(&mut batch, merchant, person.id, until);
        engine.db.commit(batch).await?;
    }
    Err(WRONG)
}

fn count(row: &Row) -> std::result::Result<i64, store::DbError> {
    row.int("failed_logins")
}

/// A login as it is stored; empty for what can be none.
pub(super) fn plain(login: &str) -> String {
    let login = login.trim().to_lowercase();
    let fits = login.len() <= 60 && login.bytes().all(allowed);
    if fits { login } else { String::new() }
}

/// Letters, digits and what mail addresses hold.
pub(super) const fn allowed(byte: u8) -> bool {
    byte.is_ascii_lowercase()
        || byte.is_ascii_digit()
        || matches!(byte, b'.' | b'_' | b'-' | b'@' | b'+')
}
