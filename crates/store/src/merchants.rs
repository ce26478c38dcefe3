//! Merchants: whom everything belongs to.

use crate::{Batch, Db, DbError, Row, args};
use domain::{MerchantId, Millis};

/// A row of `merchants`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantRow {
    /// Its number.
    pub id: i64,
    /// `imp` and 8 digits, what `IMP.init()` takes; of a tier its agency's, a dot and its code.
    pub user_code: String,
    /// The shop's name.
    pub name: String,
    /// How far the merchant's clock is ahead of the wall clock, milliseconds; 0 in production.
    pub clock_offset_ms: i64,
    /// The channel used when a payment names none.
    pub default_channel_id: Option<i64>,
    /// The console's webhook URL.
    pub webhook_url: Option<String>,
    /// Where webhooks of test payments go, if elsewhere.
    pub webhook_test_url: Option<String>,
    /// Networks the REST API may be called from, CIDR with spaces between; `None` for all.
    pub allowed_ips: Option<String>,
    /// `json` or `form`.
    pub webhook_format: String,
    /// By the wall clock.
    pub created_at: Millis,
    /// Grows by one with each change.
    pub version: i64,
    /// Of a sub-merchant: whose it is, and its code of 3 letters and digits.
    pub tier: Option<(i64, String)>,
}

impl MerchantRow {
    /// The merchant's own time, given the wall clock.
    #[must_use]
    pub const fn time(&self, wall: Millis) -> Millis {
        Millis(wall.0.saturating_add(self.clock_offset_ms))
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: row.int("id")?,
            user_code: row.text("user_code")?,
            name: row.text("name")?,
            clock_offset_ms: row.int("clock_offset_ms")?,
            default_channel_id: row.opt_int("default_channel_id")?,
            webhook_url: row.opt_text("webhook_url")?,
            webhook_test_url: row.opt_text("webhook_test_url")?,
            allowed_ips: row.opt_text("allowed_ips")?,
            webhook_format: row.text("webhook_format")?,
            created_at: Millis(row.int("created_at")?),
            version: row.int("version")?,
            tier: row.opt_int("agency_id")?.zip(row.opt_text("tier_code")?),
        })
    }
}

/// Adds a merchant. Fails the batch with `user_code taken` if the code is in use.
pub fn insert(batch: &mut Batch, row: &MerchantRow) {
    batch.expect_one(
        "user_code taken",
        "insert into merchants (id, user_code, name, clock_offset_ms, default_channel_id,
             webhook_url, webhook_format, created_at, version, agency_id, tier_code,
             webhook_test_url, allowed_ips)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (user_code) do nothing",
        args![
            row.id,
            &row.user_code,
            &row.name,
            row.clock_offset_ms,
            row.default_channel_id,
            row.webhook_url.clone(),
            &row.webhook_format,
            row.created_at.0,
            row.version,
            row.tier.as_ref().map(|(agency, _)| *agency),
            row.tier.as_ref().map(|(_, code)| code.clone()),
            row.webhook_test_url.clone(),
            row.allowed_ips.clone(),
        ],
    );
}

/// The merchant with this number.
pub async fn find(db: &Db, merchant: MerchantId) -> Result<Option<MerchantRow>, DbError> {
    let sql = "select * from merchants where id = $1";
    db.row(sql, &args![merchant.0]).await?.as_ref().map(MerchantRow::read).transpose()
}

/// The merchant with this user code, which any page may send.
pub async fn by_user_code(db: &Db, user_code: &str) -> Result<Option<MerchantRow>, DbError> {
    let sql = "select * from merchants where user_code = $1";
    db.row(sql, &args![user_code]).await?.as_ref().map(MerchantRow::read).transpose()
}

/// An agency's sub-merchant with this code.
pub async fn tier(
    db: &Db,
    agency: MerchantId,
    tier_code: &str,
) -> Result<Option<MerchantRow>, DbError> {
    let sql = "select * from merchants where agency_id = $1 and tier_code = $2";
    let row = db.row(sql, &args![agency.0, tier_code]).await?;
    row.as_ref().map(MerchantRow::read).transpose()
}

/// An agency's sub-merchants by code.
pub async fn tiers(db: &Db, agency: MerchantId) -> Result<Vec<MerchantRow>, DbError> {
    let sql = "select * from merchants where agency_id = $1 order by tier_code";
    db.rows(sql, &args![agency.0]).await?.iter().map(MerchantRow::read).collect()
}

/// All merchants by number, for the operator's tools.
pub async fn list(db: &Db) -> Result<Vec<MerchantRow>, DbError> {
    let rows = db.scan("select * from merchants order by id", Vec::new()).await?;
    rows.iter().map(MerchantRow::read).collect()
}

/// Moves the merchant's clock forward. It adds, so that two at once both count.
pub fn advance_clock(batch: &mut Batch, merchant: MerchantId, by_ms: i64) {
    batch.expect_one(
        "merchant gone",
        "update merchants set clock_offset_ms = clock_offset_ms + $2, version = version + 1
         where id = $1",
        args![merchant.0, by_ms],
    );
}

/// Sets (or with `None` clears) the console's webhook URL and the format, `json` or `form`.
pub fn set_webhook(batch: &mut Batch, merchant: MerchantId, url: Option<&str>, format: &str) {
    batch.expect_one(
        "merchant gone",
        "update merchants set webhook_url = $2, webhook_format = $3, version = version + 1
         where id = $1",
        args![merchant.0, url, format],
    );
}

/// Sets (or with `None` clears) where webhooks of test payments go.
pub fn set_webhook_test_url(batch: &mut Batch, merchant: MerchantId, url: Option<&str>) {
    batch.expect_one(
        "merchant gone",
        "update merchants set webhook_test_url = $2, version = version + 1 where id = $1",
        args![merchant.0, url],
    );
}

/// Sets (or with `None` clears) the networks the REST API may be called from.
pub fn set_allowed_ips(batch: &mut Batch, merchant: MerchantId, list: Option<&str>) {
    batch.expect_one(
        "merchant gone",
        "update merchants set allowed_ips = $2, version = version + 1 where id = $1",
        args![merchant.0, list],
    );
}

/// Renames the shop.
pub fn set_name(batch: &mut Batch, merchant: MerchantId, name: &str) {
    batch.expect_one(
        "merchant gone",
        "update merchants set name = $2, version = version + 1 where id = $1",
        args![merchant.0, name],
    );
}

/// Holds the merchant's row until the batch ends: the first statement of every change of channels,
/// so that two of them cannot each leave the default to the other.
pub fn hold(batch: &mut Batch, merchant: MerchantId) {
    batch.expect_one(
        "merchant gone",
        "update merchants set version = version + 1 where id = $1",
        args![merchant.0],
    );
}
