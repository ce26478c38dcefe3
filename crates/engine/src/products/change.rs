//! Changes product orders of a payment, each by itself: some may succeed and others not.
//!
//! What gives money back is a cancel of the payment like any other, by what was paid for the
//! product order, and carries its number: the PG changes state and money together or neither. Two
//! such calls about one product order meet at the PG's state, so it is paid back once.

use super::{NO_ORDER, find};
use crate::errands::{self, Errand};
use crate::payments::cancel::{self, CancelRequest};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::{ItemCancel, ItemCancelKind, ProductOrder, Step};
use store::payments::PaymentRow;

/// What is to be done with each.
#[derive(Clone, Debug)]
pub enum Task {
    /// A step that moves no money.
    Step(Step),
    /// A step that gives money back, and the payment's cancel reason.
    Cancel(ItemCancelKind, String),
}

/// How it ended.
#[derive(Clone, Debug, Default)]
pub struct Changed {
    /// Product orders that were changed, as they are now.
    pub done: Vec<ProductOrder>,
    /// Numbers of those that were not, and why.
    pub failed: Vec<(String, String)>,
}

/// Changes the product orders with these numbers, all of the payment if there are none.
///
/// # Errors
/// [`Error::NotFound`] for a payment or, if it has none of them, product orders nobody knows;
/// [`Error::Invalid`] for a payment without product orders; [`Error::PgRefused`] if the PG cannot
/// be asked. Once the first was asked, every end is in [`Changed`].
pub async fn change(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    ids: &[String],
    task: &Task,
) -> Result<Changed> {
    let (row, line) = find::payment(engine, merchant, imp_uid).await?;
    let mut orders = find::of_row(&row, &line).await?;
    let mut changed = Changed::default();
    if !ids.is_empty() {
        orders.retain(|order| ids.contains(&order.id));
        let strange = ids.iter().filter(|id| orders.iter().all(|order| order.id != **id));
        changed.failed.extend(strange.map(|id| (id.clone(), NO_ORDER.to_string())));
    }
    if orders.is_empty() {
        return Err(NO_ORDER);
    }
    for order in orders {
        let id = order.id.clone();
        match one(engine, &line, &row, order, task).await {
            Ok(order) => changed.done.push(order),
            Err(fault) if fault.is_fault() => {
                tracing::error!(imp_uid, product_order = id, %fault, "internal error");
                changed.failed.push((id, "일시적인 오류가 발생하였습니다.".into()));
            }
            Err(error) => changed.failed.push((id, error.to_string())),
        }
    }
    Ok(changed)
}

async fn one(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
    order: ProductOrder,
    task: &Task,
) -> Result<ProductOrder> {
    match task {
        Task::Step(step) => {
            let errand = Errand::Step(order.id.clone(), step.clone());
            match errands::run(engine, line, row, &errand).await? {
                Some(order) => Ok(order),
                None => again(line, &order.id).await,
            }
        }
        Task::Cancel(kind, reason) => give_back(engine, line, row, order, kind, reason).await,
    }
}

async fn give_back(
    engine: &Engine,
    line: &Line,
    row: &PaymentRow,
    order: ProductOrder,
    kind: &ItemCancelKind,
    reason: &str,
) -> Result<ProductOrder> {
    let amount = order.whole().filter(|amount| !amount.is_zero());
    // An amount of nothing would mean everything.
    let amount = amount.ok_or_else(|| Error::Refused("환불할 금액이 없습니다.".into()))?;
    let request = CancelRequest {
        amount: Some(amount.decimal()),
        reason: Some(reason.to_owned()),
        item: Some(ItemCancel { id: order.id.clone(), kind: kind.clone() }),
        ..CancelRequest::of(&row.imp_uid)
    };
    cancel::cancel(engine, MerchantId(row.merchant_id), &request).await?;
    match again(line, &order.id).await {
        Ok(order) => Ok(order),
        // The money is back, and so is known how the product order stands.
        Err(_) => Ok(kind.ended(order)),
    }
}

/// The product order as it is now.
async fn again(line: &Line, id: &str) -> Result<ProductOrder> {
    let number = line.number('q');
    let found = find::verbs(line)?.find(&line.cx(&number), id).await?;
    found.ok_or(NO_ORDER)
}
