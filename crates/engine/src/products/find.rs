//! Reads: product orders of a payment, one by its number, reviews. All of them ask the PG.

use super::{MISSING, NO_ORDER, wrong_kind};
use crate::payments::line::Line;
use crate::{Engine, Error, Result, SandboxPort};
use domain::{MerchantId, Millis};
use pg::{ProductOrder, ProductOrders, Review, ReviewKind};
use serde_json::Value;
use std::collections::HashMap;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

/// The merchant's payment with a line to its PG, which has product orders.
pub(super) async fn payment(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<(PaymentRow, Line)> {
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?.ok_or(MISSING)?;
    let able = pg::find(&row.pg).and_then(pg::Pg::product_orders).is_some();
    if !able {
        return Err(wrong_kind());
    }
    let line = Line::open(engine, &row).await?;
    Ok((row, line))
}

/// The verbs of a line's PG.
pub(super) fn verbs(line: &Line) -> Result<&'static dyn ProductOrders> {
    line.pg.product_orders().ok_or_else(wrong_kind)
}

/// The product orders of a payment.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] for a payment without product orders,
/// [`Error::PgRefused`] if the PG does not say.
pub async fn of_payment(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
) -> Result<Vec<ProductOrder>> {
    let (row, line) = payment(engine, merchant, imp_uid).await?;
    of_row(&row, &line).await
}

pub(super) async fn of_row(row: &PaymentRow, line: &Line) -> Result<Vec<ProductOrder>> {
    let number = line.number('q');
    let orders = verbs(line)?.of_payment(&line.cx(&number), &row.imp_uid).await?;
    // Whatever a PG answers, only this payment's are shown.
    Ok(orders.into_iter().filter(|order| order.order_no == row.imp_uid).collect())
}

/// The merchant's channels whose PG has product orders, oldest first.
async fn channels(engine: &Engine, merchant: MerchantId) -> Result<Vec<ChannelRow>> {
    let able = |row: &ChannelRow| pg::find(&row.pg).and_then(pg::Pg::product_orders).is_some();
    let rows = store::channels::list(&engine.db, merchant).await?;
    Ok(rows.into_iter().filter(able).collect())
}

/// The product order with this number.
///
/// # Errors
/// [`Error::NotFound`], also for another merchant's; [`Error::PgRefused`] if no PG says.
pub async fn one(engine: &Engine, merchant: MerchantId, id: &str) -> Result<ProductOrder> {
    let mut silent = None;
    for channel in channels(engine, merchant).await? {
        let line = Line::of_channel(engine, &channel, "").await?;
        let number = line.number('q');
        match verbs(&line)?.find(&line.cx(&number), id).await {
            Ok(Some(order)) if mine(engine, merchant, &order.order_no).await? => return Ok(order),
            Ok(_) => {}
            Err(error) => silent = Some(error),
        }
    }
    Err(silent.map_or(NO_ORDER, Error::from))
}

/// Channels of several merchants may share one contract (all test channels do).
async fn mine(engine: &Engine, merchant: MerchantId, order_no: &str) -> Result<bool> {
    Ok(store::payments::find(&engine.db, merchant, order_no).await?.is_some())
}

/// Reviews written between two moments, both included.
///
/// # Errors
/// [`Error::Invalid`] without such a channel, [`Error::PgRefused`] if the PG does not say.
pub async fn reviews(
    engine: &Engine,
    merchant: MerchantId,
    channel_key: Option<&str>,
    span: (Millis, Millis),
    kind: ReviewKind,
) -> Result<Vec<Review>> {
    let mut rows = channels(engine, merchant).await?.into_iter();
    let channel = match channel_key {
        Some(key) => rows.find(|row| row.channel_key == key),
        None => rows.next(),
    };
    let none = || Error::invalid("channel_key", "구매평을 조회할 수 있는 채널이 아닙니다.");
    let line = Line::of_channel(engine, &channel.ok_or_else(none)?, "").await?;
    let number = line.number('q');
    let all = verbs(&line)?.reviews(&line.cx(&number), span, kind).await?;
    let mut known = HashMap::new();
    let mut found = Vec::new();
    for review in all {
        let own = match known.get(&review.order_no) {
            Some(own) => *own,
            None => mine(engine, merchant, &review.order_no).await?,
        };
        known.insert(review.order_no.clone(), own);
        if own {
            found.push(review);
        }
    }
    Ok(found)
}

/// A buyer or a carrier does something with a product order, in the sandbox.
///
/// # Errors
/// [`Error::NotFound`], also for another merchant's; [`Error::Refused`] why it cannot be.
pub async fn act(
    engine: &Engine,
    sandbox: &dyn SandboxPort,
    merchant: MerchantId,
    id: &str,
    mut action: Value,
) -> Result<ProductOrder> {
    let order = one(engine, merchant, id).await?;
    let row =
        store::payments::find(&engine.db, merchant, &order.order_no).await?.ok_or(NO_ORDER)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    action["id"] = id.into();
    sandbox.act(&row.pg, &action, at).await.map_err(Error::Refused)?;
    one(engine, merchant, id).await
}
