//! The merchant's API keys, for the console.

use crate::{Engine, Result};
use domain::{MerchantId, Millis};
use store::api_keys;

/// A key without its secret, which nobody can show any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// REST API key.
    pub imp_key: String,
    /// By the wall clock.
    pub created_at: Millis,
}

/// Keys that work, oldest first.
///
/// # Errors
/// Of the database.
pub async fn list(engine: &Engine, merchant: MerchantId) -> Result<Vec<Key>> {
    let rows = api_keys::list(&engine.db, merchant).await?;
    let keys = rows.into_iter();
    Ok(keys.map(|row| Key { imp_key: row.imp_key, created_at: row.created_at }).collect())
}
