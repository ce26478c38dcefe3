//! Who presents a token (V1 behaviour §1.2). Where the token stood in the request is `web`'s.

use crate::merchants::addresses;
use crate::{Engine, Error, Result, seal};
use domain::{MerchantId, Millis};
use std::net::IpAddr;
use store::api_keys;

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MerchantAuth {
    /// The merchant.
    pub merchant_id: MerchantId,
    /// The key the token was given for.
    pub api_key_id: i64,
}

/// The merchant of a live token, asked for from this address. The token is found by its hash, so
/// that neither the database nor the time it takes tells anything about it.
///
/// # Errors
/// [`Error::Unauthorized`] if it is unknown or over, or the address is not on the merchant's list;
/// [`Error::Busy`] while the database is away.
pub async fn authenticate(engine: &Engine, token: &str, from: IpAddr) -> Result<MerchantAuth> {
    let unknown = Error::Unauthorized("Unauthorized");
    let found = api_keys::find_token(&engine.db, &seal::hash(token)).await;
    let Some(row) = found.map_err(Error::before)? else {
        return Err(unknown);
    };
    let now = Millis(engine.now().0.saturating_add(row.clock_offset_ms));
    if row.expires_at <= now || !addresses::admits(row.allowed_ips.as_deref(), from) {
        return Err(unknown);
    }
    Ok(MerchantAuth { merchant_id: MerchantId(row.merchant_id), api_key_id: row.api_key_id })
}
