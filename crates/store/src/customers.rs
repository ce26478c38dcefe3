//! Customers with a billing key. The key is sealed; nothing of the card but its mask is here.

use crate::{Arg, Batch, Db, DbError, Row};
use domain::MerchantId;

/// A row of `customers`.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    /// The owner.
    pub merchant_id: i64,
    /// The merchant's name of the customer.
    pub customer_uid: String,
    /// The channel whose PG issued the key.
    pub channel_id: i64,
    /// PG code.
    pub pg: String,
    /// MID.
    pub pg_id: String,
    /// `test` or `live`.
    pub mode: String,
    /// The key, sealed.
    pub sealed_key: String,
    /// The merchant's number of the buyer.
    pub customer_id: Option<String>,
    /// V1 card code.
    pub card_code: Option<String>,
    /// Its name.
    pub card_name: Option<String>,
    /// Masked.
    pub card_number: Option<String>,
    /// 0 credit, 1 debit.
    pub card_type: Option<i64>,
    /// Name.
    pub customer_name: Option<String>,
    /// Telephone.
    pub customer_tel: Option<String>,
    /// E-mail.
    pub customer_email: Option<String>,
    /// Address.
    pub customer_addr: Option<String>,
    /// Postcode.
    pub customer_postcode: Option<String>,
    /// First issue, milliseconds.
    pub inserted_at: i64,
    /// Last issue, milliseconds.
    pub updated_at: i64,
    /// When the merchant deleted it.
    pub deleted_at: Option<i64>,
    /// Grows by one with each change.
    pub version: i64,
}

const COLUMNS: &str = "merchant_id, customer_uid, channel_id, pg, pg_id, mode, sealed_key, \
                       customer_id, \
                       card_code, card_name, card_number, card_type, customer_name, customer_tel, \
                       customer_email, customer_addr, customer_postcode, inserted_at, updated_at, \
                       deleted_at, version";

fn read(row: &Row) -> Result<CustomerRow, DbError> {
    Ok(CustomerRow {
        merchant_id: row.int("merchant_id")?,
        customer_uid: row.text("customer_uid")?,
        channel_id: row.int("channel_id")?,
        pg: row.text("pg")?,
        pg_id: row.text("pg_id")?,
        mode: row.text("mode")?,
        sealed_key: row.text("sealed_key")?,
        customer_id: row.opt_text("customer_id")?,
        card_code: row.opt_text("card_code")?,
        card_name: row.opt_text("card_name")?,
        card_number: row.opt_text("card_number")?,
        card_type: row.opt_int("card_type")?,
        customer_name: row.opt_text("customer_name")?,
        customer_tel: row.opt_text("customer_tel")?,
        customer_email: row.opt_text("customer_email")?,
        customer_addr: row.opt_text("customer_addr")?,
        customer_postcode: row.opt_text("customer_postcode")?,
        inserted_at: row.int("inserted_at")?,
        updated_at: row.int("updated_at")?,
        deleted_at: row.opt_int("deleted_at")?,
        version: row.int("version")?,
    })
}

fn args(row: &CustomerRow) -> Vec<Arg> {
    crate::args![
        row.merchant_id,
        &row.customer_uid,
        row.channel_id,
        &row.pg,
        &row.pg_id,
        &row.mode,
        &row.sealed_key,
        row.customer_id.clone(),
        row.card_code.clone(),
        row.card_name.clone(),
        row.card_number.clone(),
        row.card_type,
        row.customer_name.clone(),
        row.customer_tel.clone(),
        row.customer_email.clone(),
        row.customer_addr.clone(),
        row.customer_postcode.clone(),
        row.inserted_at,
        row.updated_at,
        row.deleted_at,
        row.version,
    ]
}

/// `$1, $2, …` for every column.
fn marks() -> String {
    let marks: Vec<String> = (1..=COLUMNS.split(',').count()).map(|n| format!("${n}")).collect();
    marks.join(", ")
}

/// Writes a customer, new or with a new key; the first issue's time stays.
pub fn put(batch: &mut Batch, row: &CustomerRow) {
    let kept = ["merchant_id", "customer_uid", "inserted_at"];
    let sets: Vec<String> = COLUMNS
        .split(',')
        .map(str::trim)
        .filter(|column| !kept.contains(column) && *column != "version")
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let sql = format!(
        "insert into customers ({COLUMNS}) values ({}) on conflict (merchant_id, customer_uid) \
         do update set {}, version = customers.version + 1, inserted_at = case \
         when customers.deleted_at is null then customers.inserted_at \
         else excluded.inserted_at end",
        marks(),
        sets.join(", ")
    );
    batch.expect_one("customer", sql, args(row));
}

/// Deletes a customer. Fails the batch with `no such customer` if it is not there.
pub fn delete(batch: &mut Batch, merchant: MerchantId, customer_uid: &str, at: i64) {
    let sql = "update customers set deleted_at = $3, sealed_key = '', version = version + 1 \
               where merchant_id = $1 and customer_uid = $2 and deleted_at is null";
    batch.expect_one("no such customer", sql, crate::args![merchant.0, customer_uid, at]);
}

/// As [`find`], also one that was deleted: where it was charged, its key being gone.
pub async fn find_also_deleted(
    db: &Db,
    merchant: MerchantId,
    customer_uid: &str,
) -> Result<Option<CustomerRow>, DbError> {
    let sql =
        format!("select {COLUMNS} from customers where merchant_id = $1 and customer_uid = $2");
    db.row(&sql, &crate::args![merchant.0, customer_uid]).await?.as_ref().map(read).transpose()
}

/// The merchant's customer with this name.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    customer_uid: &str,
) -> Result<Option<CustomerRow>, DbError> {
    let sql = format!(
        "select {COLUMNS} from customers \
         where merchant_id = $1 and customer_uid = $2 and deleted_at is null"
    );
    db.row(&sql, &crate::args![merchant.0, customer_uid]).await?.as_ref().map(read).transpose()
}
