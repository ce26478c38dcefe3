//! `POST /users/getToken` (V1 behaviour §1.1).
//!
//! One token lives for each key, so that clients that ask before every call, from several
//! processes, share it. Who gives it out is decided in the database: replicas agree too.

use crate::{Engine, Error, Result, merchants, seal};
use domain::{MerchantId, Millis};
use std::net::IpAddr;
use store::api_keys::{self, ApiKeyRow, TokenRow};
use store::{Batch, CommitError};
use subtle::ConstantTimeEq;

/// How long a fresh token lives, seconds.
const LIFE: i64 = 1_800;
/// With less than this left, the token is extended, seconds.
const SHORT: i64 = 60;
/// By how much, counted from its old end, seconds.
const EXTENSION: i64 = 300;

/// What the caller gets. Times are UNIX seconds by the merchant's clock.
#[derive(Clone, PartialEq, Eq)]
pub struct GetToken {
    /// 40 lower-case hex characters.
    pub access_token: String,
    /// Now.
    pub now: i64,
    /// When the token ends.
    pub expired_at: i64,
}

impl std::fmt::Debug for GetToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("GetToken");
        shown.field("now", &self.now).field("expired_at", &self.expired_at).finish_non_exhaustive()
    }
}

/// The live token of a key, or a new one, asked for from this address.
///
/// # Errors
/// [`Error::Invalid`], its message being V1's whole text, if either is missing;
/// [`Error::Unauthorized`] with V1's text if either is wrong, or the address is not on the list;
/// [`Error::Busy`] while the database is away.
pub async fn get_token(
    engine: &Engine,
    imp_key: Option<&str>,
    imp_secret: Option<&str>,
    from: IpAddr,
) -> Result<GetToken> {
    let given = |text: Option<&str>| text.map(str::to_owned).filter(|text| !text.is_empty());
    let (Some(imp_key), Some(imp_secret)) = (given(imp_key), given(imp_secret)) else {
        let text = "imp_key, imp_secret 파라메터가 누락되었습니다.";
        return Err(Error::invalid("imp_key, imp_secret", text));
    };
    let key = check(engine, &imp_key, &imp_secret).await?;
    let merchant = MerchantId(key.merchant_id);
    let owner = merchants::get(engine, merchant).await?;
    if !merchants::addresses::admits(owner.allowed_ips.as_deref(), from) {
        return Err(Error::Unauthorized("Unauthorized"));
    }
    // Each round somebody got further: us, or whoever was faster.
    for _ in 0..8 {
        let now = merchants::now_of(engine, merchant).await?;
        let stored = api_keys::token(&engine.db, merchant, key.id).await?;
        let mut batch = Batch::new();
        match stored.map(|row| stand(engine, row, now)) {
            Some(Stand::Live(row)) => {
                return Ok(GetToken {
                    access_token: engine.keyring.token(key.id, row.generation),
                    now: now.seconds(),
                    expired_at: row.expires_at.seconds(),
                });
            }
            Some(Stand::Short(row)) => {
                let end = row.expires_at.plus_seconds(EXTENSION);
                api_keys::extend_token(&mut batch, &row, end);
            }
            Some(Stand::Over(row)) => {
                api_keys::put_token(&mut batch, &fresh(engine, &key, row.generation + 1, now));
            }
            None => api_keys::put_token(&mut batch, &fresh(engine, &key, 1, now)),
        }
        match engine.db.commit(batch).await {
            Ok(_) => {}
            // Two first tokens of one key are the same token: PostgreSQL may notice that in the
            // index of hashes before it comes to the key, whose conflict is provided for.
            Err(error) if error.is_unique("tokens_token_hash_key", "tokens.token_hash") => {}
            Err(CommitError::Db(error)) => return Err(Error::before(error)),
            // Whether the token is there, the next round sees.
            Err(CommitError::Unknown(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Busy)
}

/// The key these belong to. An unknown key takes as long as a wrong secret.
async fn check(engine: &Engine, imp_key: &str, imp_secret: &str) -> Result<ApiKeyRow> {
    let wrong = Error::Unauthorized("인증에 실패하였습니다. API키와 secret을 확인하세요.");
    if imp_key.contains('\0') {
        return Err(wrong);
    }
    let found = api_keys::find_by_key(&engine.db, imp_key).await.map_err(Error::before)?;
    let hash = seal::hash(imp_secret);
    let stored = found.as_ref().map_or_else(|| seal::hash(""), |key| key.secret_hash.clone());
    let same = bool::from(hash.as_bytes().ct_eq(stored.as_bytes()));
    found.filter(|_| same).ok_or(wrong)
}

/// How a stored token stands.
enum Stand {
    Live(TokenRow),
    Short(TokenRow),
    Over(TokenRow),
}

fn stand(engine: &Engine, row: TokenRow, now: Millis) -> Stand {
    // Another master key makes other tokens: what is stored can then not be told any more.
    let ours = seal::hash(&engine.keyring.token(row.api_key_id, row.generation)) == row.token_hash;
    let left = row.expires_at.0.saturating_sub(now.0);
    match left {
        left if left <= 0 || !ours => Stand::Over(row),
        left if left < SHORT * 1_000 => Stand::Short(row),
        _ => Stand::Live(row),
    }
}

/// The token of the next generation. Its end is a whole second, as V1 tells it.
fn fresh(engine: &Engine, key: &ApiKeyRow, generation: i64, now: Millis) -> TokenRow {
    TokenRow {
        api_key_id: key.id,
        merchant_id: key.merchant_id,
        generation,
        token_hash: seal::hash(&engine.keyring.token(key.id, generation)),
        expires_at: Millis::from_seconds(now.seconds() + LIFE),
        clock_offset_ms: 0,
        allowed_ips: None,
    }
}
