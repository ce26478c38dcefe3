//! Makes an API key.

use crate::{Engine, Error, Result, audit, draw, seal};
use domain::{MerchantId, Secret};
use store::api_keys::{self, ApiKeyRow};
use store::{Batch, CommitError};

/// What the new key is to be; drawn where nothing is given. The public demo account has given ones.
#[derive(Clone, Debug, Default)]
pub struct IssueKey {
    /// `imp_key`; drawn: 16 digits.
    pub imp_key: Option<String>,
    /// `imp_secret`; drawn: 80 letters and digits.
    pub imp_secret: Option<Secret<String>>,
}

/// A key with its secret, which is shown this once: only its hash is kept.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The key's row number.
    pub id: i64,
    /// REST API key.
    pub imp_key: String,
    /// REST API secret.
    pub imp_secret: Secret<String>,
}

/// Issues a key. `actor` goes into the audit log.
///
/// # Errors
/// [`Error::Invalid`] for a given key that is in use or no plain text of at most 100 characters.
pub async fn issue(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    new: IssueKey,
) -> Result<Issued> {
    let drawn = new.imp_key.is_none();
    for _ in 0..5 {
        let mut batch = Batch::new();
        let issued = prepare(engine, &mut batch, merchant, &new)?;
        audit::note(engine, &mut batch, merchant, actor, "key.issue", issued.imp_key.clone());
        match engine.db.commit(batch).await {
            Ok(_) => return Ok(issued),
            Err(CommitError::Expectation("imp_key taken")) if drawn => {}
            Err(CommitError::Expectation("imp_key taken")) => {
                return Err(Error::invalid("imp_key", "이미 사용 중인 API키입니다."));
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("five drawn API keys were all taken"))
}

/// Appends a new key to a batch; `imp_key taken` is what the batch then fails with.
pub(crate) fn prepare(
    engine: &Engine,
    batch: &mut Batch,
    merchant: MerchantId,
    new: &IssueKey,
) -> Result<Issued> {
    let imp_key = new.imp_key.clone().unwrap_or_else(|| draw::digits(&*engine.random, 16));
    let secret = new.imp_secret.clone().unwrap_or_else(|| draw_secret(engine));
    for (field, text) in [("imp_key", &imp_key), ("imp_secret", secret.expose())] {
        let fits = (1..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if !fits {
            return Err(Error::invalid(field, "공백 없는 영문과 숫자 100자 이내여야 합니다."));
        }
    }
    let row = ApiKeyRow {
        id: engine.next_id(),
        merchant_id: merchant.0,
        imp_key: imp_key.clone(),
        secret_hash: seal::hash(secret.expose()),
        created_at: engine.now(),
        revoked_at: None,
    };
    api_keys::insert(batch, &row);
    Ok(Issued { id: row.id, imp_key, imp_secret: secret })
}

/// A secret as V1's are: 80 letters and digits.
pub(super) fn draw_secret(engine: &Engine) -> Secret<String> {
    Secret::new(draw::alnum(&*engine.random, 80))
}
