//! Payment rows: every column of an attempt, read and written whole.

use crate::{Arg, Batch, Db, DbError, Row};
use domain::payment::Payment;
use domain::{Currency, MerchantId, Money};

/// A row of `payments`. Times are milliseconds of the epoch, money minor units.
#[derive(Clone, Debug)]
pub struct PaymentRow {
    /// `imp_` and 12 digits.
    pub imp_uid: String,
    /// The owner.
    pub merchant_id: i64,
    /// The merchant's order number.
    pub merchant_uid: String,
    /// The channel it goes through.
    pub channel_id: i64,
    /// Grows by one with each change.
    pub version: i64,
    /// Amount and state, as the rules see them.
    pub payment: Payment,
    /// Requested, then real pay method.
    pub pay_method: Option<String>,
    /// `pc`, `mobile` or `api`.
    pub channel: String,
    /// PG code.
    pub pg: String,
    /// MID.
    pub pg_id: String,
    /// `test` or `live`.
    pub mode: String,
    /// Easy-pay inside a card window.
    pub emb_pg_provider: Option<String>,
    /// The PG's transaction number.
    pub pg_tid: Option<String>,
    /// Escrow payment.
    pub escrow: bool,
    /// Approval number.
    pub apply_num: Option<String>,
    /// Bank of a transfer.
    pub bank_code: Option<String>,
    /// Its name.
    pub bank_name: Option<String>,
    /// V1 card code.
    pub card_code: Option<String>,
    /// Its name.
    pub card_name: Option<String>,
    /// Instalment months.
    pub card_quota: i64,
    /// Masked.
    pub card_number: Option<String>,
    /// 0 credit, 1 debit.
    pub card_type: Option<i64>,
    /// Bank of the virtual account.
    pub vbank_code: Option<String>,
    /// Its name.
    pub vbank_name: Option<String>,
    /// Account number.
    pub vbank_num: Option<String>,
    /// Holder.
    pub vbank_holder: Option<String>,
    /// Deposit deadline.
    pub vbank_due_at: Option<i64>,
    /// When the number was issued.
    pub vbank_issued_at: Option<i64>,
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
    /// Of the browser that opened the window.
    pub user_agent: Option<String>,
    /// Window opened.
    pub started_at: i64,
    /// Paid.
    pub paid_at: Option<i64>,
    /// Failed.
    pub failed_at: Option<i64>,
    /// Last cancel.
    pub cancelled_at: Option<i64>,
    /// Last change.
    pub updated_at: i64,
    /// The PG's code of the failure.
    pub fail_code: Option<String>,
    /// Text of the failure.
    pub fail_reason: Option<String>,
    /// Reason of the last cancel.
    pub cancel_reason: Option<String>,
    /// When the PG issued a cash receipt by itself.
    pub cash_receipt_at: Option<i64>,
    /// Billing key used or issued.
    pub customer_uid: Option<String>,
    /// `issue`, `payment` or `payment.scheduled`.
    pub customer_uid_usage: Option<String>,
    /// Tax-free part, minor units.
    pub tax_free: Option<i64>,
    /// VAT, minor units.
    pub vat_amount: Option<i64>,
    /// JSON array of webhook targets.
    pub notice_urls: Option<String>,
    /// The connector's memo.
    pub pg_memo: String,
    /// Authentication data of an unsettled approval.
    pub pg_auth: Option<String>,
    /// The number the PG was given for the approval.
    pub operation_id: Option<String>,
    /// When approval was asked for.
    pub approving_at: Option<i64>,
    /// How often an unknown outcome was asked about.
    pub settle_attempts: i64,
    /// The number of its last entry in the ledger; -1 for a payment from before the ledger. Only
    /// the engine's one door changes it.
    pub ledger_seq: i64,
    /// The hash of that entry.
    pub ledger_hash: String,
}

/// Columns in the order of [`PaymentRow::args`].
const COLUMNS: [&str; 62] = [
    "imp_uid",
    "merchant_id",
    "merchant_uid",
    "channel_id",
    "version",
    "state",
    "status",
    "amount",
    "currency",
    "cancelled",
    "pending_cancel",
    "pay_method",
    "channel",
    "pg",
    "pg_id",
    "mode",
    "emb_pg_provider",
    "pg_tid",
    "escrow",
    "apply_num",
    "bank_code",
    "bank_name",
    "card_code",
    "card_name",
    "card_quota",
    "card_number",
    "card_type",
    "vbank_code",
    "vbank_name",
    "vbank_num",
    "vbank_holder",
    "vbank_due_at",
    "vbank_issued_at",
    "name",
    "buyer_name",
    "buyer_email",
    "buyer_tel",
    "buyer_addr",
    "buyer_postcode",
    "custom_data",
    "user_agent",
    "started_at",
    "paid_at",
    "failed_at",
    "cancelled_at",
    "updated_at",
    "fail_code",
    "fail_reason",
    "cancel_reason",
    "cash_receipt_at",
    "customer_uid",
    "customer_uid_usage",
    "tax_free",
    "vat_amount",
    "notice_urls",
    "pg_memo",
    "pg_auth",
    "operation_id",
    "approving_at",
    "settle_attempts",
    "ledger_seq",
    "ledger_hash",
];

impl PaymentRow {
    /// A row with nothing but what every attempt has from the start: its number, owner, order,
    /// channel (row number, PG code, MID, mode), amount and state, and when it started.
    #[must_use]
    pub fn new(
        imp_uid: &str,
        merchant_id: i64,
        merchant_uid: &str,
        (channel_id, pg, pg_id, mode): (i64, &str, &str, &str),
        payment: Payment,
        started_at: i64,
    ) -> Self {
        Self {
            imp_uid: imp_uid.to_owned(),
            merchant_id,
            merchant_uid: merchant_uid.to_owned(),
            channel_id,
            version: 1,
            payment,
            pay_method: None,
            channel: String::new(),
            pg: pg.to_owned(),
            pg_id: pg_id.to_owned(),
            mode: mode.to_owned(),
            emb_pg_provider: None,
            pg_tid: None,
            escrow: false,
            apply_num: None,
            bank_code: None,
            bank_name: None,
            card_code: None,
            card_name: None,
            card_quota: 0,
            card_number: None,
            card_type: None,
            vbank_code: None,
            vbank_name: None,
            vbank_num: None,
            vbank_holder: None,
            vbank_due_at: None,
            vbank_issued_at: None,
            name: None,
            buyer_name: None,
            buyer_email: None,
            buyer_tel: None,
            buyer_addr: None,
            buyer_postcode: None,
            custom_data: None,
            user_agent: None,
            started_at,
            paid_at: None,
            failed_at: None,
            cancelled_at: None,
            updated_at: started_at,
            fail_code: None,
            fail_reason: None,
            cancel_reason: None,
            cash_receipt_at: None,
            customer_uid: None,
            customer_uid_usage: None,
            tax_free: None,
            vat_amount: None,
            notice_urls: None,
            pg_memo: String::new(),
            pg_auth: None,
            operation_id: None,
            approving_at: None,
            settle_attempts: 0,
            ledger_seq: 0,
            ledger_hash: String::new(),
        }
    }
}

impl PaymentRow {
    fn args(&self) -> Vec<Arg> {
        let stored = self.payment.stored();
        crate::args![
            &self.imp_uid,
            self.merchant_id,
            &self.merchant_uid,
            self.channel_id,
            self.version,
            stored.word,
            self.payment.status().as_str(),
            self.payment.amount.minor(),
            self.payment.amount.currency().code(),
            stored.cancelled,
            stored.pending,
            self.pay_method.clone(),
            &self.channel,
            &self.pg,
            &self.pg_id,
            &self.mode,
            self.emb_pg_provider.clone(),
            self.pg_tid.clone(),
            i64::from(self.escrow),
            self.apply_num.clone(),
            self.bank_code.clone(),
            self.bank_name.clone(),
            self.card_code.clone(),
            self.card_name.clone(),
            self.card_quota,
            self.card_number.clone(),
            self.card_type,
            self.vbank_code.clone(),
            self.vbank_name.clone(),
            self.vbank_num.clone(),
            self.vbank_holder.clone(),
            self.vbank_due_at,
            self.vbank_issued_at,
            self.name.clone(),
            self.buyer_name.clone(),
            self.buyer_email.clone(),
            self.buyer_tel.clone(),
            self.buyer_addr.clone(),
            self.buyer_postcode.clone(),
            self.custom_data.clone(),
            self.user_agent.clone(),
            self.started_at,
            self.paid_at,
            self.failed_at,
            self.cancelled_at,
            self.updated_at,
            self.fail_code.clone(),
            self.fail_reason.clone(),
            self.cancel_reason.clone(),
            self.cash_receipt_at,
            self.customer_uid.clone(),
            self.customer_uid_usage.clone(),
            self.tax_free,
            self.vat_amount,
            self.notice_urls.clone(),
            &self.pg_memo,
            self.pg_auth.clone(),
            self.operation_id.clone(),
            self.approving_at,
            self.settle_attempts,
            self.ledger_seq,
            &self.ledger_hash,
        ]
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        let text = |name: &str| row.opt_text(name);
        let number = |name: &str| row.opt_int(name);
        Ok(Self {
            imp_uid: row.text("imp_uid")?,
            merchant_id: row.int("merchant_id")?,
            merchant_uid: row.text("merchant_uid")?,
            channel_id: row.int("channel_id")?,
            version: row.int("version")?,
            payment: payment(row)?,
            pay_method: text("pay_method")?,
            channel: row.text("channel")?,
            pg: row.text("pg")?,
            pg_id: row.text("pg_id")?,
            mode: row.text("mode")?,
            emb_pg_provider: text("emb_pg_provider")?,
            pg_tid: text("pg_tid")?,
            escrow: row.int("escrow")? != 0,
            apply_num: text("apply_num")?,
            bank_code: text("bank_code")?,
            bank_name: text("bank_name")?,
            card_code: text("card_code")?,
            card_name: text("card_name")?,
            card_quota: row.int("card_quota")?,
            card_number: text("card_number")?,
            card_type: number("card_type")?,
            vbank_code: text("vbank_code")?,
            vbank_name: text("vbank_name")?,
            vbank_num: text("vbank_num")?,
            vbank_holder: text("vbank_holder")?,
            vbank_due_at: number("vbank_due_at")?,
            vbank_issued_at: number("vbank_issued_at")?,
            name: text("name")?,
            buyer_name: text("buyer_name")?,
            buyer_email: text("buyer_email")?,
            buyer_tel: text("buyer_tel")?,
            buyer_addr: text("buyer_addr")?,
            buyer_postcode: text("buyer_postcode")?,
            custom_data: text("custom_data")?,
            user_agent: text("user_agent")?,
            started_at: row.int("started_at")?,
            paid_at: number("paid_at")?,
            failed_at: number("failed_at")?,
            cancelled_at: number("cancelled_at")?,
            updated_at: row.int("updated_at")?,
            fail_code: text("fail_code")?,
            fail_reason: text("fail_reason")?,
            cancel_reason: text("cancel_reason")?,
            cash_receipt_at: number("cash_receipt_at")?,
            customer_uid: text("customer_uid")?,
            customer_uid_usage: text("customer_uid_usage")?,
            tax_free: number("tax_free")?,
            vat_amount: number("vat_amount")?,
            notice_urls: text("notice_urls")?,
            pg_memo: row.text("pg_memo")?,
            pg_auth: text("pg_auth")?,
            operation_id: text("operation_id")?,
            approving_at: number("approving_at")?,
            settle_attempts: row.int("settle_attempts")?,
            ledger_seq: row.int("ledger_seq")?,
            ledger_hash: row.text("ledger_hash")?,
        })
    }
}

fn payment(row: &Row) -> Result<Payment, DbError> {
    let broken = |column: &str, problem: &str| DbError::Column {
        column: column.to_owned(),
        problem: problem.to_owned(),
    };
    let currency = Currency::parse(row.str("currency")?)
        .ok_or_else(|| broken("currency", "no such currency"))?;
    let amount = Money::new(row.int("amount")?, currency)
        .map_err(|why| broken("amount", &why.to_string()))?;
    let (cancelled, pending) = (row.int("cancelled")?, row.int("pending_cancel")?);
    Payment::from_stored(amount, row.str("state")?, cancelled, pending)
        .map_err(|why| broken("cancelled", &why.to_string()))?
        .ok_or_else(|| broken("state", "no such state"))
}

fn all_columns() -> String {
    COLUMNS.join(", ")
}

/// Adds a new payment. Fails the batch with `imp_uid taken` if the number is in use, also by an
/// identity verification.
pub fn insert(batch: &mut Batch, row: &PaymentRow) {
    crate::certifications::not_here(batch, &row.imp_uid);
    let marks: Vec<String> = (1..=COLUMNS.len()).map(|n| format!("${n}")).collect();
    let sql = format!(
        "insert into payments ({}) values ({}) on conflict (imp_uid) do nothing",
        all_columns(),
        marks.join(", ")
    );
    batch.expect_one("imp_uid taken", sql, row.args());
}

/// Writes a changed payment over version `row.version - 1`. Fails the batch with
/// `payment changed` if somebody else was faster. Only the engine's one door calls this.
pub fn update(batch: &mut Batch, row: &PaymentRow) {
    // What never changes is not written: the key, the owner, the order and its start.
    let fixed = ["imp_uid", "merchant_id", "merchant_uid", "channel_id", "started_at"];
    let mut sets: Vec<String> = Vec::new();
    for (index, column) in COLUMNS.iter().enumerate() {
        if !fixed.contains(column) {
            sets.push(format!("{column} = ${}", index + 1));
        }
    }
    let args = row.args();
    let sql = format!(
        "update payments set {} where imp_uid = $1 and merchant_id = $2 and version = $5 - 1 \
         and merchant_uid = $3 and channel_id = $4 and started_at = $42",
        sets.join(", ")
    );
    batch.expect_one("payment changed", sql, args);
}

/// Writes a payment over as it is, if it is there. Waits for whoever is changing it; once
/// committed, what it was by then is as durable as a change.
pub fn touch(batch: &mut Batch, merchant: MerchantId, imp_uid: &str) {
    let sql = "update payments set version = version where imp_uid = $1 and merchant_id = $2";
    batch.push(sql, crate::args![imp_uid, merchant.0]);
}

/// The merchant's payment with this number.
pub async fn find(
    db: &Db,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Option<PaymentRow>, DbError> {
    let sql =
        format!("select {} from payments where imp_uid = $1 and merchant_id = $2", all_columns());
    let row = db.row(&sql, &crate::args![imp_uid, merchant.0]).await?;
    row.as_ref().map(PaymentRow::read).transpose()
}

/// The payment with this number whoever owns it: for what comes from a PG and names no merchant.
pub async fn find_any(db: &Db, imp_uid: &str) -> Result<Option<PaymentRow>, DbError> {
    let sql = format!("select {} from payments where imp_uid = $1", all_columns());
    let row = db.row(&sql, &crate::args![imp_uid]).await?;
    row.as_ref().map(PaymentRow::read).transpose()
}

/// Rows of a select over `payments` with this condition, order and limit appended.
/// `tail` is SQL text of this crate, never of a caller's input; input travels in `args`.
pub(crate) async fn select(
    db: &Db,
    tail: &str,
    args: Vec<Arg>,
) -> Result<Vec<PaymentRow>, DbError> {
    let sql = format!("select {} from payments {tail}", all_columns());
    db.scan(sql, args).await?.iter().map(PaymentRow::read).collect()
}
