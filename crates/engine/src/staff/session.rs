//! Sessions of the console: a cookie with 32 random bytes, of which only the hash is kept.

use super::Role;
use crate::jobs::next::Next;
use crate::{Engine, Error, Result, draw, merchants, seal};
use domain::{MerchantId, Millis, Secret};
use store::staff::{self, StaffRow};
use store::{Batch, jobs};

/// A session ends so long after signing in, used or not, in seconds.
pub const LIFE: i64 = 12 * 3_600;

/// Who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffSession {
    /// Their number.
    pub staff_id: i64,
    /// Their login: the actor of audit lines.
    pub login: String,
    /// Whose settings they see.
    pub merchant_id: MerchantId,
    /// What they may do.
    pub role: Role,
    /// What their forms must carry; derived from the cookie and worth nothing without it.
    pub csrf: String,
    /// When it ends.
    pub expires_at: Millis,
}

/// The session of a cookie; `None` if there is none or it is over.
///
/// # Errors
/// Of the database.
pub async fn session(engine: &Engine, cookie: &str) -> Result<Option<StaffSession>> {
    let found = staff::find_session(&engine.db, &seal::hash(cookie)).await?;
    let Some(row) = found.filter(|row| row.expires_at > engine.now()) else { return Ok(None) };
    let role = Role::parse(&row.staff.role);
    let role = role.ok_or_else(|| Error::internal(format!("staff {}: no role", row.staff.id)))?;
    Ok(Some(StaffSession {
        staff_id: row.staff.id,
        login: row.staff.login,
        merchant_id: MerchantId(row.staff.merchant_id),
        role,
        csrf: seal::hash(&format!("ieum/csrf/1/{cookie}")),
        expires_at: row.expires_at,
    }))
}

/// Ends the session of a cookie, if there is one.
///
/// # Errors
/// Of the database.
pub async fn sign_out(engine: &Engine, cookie: &str) -> Result<()> {
    let mut batch = Batch::new();
    staff::delete_session(&mut batch, &seal::hash(cookie));
    engine.db.commit(batch).await?;
    Ok(())
}

/// Appends a new session of a person and the job that takes it away later; gives its cookie.
pub(super) fn open(
    engine: &Engine,
    batch: &mut Batch,
    person: &StaffRow,
    offset_ms: i64,
) -> Secret<String> {
    let cookie = draw::hex(&*engine.random, 32);
    let now = engine.now();
    let end = now.plus_seconds(LIFE);
    staff::insert_session(batch, &seal::hash(&cookie), person, now, end);
    let merchant = MerchantId(person.merchant_id);
    // Jobs are in the merchant's clock, sessions in the wall clock.
    let run_at = Millis(end.0.saturating_add(offset_ms));
    jobs::enqueue(batch, merchant, "session_cleanup", &merchant.0.to_string(), run_at);
    Secret::new(cookie)
}

/// Takes away the merchant's sessions that are over, and comes again when the next one is.
///
/// # Errors
/// Of the database.
pub async fn clean_up(engine: &Engine, merchant: MerchantId) -> Result<Next> {
    let mut batch = Batch::new();
    staff::delete_expired_sessions(&mut batch, merchant, engine.now());
    engine.db.commit(batch).await?;
    let Some(next) = staff::next_session_end(&engine.db, merchant).await? else {
        return Ok(Next::Done);
    };
    let owner = merchants::get(engine, merchant).await?;
    Ok(Next::Again { run_at: Millis(next.0.saturating_add(owner.clock_offset_ms)) })
}
