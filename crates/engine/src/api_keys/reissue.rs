//! Gives an API key another secret.

use super::issue::draw_secret;
use crate::{Engine, Error, Result, audit, seal};
use domain::{MerchantId, Secret};
use store::{Batch, CommitError, api_keys};

/// Replaces the secret: the old one fails at once, tokens already issued live on to their end.
/// The new one is shown this once.
///
/// # Errors
/// [`Error::NotFound`] also for another merchant's key.
pub async fn reissue(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    imp_key: &str,
) -> Result<Secret<String>> {
    let secret = draw_secret(engine);
    let mut batch = Batch::new();
    api_keys::replace_secret(&mut batch, merchant, imp_key, &seal::hash(secret.expose()));
    audit::note(engine, &mut batch, merchant, actor, "key.reissue", imp_key.to_owned());
    match engine.db.commit(batch).await {
        Ok(_) => Ok(secret),
        Err(CommitError::Expectation("no such key")) => Err(Error::NotFound("없는 API키입니다.")),
        Err(other) => Err(other.into()),
    }
}
