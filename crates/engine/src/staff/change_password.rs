//! A person changes their own password.

use super::sign_in::{SignedIn, check, signed_in};
use super::{StaffSession, password, session};
use crate::{Engine, Error, Result, audit, merchants};
use store::{Batch, staff};

/// Sets a new password, ends every session of the person and opens a new one.
///
/// # Errors
/// [`Error::Unauthorized`] if `old` is wrong, which counts as at sign-in; [`Error::TooMany`];
/// [`Error::Invalid`] if `new` is too short or long.
pub async fn change_password(
    engine: &Engine,
    who: &StaffSession,
    old: &str,
    new: &str,
) -> Result<SignedIn> {
    password::check("new_password", new)?;
    let _turn = engine.locks.hold(&format!("sign_in/{}", who.login)).await;
    let person = staff::find(&engine.db, who.merchant_id, who.staff_id).await?;
    let person = person.ok_or(Error::NotFound("없는 사용자입니다."))?;
    check(engine, &person, old).await?;
    let hash = password::hash(engine, new).await?;
    let owner = merchants::get(engine, who.merchant_id).await?;
    let mut batch = Batch::new();
    staff::set_password(&mut batch, who.merchant_id, who.staff_id, hash.expose());
    let cookie = session::open(engine, &mut batch, &person, owner.clock_offset_ms);
    let detail = who.login.clone();
    audit::note(engine, &mut batch, who.merchant_id, &who.login, "staff.password", detail);
    engine.db.commit(batch).await?;
    signed_in(engine, cookie).await
}
