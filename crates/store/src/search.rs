//! Payments as the console looks for them: filters, keyset pages, and any number people paste.

use crate::payments::{PaymentRow, select};
use crate::{Arg, Db, DbError};
use domain::MerchantId;

/// Which moment a period and the order of a list are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Basis {
    /// When the payment was requested: the index's own order, whatever the size of the table.
    #[default]
    Started,
    /// When the present state was reached; reads every payment that matches.
    Reached,
}

impl Basis {
    const fn sql(self) -> &'static str {
        match self {
            Self::Started => "started_at",
            Self::Reached => {
                "coalesce(case state when 'cancelled' then cancelled_at \
                 when 'part_cancelled' then cancelled_at when 'failed' then failed_at \
                 when 'account_issued' then vbank_issued_at else paid_at end, started_at)"
            }
        }
    }

    /// The moment a row is listed under, milliseconds.
    #[must_use]
    pub fn of(self, row: &PaymentRow) -> i64 {
        let reached = match row.payment.stored().word {
            _ if self == Self::Started => None,
            "cancelled" | "part_cancelled" => row.cancelled_at,
            "failed" => row.failed_at,
            "account_issued" => row.vbank_issued_at,
            _ => row.paid_at,
        };
        reached.unwrap_or(row.started_at)
    }
}

/// What a list is narrowed to; empty lists and `None` narrow nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Inner states (`paid`, `part_cancelled`, `account_issued`, ...), any of them.
    pub states: Vec<String>,
    /// Pay methods, any of them.
    pub methods: Vec<String>,
    /// PG codes, any of them.
    pub pgs: Vec<String>,
    /// `test` or `live`.
    pub mode: Option<String>,
    /// What `from` and `to` and the order are about.
    pub basis: Basis,
    /// Milliseconds, inclusive.
    pub from: Option<i64>,
    /// Milliseconds, exclusive.
    pub to: Option<i64>,
    /// The beginning of any number, name, telephone number or mail address.
    pub prefix: Option<String>,
}

/// Where a page ends: the moment of its last row and that row's number.
pub type Cursor = (i64, String);

/// Columns a prefix is looked for in (V1 behaviour §7.4: prefix match, not infix).
const PREFIXED: [&str; 11] = [
    "imp_uid",
    "merchant_uid",
    "pg_tid",
    "apply_num",
    "buyer_name",
    "buyer_tel",
    "buyer_email",
    "name",
    "vbank_num",
    "pg_id",
    "card_name",
];

/// One page, newest first: rows after the cursor. Any filter may be combined with any other.
pub async fn page(
    db: &Db,
    merchant: MerchantId,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<PaymentRow>, DbError> {
    let mut clause =
        Clause { sql: "where merchant_id = $1".into(), args: crate::args![merchant.0] };
    clause.any("state", &filter.states);
    clause.any("pay_method", &filter.methods);
    clause.any("pg", &filter.pgs);
    if let Some(mode) = &filter.mode {
        clause.any("mode", std::slice::from_ref(mode));
    }
    let at = filter.basis.sql();
    if let Some(from) = filter.from {
        let mark = clause.mark(from);
        clause.and(&format!("{at} >= {mark}"));
    }
    if let Some(to) = filter.to {
        let mark = clause.mark(to);
        clause.and(&format!("{at} < {mark}"));
    }
    if let Some(prefix) = filter.prefix.as_deref().filter(|prefix| !prefix.is_empty()) {
        clause.prefix(prefix);
    }
    if let Some((moment, imp_uid)) = after {
        let (moment, imp_uid) = (clause.mark(*moment), clause.mark(imp_uid));
        clause.and(&format!("({at} < {moment} or ({at} = {moment} and imp_uid < {imp_uid}))"));
    }
    let limit = clause.mark(limit);
    let tail = format!("{} order by {at} desc, imp_uid desc limit {limit}", clause.sql);
    select(db, &tail, clause.args).await
}

/// Payments one of whose numbers is exactly this, newest first: imp_uid, merchant_uid, the PG's
/// transaction, the approval number, telephone (each of the written forms given), mail address or
/// name. Every one of them is a search in an index.
pub async fn exact(
    db: &Db,
    merchant: MerchantId,
    text: &str,
    telephones: &[String],
    limit: i64,
) -> Result<Vec<PaymentRow>, DbError> {
    let mut clause = Clause { sql: String::new(), args: crate::args![merchant.0, text] };
    let columns = [
        "imp_uid",
        "merchant_uid",
        "pg_tid",
        "apply_num",
        "buyer_email",
        "buyer_name",
        "buyer_tel",
    ];
    let mut parts: Vec<String> = columns
        .iter()
        .map(|column| {
            format!("select imp_uid from payments where merchant_id = $1 and {column} = $2")
        })
        .collect();
    for telephone in telephones {
        let mark = clause.mark(telephone);
        parts.push(format!(
            "select imp_uid from payments where merchant_id = $1 and buyer_tel = {mark}"
        ));
    }
    let limit = clause.mark(limit);
    let tail = format!(
        "where merchant_id = $1 and imp_uid in ({}) \
         order by started_at desc, imp_uid desc limit {limit}",
        parts.join(" union ")
    );
    select(db, &tail, clause.args).await
}

/// Virtual accounts that wait for their deposit, newest first.
pub async fn waiting_accounts(
    db: &Db,
    merchant: MerchantId,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<PaymentRow>, DbError> {
    let filter = Filter { states: vec!["account_issued".to_owned()], ..Filter::default() };
    page(db, merchant, &filter, after, limit).await
}

/// A condition that grows; values travel in `args`, never in the text.
struct Clause {
    sql: String,
    args: Vec<Arg>,
}

impl Clause {
    fn mark(&mut self, value: impl Into<Arg>) -> String {
        self.args.push(value.into());
        format!("${}", self.args.len())
    }

    fn and(&mut self, condition: &str) {
        self.sql.push_str(" and ");
        self.sql.push_str(condition);
    }

    fn any(&mut self, column: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        let marks: Vec<String> = values.iter().map(|value| self.mark(value)).collect();
        self.and(&format!("{column} in ({})", marks.join(", ")));
    }

    /// `substr` reads alike on both databases; `like` and ranges depend on case and collation.
    fn prefix(&mut self, prefix: &str) {
        let length = i64::try_from(prefix.chars().count()).unwrap_or(i64::MAX);
        let (text, length) = (self.mark(prefix), self.mark(length));
        // The driver sends a bigint, `substr` takes an integer.
        let length = format!("cast(cast({length} as bigint) as integer)");
        let each = PREFIXED.map(|column| format!("substr({column}, 1, {length}) = {text}"));
        self.and(&format!("({})", each.join(" or ")));
    }
}
