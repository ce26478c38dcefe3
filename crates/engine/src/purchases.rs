//! What comes after a payment at PGs that want to hear of it: points, the end of the purchase, a
//! state of the order, how the goods travel, and what a cash receipt may be issued for.

use crate::errands::{self, Errand};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::{CashAmount, DeliveryReport, OrderStatus, Pg, Requester};
use store::payments::PaymentRow;

const MISSING: Error = Error::NotFound("존재하지 않는 결제정보입니다.");

/// The merchant's payment with a line to its PG, if that can and there is money at it.
async fn payment(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    can: fn(&dyn Pg) -> bool,
) -> Result<(PaymentRow, Line)> {
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?.ok_or(MISSING)?;
    if !pg::find(&row.pg).is_some_and(can) {
        return Err(Error::invalid("imp_uid", "이 PG사의 결제에서 지원하지 않는 처리입니다."));
    }
    if row.paid_at.is_none() || row.pg_tid.is_none() {
        return Err(Error::invalid("imp_uid", "결제가 완료되지 않은 거래입니다."));
    }
    let line = Line::open(engine, &row).await?;
    Ok((row, line))
}

/// Gives the buyer the points of a purchase.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for a payment that has none to give, those of an errand.
pub async fn give_points(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<()> {
    let (row, line) = payment(engine, merchant, imp_uid, |pg| pg.purchases().is_some()).await?;
    errands::run(engine, &line, &row, &Errand::GivePoints).await.map(drop)
}

/// The purchase is over.
///
/// # Errors
/// As [`give_points`].
pub async fn confirm(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    by: Requester,
) -> Result<()> {
    let (row, line) = payment(engine, merchant, imp_uid, |pg| pg.purchases().is_some()).await?;
    errands::run(engine, &line, &row, &Errand::Confirm(by)).await.map(drop)
}

/// What a cash receipt may be issued for now.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for other PGs' payments, [`Error::PgRefused`] if the PG
/// does not say.
pub async fn cash_amount(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<CashAmount> {
    let (row, line) = payment(engine, merchant, imp_uid, |pg| pg.purchases().is_some()).await?;
    let verbs = line.pg.purchases().ok_or_else(|| Error::internal("no purchases"))?;
    let number = line.number('q');
    let tid = row.pg_tid.unwrap_or_default();
    Ok(verbs.cash_amount(&line.cx(&number), &tid).await?)
}

/// Changes the state of an order.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for other PGs' payments, those of an errand.
pub async fn order_status(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    to: OrderStatus,
) -> Result<()> {
    let can = |pg: &dyn Pg| pg.order_statuses().is_some();
    let (row, line) = payment(engine, merchant, imp_uid, can).await?;
    errands::run(engine, &line, &row, &Errand::Status(to)).await.map(drop)
}

/// Tells how the goods of a payment travel.
///
/// # Errors
/// As [`order_status`]; also [`Error::NotFound`] if the payment is of another order.
pub async fn delivery(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    report: DeliveryReport,
) -> Result<()> {
    let can = |pg: &dyn Pg| pg.deliveries().is_some();
    let (row, line) = payment(engine, merchant, imp_uid, can).await?;
    if row.merchant_uid != report.merchant_uid {
        return Err(MISSING);
    }
    errands::run(engine, &line, &row, &Errand::Delivery(Box::new(report))).await.map(drop)
}
