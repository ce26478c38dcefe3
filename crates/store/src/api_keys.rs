//! API keys, and the one access token that may live for each.

use crate::{Batch, Db, DbError, Row, args};
use domain::{MerchantId, Millis};

/// A row of `api_keys`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyRow {
    /// Its number.
    pub id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// `imp_key`: public, unique over all merchants.
    pub imp_key: String,
    /// SHA-256 of `imp_secret`, hex.
    pub secret_hash: String,
    /// By the wall clock.
    pub created_at: Millis,
    /// Set: neither the key nor its token works any more.
    pub revoked_at: Option<Millis>,
}

/// A row of `tokens`, with what telling its life needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// The key it stands for.
    pub api_key_id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// From 1; the token is derived from it.
    pub generation: i64,
    /// SHA-256 of the token, hex.
    pub token_hash: String,
    /// By the merchant's clock.
    pub expires_at: Millis,
    /// The merchant's clock offset when this was read, milliseconds.
    pub clock_offset_ms: i64,
    /// The networks the merchant's servers call from, when this was read; `None` for all.
    pub allowed_ips: Option<String>,
}

impl ApiKeyRow {
    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.int("id")?,
            merchant_id: row.int("merchant_id")?,
            imp_key: row.text("imp_key")?,
            secret_hash: row.text("secret_hash")?,
            created_at: Millis(row.int("created_at")?),
            revoked_at: row.opt_int("revoked_at")?.map(Millis),
        })
    }
}

impl TokenRow {
    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            api_key_id: row.int("api_key_id")?,
            merchant_id: row.int("merchant_id")?,
            generation: row.int("generation")?,
            token_hash: row.text("token_hash")?,
            expires_at: Millis(row.int("expires_at")?),
            clock_offset_ms: row.int("clock_offset_ms")?,
            allowed_ips: row.opt_text("allowed_ips")?,
        })
    }
}

/// Adds a key. Fails the batch with `imp_key taken` if any merchant has it.
pub fn insert(batch: &mut Batch, row: &ApiKeyRow) {
    batch.expect_one(
        "imp_key taken",
        "insert into api_keys (id, merchant_id, imp_key, secret_hash, created_at, revoked_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (imp_key) do nothing",
        args![
            row.id,
            row.merchant_id,
            &row.imp_key,
            &row.secret_hash,
            row.created_at.0,
            row.revoked_at.map(|at| at.0),
        ],
    );
}

/// The key with this name, not revoked, whoever owns it: it is how a merchant says who it is.
pub async fn find_by_key(db: &Db, imp_key: &str) -> Result<Option<ApiKeyRow>, DbError> {
    let sql = "select * from api_keys where imp_key = $1 and revoked_at is null";
    db.row(sql, &args![imp_key]).await?.as_ref().map(ApiKeyRow::read).transpose()
}

/// The merchant's keys that are not revoked, oldest first.
pub async fn list(db: &Db, merchant: MerchantId) -> Result<Vec<ApiKeyRow>, DbError> {
    let sql = "select * from api_keys where merchant_id = $1 and revoked_at is null order by id";
    db.rows(sql, &args![merchant.0]).await?.iter().map(ApiKeyRow::read).collect()
}

/// Replaces the secret. Fails the batch with `no such key` if the merchant has no such live key.
pub fn replace_secret(batch: &mut Batch, merchant: MerchantId, imp_key: &str, secret_hash: &str) {
    batch.expect_one(
        "no such key",
        "update api_keys set secret_hash = $3
         where merchant_id = $1 and imp_key = $2 and revoked_at is null",
        args![merchant.0, imp_key, secret_hash],
    );
}

/// Ends a key and its token. Fails the batch with `no such key` as [`replace_secret`] does.
pub fn revoke(batch: &mut Batch, merchant: MerchantId, imp_key: &str, at: Millis) {
    batch.expect_one(
        "no such key",
        "update api_keys set revoked_at = $3
         where merchant_id = $1 and imp_key = $2 and revoked_at is null",
        args![merchant.0, imp_key, at.0],
    );
}

const TOKENS: &str = "select t.api_key_id, t.merchant_id, t.generation, t.token_hash, t.expires_at,
        m.clock_offset_ms, m.allowed_ips
    from tokens t join merchants m on m.id = t.merchant_id";

/// The token of a key, live or not.
pub async fn token(
    db: &Db,
    merchant: MerchantId,
    api_key_id: i64,
) -> Result<Option<TokenRow>, DbError> {
    let sql = format!("{TOKENS} where t.api_key_id = $1 and t.merchant_id = $2");
    let row = db.row(&sql, &args![api_key_id, merchant.0]).await?;
    row.as_ref().map(TokenRow::read).transpose()
}

/// The token with this hash, live or not, of a key that is not revoked.
pub async fn find_token(db: &Db, token_hash: &str) -> Result<Option<TokenRow>, DbError> {
    let sql = format!(
        "{TOKENS} join api_keys k on k.id = t.api_key_id and k.revoked_at is null
         where t.token_hash = $1"
    );
    db.row(&sql, &args![token_hash]).await?.as_ref().map(TokenRow::read).transpose()
}

/// Puts the first token of a key, or the next generation over the one before it. Does nothing if
/// somebody else was faster: read back which token lives.
pub fn put_token(batch: &mut Batch, row: &TokenRow) {
    batch.push(
        "insert into tokens (api_key_id, merchant_id, generation, token_hash, expires_at)
         values ($1, $2, $3, $4, $5)
         on conflict (api_key_id) do update set generation = excluded.generation,
             token_hash = excluded.token_hash, expires_at = excluded.expires_at
         where tokens.generation = excluded.generation - 1",
        args![row.api_key_id, row.merchant_id, row.generation, &row.token_hash, row.expires_at.0,],
    );
}

/// Moves a token's end, unless somebody else did: read back when it ends.
pub fn extend_token(batch: &mut Batch, row: &TokenRow, expires_at: Millis) {
    batch.push(
        "update tokens set expires_at = $5
         where api_key_id = $1 and merchant_id = $2 and generation = $3 and expires_at = $4",
        args![row.api_key_id, row.merchant_id, row.generation, row.expires_at.0, expires_at.0,],
    );
}
