//! Charges planned for later.

use crate::{Arg, Batch, Db, DbError, Row};
use domain::MerchantId;

/// The state of a plan that is being charged: it can be neither moved nor revoked any more. To
/// merchants it is still `scheduled`.
pub const RUNNING: &str = "running";

/// A row of `schedules`.
#[derive(Clone, Debug)]
pub struct ScheduleRow {
    /// The owner.
    pub merchant_id: i64,
    /// The merchant's order number.
    pub merchant_uid: String,
    /// Whose key is charged.
    pub customer_uid: String,
    /// `scheduled`, [`RUNNING`], `executed` or `revoked`.
    pub state: String,
    /// When to charge, milliseconds.
    pub schedule_at: i64,
    /// When it was charged.
    pub executed_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// The attempt.
    pub imp_uid: Option<String>,
    /// `paid`, `failed` or `cancelled`.
    pub payment_status: Option<String>,
    /// Why the charge failed.
    pub fail_reason: Option<String>,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// Order name.
    pub name: Option<String>,
    /// Buyer's name.
    pub buyer_name: Option<String>,
    /// Buyer's e-mail.
    pub buyer_email: Option<String>,
    /// Buyer's telephone.
    pub buyer_tel: Option<String>,
    /// Buyer's address.
    pub buyer_addr: Option<String>,
    /// Buyer's postcode.
    pub buyer_postcode: Option<String>,
    /// JSON text.
    pub custom_data: Option<String>,
    /// JSON array of webhook targets.
    pub notice_urls: Option<String>,
    /// Minor units.
    pub tax_free: Option<i64>,
    /// Minor units.
    pub vat_amount: Option<i64>,
    /// Instalment months.
    pub card_quota: i64,
    /// The merchant pays the interest.
    pub interest_free: bool,
    /// The merchant's number of the buyer.
    pub customer_id: Option<String>,
    /// PG code, once known.
    pub pg: Option<String>,
    /// MID, once known.
    pub pg_id: Option<String>,
    /// Milliseconds.
    pub created_at: i64,
    /// Grows by one with each change.
    pub version: i64,
}

const COLUMNS: &str = "merchant_id, merchant_uid, customer_uid, state, schedule_at, executed_at, \
                       revoked_at, imp_uid, payment_status, fail_reason, amount, currency, name, \
                       buyer_name, buyer_email, buyer_tel, buyer_addr, buyer_postcode, \
                       custom_data, \
                       notice_urls, tax_free, vat_amount, card_quota, interest_free, \
                       customer_id, pg, \
                       pg_id, created_at, version";

fn read(row: &Row) -> Result<ScheduleRow, DbError> {
    Ok(ScheduleRow {
        merchant_id: row.int("merchant_id")?,
        merchant_uid: row.text("merchant_uid")?,
        customer_uid: row.text("customer_uid")?,
        state: row.text("state")?,
        schedule_at: row.int("schedule_at")?,
        executed_at: row.opt_int("executed_at")?,
        revoked_at: row.opt_int("revoked_at")?,
        imp_uid: row.opt_text("imp_uid")?,
        payment_status: row.opt_text("payment_status")?,
        fail_reason: row.opt_text("fail_reason")?,
        amount: row.int("amount")?,
        currency: row.text("currency")?,
        name: row.opt_text("name")?,
        buyer_name: row.opt_text("buyer_name")?,
        buyer_email: row.opt_text("buyer_email")?,
        buyer_tel: row.opt_text("buyer_tel")?,
        buyer_addr: row.opt_text("buyer_addr")?,
        buyer_postcode: row.opt_text("buyer_postcode")?,
        custom_data: row.opt_text("custom_data")?,
        notice_urls: row.opt_text("notice_urls")?,
        tax_free: row.opt_int("tax_free")?,
        vat_amount: row.opt_int("vat_amount")?,
        card_quota: row.int("card_quota")?,
        interest_free: row.int("interest_free")? != 0,
        customer_id: row.opt_text("customer_id")?,
        pg: row.opt_text("pg")?,
        pg_id: row.opt_text("pg_id")?,
        created_at: row.int("created_at")?,
        version: row.int("version")?,
    })
}

fn args(row: &ScheduleRow) -> Vec<Arg> {
    crate::args![
        row.merchant_id,
        &row.merchant_uid,
        &row.customer_uid,
        &row.state,
        row.schedule_at,
        row.executed_at,
        row.revoked_at,
        row.imp_uid.clone(),
        row.payment_status.clone(),
        row.fail_reason.clone(),
        row.amount,
        &row.currency,
        row.name.clone(),
        row.buyer_name.clone(),
        row.buyer_email.clone(),
        row.buyer_tel.clone(),
        row.buyer_addr.clone(),
        row.buyer_postcode.clone(),
        row.custom_data.clone(),
        row.notice_urls.clone(),
        row.tax_free,
        row.vat_amount,
        row.card_quota,
        i64::from(row.interest_free),
        row.customer_id.clone(),
        row.pg.clone(),
        row.pg_id.clone(),
        row.created_at,
        row.version,
    ]
}

/// `$1, $2, …` for every column.
fn marks() -> String {
    let marks: Vec<String> = (1..=COLUMNS.split(',').count()).map(|n| format!("${n}")).collect();
    marks.join(", ")
}

/// Plans a charge. Fails the batch with `schedule taken` if the order number is planned already.
pub fn insert(batch: &mut Batch, row: &ScheduleRow) {
    let sql = format!(
        "insert into schedules ({COLUMNS}) values ({}) \
         on conflict (merchant_id, merchant_uid) do nothing",
        marks()
    );
    batch.expect_one("schedule taken", sql, args(row));
}

/// Writes a changed plan over version `row.version - 1`. Fails the batch with `schedule changed`.
pub fn update(batch: &mut Batch, row: &ScheduleRow) {
    let sql = "update schedules set state = $3, schedule_at = $4, executed_at = $5, \
               revoked_at = $6, imp_uid = $7, payment_status = $8, fail_reason = $9, pg = $10, \
               pg_id = $11, version = $12 \
               where merchant_id = $1 and merchant_uid = $2 and version = $12 - 1";
    let args = crate::args![
        row.merchant_id,
        &row.merchant_uid,
        &row.state,
        row.schedule_at,
        row.executed_at,
        row.revoked_at,
        row.imp_uid.clone(),
        row.payment_status.clone(),
        row.fail_reason.clone(),
        row.pg.clone(),
        row.pg_id.clone(),
        row.version,
    ];
    batch.expect_one("schedule changed", sql, args);
}

/// A charge takes the plan that is being run. Fails the batch with `plan taken` if another charge
/// did, or nobody runs it any more.
pub fn take(batch: &mut Batch, merchant: MerchantId, merchant_uid: &str, imp_uid: &str) {
    batch.expect_one(
        "plan taken",
        "update schedules set imp_uid = $3 where merchant_id = $1 and merchant_uid = $2 \
         and state = $4 and imp_uid is null",
        crate::args![merchant.0, merchant_uid, imp_uid, RUNNING],
    );
}

/// The plan for an order.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<Option<ScheduleRow>, DbError> {
    let sql =
        format!("select {COLUMNS} from schedules where merchant_id = $1 and merchant_uid = $2");
    db.row(&sql, &crate::args![merchant.0, merchant_uid]).await?.as_ref().map(read).transpose()
}

/// Plans of a customer that are not charged or revoked yet, oldest first.
pub async fn pending_of_customer(
    db: &Db,
    merchant: MerchantId,
    customer_uid: &str,
) -> Result<Vec<ScheduleRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from schedules where merchant_id = $1 and customer_uid = $2 \
         and state = 'scheduled' order by schedule_at, merchant_uid"
    );
    db.rows(&sql, &crate::args![merchant.0, customer_uid]).await?.iter().map(read).collect()
}

/// One page of plans and how many there are in all.
#[derive(Clone, Debug)]
pub struct Listing {
    /// All that match.
    pub total: i64,
    /// The rows of this page.
    pub rows: Vec<ScheduleRow>,
}

/// What to list: times are milliseconds, the end is not included.
#[derive(Clone, Debug)]
pub struct Filter<'a> {
    /// Earliest `schedule_at`.
    pub from: i64,
    /// First `schedule_at` that is not listed.
    pub to: i64,
    /// `scheduled`, `executed` or `revoked`.
    pub state: Option<&'a str>,
    /// One customer's.
    pub customer_uid: Option<&'a str>,
    /// Oldest first.
    pub oldest_first: bool,
    /// Rows per page and rows to skip.
    pub page: (i64, i64),
}

/// Plans in a stretch of time.
pub async fn list(db: &Db, merchant: MerchantId, filter: &Filter<'_>) -> Result<Listing, DbError> {
    let condition = "where merchant_id = $1 and schedule_at >= $2 and schedule_at < $3 \
                     and (cast($4 as text) is null or state = $4 \
                     or (state = 'running' and $4 = 'scheduled')) \
                     and (cast($5 as text) is null or customer_uid = $5)";
    let mut args =
        crate::args![merchant.0, filter.from, filter.to, filter.state, filter.customer_uid];
    let count = format!("select count(*) as total from schedules {condition}");
    let total = db.scan(count, args.clone()).await?;
    let total = total.first().map_or(Ok(0), |row| row.int("total"))?;
    args.extend([Arg::from(filter.page.0), Arg::from(filter.page.1)]);
    let down = if filter.oldest_first { "" } else { " desc" };
    let sql = format!(
        "select {COLUMNS} from schedules {condition} \
         order by schedule_at{down}, merchant_uid{down} limit $6 offset $7"
    );
    let rows = db.scan(sql, args).await?.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Listing { total, rows })
}
