//! Ends an API key.

use crate::{Engine, Error, Result, audit};
use domain::MerchantId;
use store::{Batch, CommitError, api_keys};

/// Ends a key and its token at once.
///
/// # Errors
/// [`Error::NotFound`] also for another merchant's key; [`Error::Refused`] for the last one.
pub async fn revoke(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    imp_key: &str,
) -> Result<()> {
    let keys = api_keys::list(&engine.db, merchant).await?;
    if keys.len() == 1 && keys.iter().any(|key| key.imp_key == imp_key) {
        return Err(Error::Refused("마지막 API키는 삭제할 수 없습니다.".to_owned()));
    }
    let mut batch = Batch::new();
    api_keys::revoke(&mut batch, merchant, imp_key, engine.now());
    audit::note(engine, &mut batch, merchant, actor, "key.revoke", imp_key.to_owned());
    match engine.db.commit(batch).await {
        Ok(_) => Ok(()),
        Err(CommitError::Expectation("no such key")) => Err(Error::NotFound("없는 API키입니다.")),
        Err(other) => Err(other.into()),
    }
}
