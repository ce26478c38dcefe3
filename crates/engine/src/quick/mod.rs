//! Members with prepaid money (V1 behaviour §3.13, `kcpquick`), a file per verb. Money goes through
//! [`crate::billing::charge`]: what a member allows is a kind of billing key.

pub mod autopay;
pub mod members;
pub mod money;
pub mod prepare;

use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::capability::quick_pay::QuickPay;
use store::channels::ChannelRow;

/// The verbs of a PG that has members.
fn verbs(code: &str) -> Option<&'static dyn QuickPay> {
    pg::find(code)?.quick_pay()
}

/// The merchant's channel with this key, if its PG has members.
///
/// # Errors
/// [`Error::Invalid`] naming `channel_key`.
async fn channel(engine: &Engine, merchant: MerchantId, key: &str) -> Result<ChannelRow> {
    let rows = store::channels::list(&engine.db, merchant).await?;
    let row = rows.into_iter().find(|row| row.channel_key == key.trim());
    let row = row.ok_or_else(|| Error::invalid("channel_key", "존재하지 않는 채널입니다."))?;
    match verbs(&row.pg) {
        Some(_) => Ok(row),
        None => Err(Error::invalid("channel_key", "퀵페이 채널이 아닙니다.")),
    }
}

/// A member's number.
///
/// # Errors
/// [`Error::Invalid`].
fn check_member(member_id: &str) -> Result<()> {
    let length = member_id.chars().count();
    if length == 0 || length > 80 || member_id.chars().any(char::is_control) {
        return Err(Error::invalid("member_id", "1자에서 80자 사이여야 합니다."));
    }
    Ok(())
}
