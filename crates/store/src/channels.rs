//! Channels: the contracts of a merchant with PGs, for payments or for identity verification. A
//! deleted one stays, for its payments.

use crate::{Batch, CommitError, Db, DbError, Row, args};
use domain::{MerchantId, Millis};

/// The kind of channels payments go through.
pub const PAYMENT: &str = "payment";
/// The kind of channels that verify people.
pub const CERTIFICATION: &str = "certification";

/// A row of `channels`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Its number; later ones are larger.
    pub id: i64,
    /// The owner.
    pub merchant_id: i64,
    /// `channel-key-` and a UUID.
    pub channel_key: String,
    /// What the merchant calls it.
    pub name: String,
    /// The PG's own code, never an alias.
    pub pg: String,
    /// `payment` or `certification`: a PG that does both has a contract for each.
    pub kind: String,
    /// `test` or `live`.
    pub mode: String,
    /// MID.
    pub mid: String,
    /// The credentials, sealed; empty in test mode.
    pub sealed: String,
    /// By the wall clock.
    pub created_at: Millis,
    /// By the wall clock.
    pub updated_at: Millis,
    /// Set: takes no new payments.
    pub deleted_at: Option<Millis>,
    /// Grows by one with each change.
    pub version: i64,
}

impl ChannelRow {
    /// Whether it talks to the PG's test side.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.mode == "test"
    }

    /// Whether payments may go through it; else it verifies people.
    #[must_use]
    pub fn is_payment(&self) -> bool {
        self.kind == PAYMENT
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.int("id")?,
            merchant_id: row.int("merchant_id")?,
            channel_key: row.text("channel_key")?,
            name: row.text("name")?,
            pg: row.text("pg")?,
            kind: row.text("kind")?,
            mode: row.text("mode")?,
            mid: row.text("mid")?,
            sealed: row.text("sealed")?,
            created_at: Millis(row.int("created_at")?),
            updated_at: Millis(row.int("updated_at")?),
            deleted_at: row.opt_int("deleted_at")?.map(Millis),
            version: row.int("version")?,
        })
    }
}

/// Whether a commit failed because the merchant already has this PG, MID and mode.
#[must_use]
pub fn is_duplicate(error: &CommitError) -> bool {
    let columns = "channels.merchant_id, channels.pg, channels.mid, channels.mode";
    error.is_unique("channels_contract", columns)
}

/// Adds a channel, and makes it the default if it is for payments and the merchant has none. See
/// [`is_duplicate`].
pub fn insert(batch: &mut Batch, row: &ChannelRow) {
    batch.expect_one(
        "channel",
        "insert into channels (id, merchant_id, channel_key, name, pg, mode, mid, sealed,
             created_at, updated_at, deleted_at, version, kind)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        args![
            row.id,
            row.merchant_id,
            &row.channel_key,
            &row.name,
            &row.pg,
            &row.mode,
            &row.mid,
            &row.sealed,
            row.created_at.0,
            row.updated_at.0,
            row.deleted_at.map(|at| at.0),
            row.version,
            &row.kind,
        ],
    );
    if row.is_payment() {
        batch.push(
            "update merchants set default_channel_id = $2 where id = $1 \
             and default_channel_id is null",
            args![row.merchant_id, row.id],
        );
    }
}

/// Writes a changed channel over version `row.version - 1`. Fails the batch with
/// `channel changed` if somebody else was faster or it is deleted. See [`is_duplicate`].
pub fn update(batch: &mut Batch, row: &ChannelRow) {
    batch.expect_one(
        "channel changed",
        "update channels set name = $3, mode = $4, mid = $5, sealed = $6, updated_at = $7,
             version = $8
         where id = $1 and merchant_id = $2 and version = $8 - 1 and deleted_at is null",
        args![
            row.id,
            row.merchant_id,
            &row.name,
            &row.mode,
            &row.mid,
            &row.sealed,
            row.updated_at.0,
            row.version,
        ],
    );
}

/// Deletes a channel; if it was the default, the first added of the others for payments becomes it.
/// Fails the batch with `channel changed` if it is deleted already. Put `merchants::hold` before
/// it.
pub fn delete(batch: &mut Batch, merchant: MerchantId, id: i64, at: Millis) {
    batch.expect_one(
        "channel changed",
        "update channels set deleted_at = $3, updated_at = $3, version = version + 1
         where id = $1 and merchant_id = $2 and deleted_at is null",
        args![id, merchant.0, at.0],
    );
    batch.push(
        "update merchants set default_channel_id = (
             select c.id from channels c where c.merchant_id = $1 and c.deleted_at is null
             and c.kind = 'payment' order by c.id limit 1)
         where id = $1 and default_channel_id = $2",
        args![merchant.0, id],
    );
}

/// Makes a channel the default. Fails the batch with `channel changed` if it is not there, or not
/// for payments. Put
/// `merchants::hold` before it.
pub fn set_default(batch: &mut Batch, merchant: MerchantId, id: i64) {
    batch.expect_one(
        "channel changed",
        "update merchants set default_channel_id = $2 where id = $1 and exists (
             select 1 from channels c
             where c.id = $2 and c.merchant_id = $1 and c.deleted_at is null
             and c.kind = 'payment')",
        args![merchant.0, id],
    );
}

/// The merchant's channel with this number, also a deleted one: its payments still need it.
pub async fn find(db: &Db, merchant: MerchantId, id: i64) -> Result<Option<ChannelRow>, DbError> {
    let sql = "select * from channels where id = $1 and merchant_id = $2";
    db.row(sql, &args![id, merchant.0]).await?.as_ref().map(ChannelRow::read).transpose()
}

/// Codes of the PGs somebody has a channel of.
///
/// # Errors
/// Of the database.
pub async fn codes(db: &Db) -> Result<Vec<(String, String)>, DbError> {
    let sql = "select distinct kind, pg from channels where deleted_at is null order by kind, pg";
    let rows = db.rows(sql, &args![]).await?;
    rows.iter().map(|row| Ok((row.text("kind")?, row.text("pg")?))).collect()
}

/// The merchant's channels that are not deleted, first added first.
pub async fn list(db: &Db, merchant: MerchantId) -> Result<Vec<ChannelRow>, DbError> {
    let sql = "select * from channels where merchant_id = $1 and deleted_at is null order by id";
    db.rows(sql, &args![merchant.0]).await?.iter().map(ChannelRow::read).collect()
}

/// The payment channels with this key, PG code or MID, whoever owns them: for commands.
pub async fn named(db: &Db, name: &str) -> Result<Vec<ChannelRow>, DbError> {
    let sql = "select * from channels where (channel_key = $1 or pg = $1 or mid = $1) \
               and kind = 'payment' and deleted_at is null order by id";
    db.scan(sql, args![name]).await?.iter().map(ChannelRow::read).collect()
}

/// All payment channels of this PG and MID that are not deleted, whoever owns them: for notices of
/// PGs, which name no merchant.
pub async fn by_mid(db: &Db, pg: &str, mid: &str) -> Result<Vec<ChannelRow>, DbError> {
    let sql = "select * from channels where pg = $1 and mid = $2 and kind = 'payment' \
               and deleted_at is null";
    db.scan(sql, args![pg, mid]).await?.iter().map(ChannelRow::read).collect()
}

/// Whether any payment or verification went through this channel. Reads long where none did.
pub async fn is_used(db: &Db, merchant: MerchantId, id: i64) -> Result<bool, DbError> {
    let verified = "select imp_uid from certifications where channel_id = $2 \
                    and merchant_id = $1 limit 1";
    if !db.rows(verified, &args![merchant.0, id]).await?.is_empty() {
        return Ok(true);
    }
    let sql = "select imp_uid from payments where merchant_id = $1 and channel_id = $2 limit 1";
    Ok(!db.scan(sql, args![merchant.0, id]).await?.is_empty())
}
