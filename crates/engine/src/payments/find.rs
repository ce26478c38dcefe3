//! Reads: one payment with its cancels, lists by order, status and number.

use crate::{Engine, Error, Result};
use domain::MerchantId;
use domain::payment::Status;
use store::cancels::CancelRow;
use store::payment_lists::{self, Sorting};
use store::payments::PaymentRow;

const MISSING: &str = "존재하지 않는 결제정보입니다.";

/// A payment and its cancels, oldest first.
#[derive(Clone, Debug)]
pub struct View {
    /// The payment.
    pub row: PaymentRow,
    /// Every cancel, whatever its state.
    pub cancels: Vec<CancelRow>,
}

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page {
    /// All that match.
    pub total: i64,
    /// The page, from 1.
    pub page: i64,
    /// Rows per page.
    pub limit: i64,
    /// The rows.
    pub list: Vec<View>,
}

/// The merchant's payment with this number.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<View> {
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?;
    view(engine, row.ok_or(Error::NotFound(MISSING))?).await
}

/// A row with its cancels.
///
/// # Errors
/// Faults of ours.
pub async fn view(engine: &Engine, row: PaymentRow) -> Result<View> {
    // A payment that never had a cancel is not asked for them: most of them.
    let cancels = if row.cancelled_at.is_some() || row.payment.pending_cancel().is_some() {
        let merchant = MerchantId(row.merchant_id);
        store::cancels::of_payment(&engine.db, merchant, &row.imp_uid).await?
    } else {
        Vec::new()
    };
    Ok(View { row, cancels })
}

async fn views(engine: &Engine, rows: Vec<PaymentRow>) -> Result<Vec<View>> {
    let mut list = Vec::with_capacity(rows.len());
    for row in rows {
        list.push(view(engine, row).await?);
    }
    Ok(list)
}

/// The first attempt of an order in sort order; with a status, the newest of that status.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn first_of_order(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    status: Option<Status>,
    sorting: Sorting,
) -> Result<View> {
    let sorting = if status.is_some() { Sorting::StartedDown } else { sorting };
    let found =
        payment_lists::of_order(&engine.db, merchant, merchant_uid, status, sorting, (1, 0));
    let row = found.await?.rows.into_iter().next();
    view(engine, row.ok_or(Error::NotFound(MISSING))?).await
}

/// All attempts of an order. `page` counts from 1.
///
/// # Errors
/// [`Error::NotFound`] for an unknown order, [`Error::Invalid`] past the last page.
pub async fn all_of_order(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    status: Option<Status>,
    sorting: Sorting,
    (page, limit): (i64, i64),
) -> Result<Page> {
    let span = (limit, offset(page, limit));
    let found = payment_lists::of_order(&engine.db, merchant, merchant_uid, status, sorting, span);
    let found = found.await?;
    if found.total == 0 {
        let any =
            payment_lists::of_order(&engine.db, merchant, merchant_uid, None, sorting, (1, 0));
        if any.await?.total == 0 {
            return Err(Error::NotFound(MISSING));
        }
    }
    paged(engine, found, page, limit).await
}

/// Payments that reached a state between two moments (milliseconds). `page` counts from 1.
///
/// # Errors
/// [`Error::Invalid`] past the last page.
pub async fn of_status(
    engine: &Engine,
    merchant: MerchantId,
    status: Option<Status>,
    window: (i64, i64),
    sorting: Sorting,
    (page, limit): (i64, i64),
) -> Result<Page> {
    let span = (limit, offset(page, limit));
    let found = payment_lists::of_status(&engine.db, merchant, status, window, sorting, span);
    paged(engine, found.await?, page, limit).await
}

/// Payments of a customer, newest first. `page` counts from 1.
///
/// # Errors
/// [`Error::Invalid`] past the last page.
pub async fn of_customer(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: &str,
    (page, limit): (i64, i64),
) -> Result<Page> {
    let span = (limit, offset(page, limit));
    let found = payment_lists::of_customer(&engine.db, merchant, customer_uid, span);
    paged(engine, found.await?, page, limit).await
}

/// Payments by their own and their orders' numbers, newest first.
///
/// # Errors
/// Faults of ours.
pub async fn by_numbers(
    engine: &Engine,
    merchant: MerchantId,
    imp_uids: &[String],
    merchant_uids: &[String],
) -> Result<Vec<View>> {
    let rows = payment_lists::by_numbers(&engine.db, merchant, imp_uids, merchant_uids).await?;
    views(engine, rows).await
}

const fn offset(page: i64, limit: i64) -> i64 {
    (page - 1).saturating_mul(limit)
}

async fn paged(
    engine: &Engine,
    found: payment_lists::Listing,
    page: i64,
    limit: i64,
) -> Result<Page> {
    if page > 1 && offset(page, limit) >= found.total {
        return Err(Error::invalid("page", "마지막 페이지를 넘었습니다."));
    }
    Ok(Page { total: found.total, page, limit, list: views(engine, found.rows).await? })
}
