//! Members at the PG: deleting one, ending its biometrics. No money moves; a call whose answer is
//! lost may be made again.

use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::PgError;
use pg::capability::quick_pay::Member;
use store::channels::ChannelRow;

/// A deleted member and the channel it belonged to.
#[derive(Debug)]
pub struct Deleted {
    /// The member.
    pub member: Member,
    /// Through which it was reached.
    pub channel: ChannelRow,
}

/// `DELETE /kcpquick/members/{member_id}`. `site_code` is the MID.
///
/// # Errors
/// [`Error::NotFound`] for a member or a site code nobody has; [`Error::PgRefused`].
pub async fn delete(
    engine: &Engine,
    merchant: MerchantId,
    member_id: &str,
    site_code: &str,
    partner: (&str, &str),
) -> Result<Deleted> {
    let missing = || Error::NotFound("유효하지 않은 member_id입니다.");
    super::check_member(member_id).map_err(|_| missing())?;
    let rows = store::channels::list(&engine.db, merchant).await?;
    let mine = |row: &ChannelRow| super::verbs(&row.pg).is_some() && row.mid == site_code;
    let channel = rows.into_iter().find(mine).ok_or_else(missing)?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let quick = line.pg.quick_pay().ok_or_else(|| Error::internal("no members"))?;
    let number = line.number('q');
    let member = quick.forget_member(&line.cx(&number), member_id, partner).await?;
    Ok(Deleted { member: member.ok_or_else(missing)?, channel })
}

/// How ending somebody's biometrics went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Released {
    /// They are ended.
    Done,
    /// The PG said no.
    Refused {
        /// Its code.
        code: String,
        /// Its text.
        message: String,
    },
    /// It did not say.
    NoAnswer,
}

/// `POST /kcpquick/members/{member_id}/fido/release`.
///
/// # Errors
/// [`Error::Invalid`] for a channel that has no members.
pub async fn release_fido(
    engine: &Engine,
    merchant: MerchantId,
    member_id: &str,
    channel_key: &str,
) -> Result<Released> {
    super::check_member(member_id)?;
    let channel = super::channel(engine, merchant, channel_key).await?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let quick = line.pg.quick_pay().ok_or_else(|| Error::internal("no members"))?;
    let number = line.number('q');
    match quick.release_fido(&line.cx(&number), member_id).await {
        Ok(()) => Ok(Released::Done),
        Err(PgError::Declined { code, message }) => Ok(Released::Refused { code, message }),
        Err(PgError::Unknown(_) | PgError::Unavailable(_) | PgError::Forged(_)) => {
            Ok(Released::NoAnswer)
        }
        Err(error @ PgError::Invalid { .. }) => Err(error.into()),
    }
}
