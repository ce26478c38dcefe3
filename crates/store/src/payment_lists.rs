//! Payments by anything but their number: orders, pages, searches, sums.

use crate::payments::{PaymentRow, select};
use crate::{Arg, Db, DbError};
use domain::MerchantId;
use domain::payment::Status;

/// How V1 sorts (`sorting`, V1 behaviour §3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sorting {
    /// `-started`, the default.
    #[default]
    StartedDown,
    /// `started`.
    StartedUp,
    /// `-paid`.
    PaidDown,
    /// `paid`.
    PaidUp,
    /// `-updated`.
    UpdatedDown,
    /// `updated`.
    UpdatedUp,
}

impl Sorting {
    /// Reads V1's word; anything else is the default.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "started" => Self::StartedUp,
            "-paid" => Self::PaidDown,
            "paid" => Self::PaidUp,
            "-updated" => Self::UpdatedDown,
            "updated" => Self::UpdatedUp,
            _ => Self::StartedDown,
        }
    }

    const fn sql(self) -> &'static str {
        match self {
            Self::StartedDown => "order by started_at desc, imp_uid desc",
            Self::StartedUp => "order by started_at, imp_uid",
            Self::PaidDown => "order by coalesce(paid_at, 0) desc, imp_uid desc",
            Self::PaidUp => "order by coalesce(paid_at, 0), imp_uid",
            Self::UpdatedDown => "order by updated_at desc, imp_uid desc",
            Self::UpdatedUp => "order by updated_at, imp_uid",
        }
    }
}

/// One page and how many rows there are in all.
#[derive(Clone, Debug)]
pub struct Listing {
    /// All rows that match.
    pub total: i64,
    /// The rows of this page.
    pub rows: Vec<PaymentRow>,
}

/// Attempts of one order, all or of one status.
pub async fn of_order(
    db: &Db,
    merchant: MerchantId,
    merchant_uid: &str,
    status: Option<Status>,
    sorting: Sorting,
    page: (i64, i64),
) -> Result<Listing, DbError> {
    let condition = "where merchant_id = $1 and merchant_uid = $2 \
                     and (cast($3 as text) is null or status = $3)";
    let word = status.map(Status::as_str);
    let args = crate::args![merchant.0, merchant_uid, word];
    listing(db, condition, args, sorting, page).await
}

/// Payments whose state was reached between two moments (milliseconds, both inclusive).
pub async fn of_status(
    db: &Db,
    merchant: MerchantId,
    status: Option<Status>,
    window: (i64, i64),
    sorting: Sorting,
    page: (i64, i64),
) -> Result<Listing, DbError> {
    let reached = "case status when 'paid' then paid_at when 'cancelled' then cancelled_at \
                   when 'failed' then failed_at else started_at end";
    let condition = format!(
        "where merchant_id = $1 and (cast($2 as text) is null or status = $2) \
         and {reached} >= $3 and {reached} <= $4"
    );
    let args = crate::args![merchant.0, status.map(Status::as_str), window.0, window.1];
    listing(db, &condition, args, sorting, page).await
}

/// Payments of a customer, newest first.
pub async fn of_customer(
    db: &Db,
    merchant: MerchantId,
    customer_uid: &str,
    page: (i64, i64),
) -> Result<Listing, DbError> {
    let condition = "where merchant_id = $1 and customer_uid = $2";
    let args = crate::args![merchant.0, customer_uid];
    listing(db, condition, args, Sorting::StartedDown, page).await
}

/// Test payments that hold money, oldest first, at most 10,000.
pub async fn held_in_tests(db: &Db, merchant: MerchantId) -> Result<Vec<PaymentRow>, DbError> {
    let tail = "where merchant_id = $1 and mode = 'test' and status in ('paid', 'cancelled') \
                and state in ('paid', 'part_cancelled') order by started_at, imp_uid limit 10000";
    select(db, tail, crate::args![merchant.0]).await
}

/// Payments by their own or their order's numbers, newest first.
pub async fn by_numbers(
    db: &Db,
    merchant: MerchantId,
    imp_uids: &[String],
    merchant_uids: &[String],
) -> Result<Vec<PaymentRow>, DbError> {
    let mut args = crate::args![merchant.0];
    let mut marks = |values: &[String]| {
        let marks: Vec<String> = values
            .iter()
            .map(|value| {
                args.push(Arg::from(value));
                format!("${}", args.len())
            })
            .collect();
        if marks.is_empty() { "null".to_owned() } else { marks.join(", ") }
    };
    let (ours, theirs) = (marks(imp_uids), marks(merchant_uids));
    let tail = format!(
        "where merchant_id = $1 and (imp_uid in ({ours}) or merchant_uid in ({theirs})) {}",
        Sorting::StartedDown.sql()
    );
    select(db, &tail, args).await
}

async fn listing(
    db: &Db,
    condition: &str,
    args: Vec<Arg>,
    sorting: Sorting,
    (limit, offset): (i64, i64),
) -> Result<Listing, DbError> {
    let count = format!("select count(*) as total from payments {condition}");
    let total = db.scan(count, args.clone()).await?;
    let total = total.first().map_or(Ok(0), |row| row.int("total"))?;
    let (limit_mark, offset_mark) = (args.len() + 1, args.len() + 2);
    let mut args = args;
    args.extend([Arg::from(limit), Arg::from(offset)]);
    let tail = format!("{condition} {} limit ${limit_mark} offset ${offset_mark}", sorting.sql());
    Ok(Listing { total, rows: select(db, &tail, args).await? })
}
