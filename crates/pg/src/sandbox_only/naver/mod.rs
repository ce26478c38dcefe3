//! Naver's two PGs: product orders of the order type, and what comes after a purchase of the
//! payment type. Our protocol, Naver's words; the states and their table: `README.md`.

mod read;

use super::SandboxOnly;
use super::wire::{call, text};
use crate::capability::product_orders::{
    Delivery, ItemCancel, ItemCancelKind, ProductOrder, ProductOrders, Review, ReviewKind, Step,
};
use crate::capability::purchases::{CashAmount, Purchases, Requester};
use crate::cx::Cx;
use crate::error::PgError;
use domain::Millis;
use serde_json::{Value, json};

/// The order type.
pub(super) const ORDERS: &str = "naverco";
/// The payment type.
pub(super) const PAYMENTS: &str = "naverpay";

#[async_trait::async_trait]
impl ProductOrders for SandboxOnly {
    async fn of_payment(&self, cx: &Cx<'_>, order_no: &str) -> Result<Vec<ProductOrder>, PgError> {
        let answer = call(self, cx, "product-orders", json!({ "order_no": order_no })).await?;
        read::list(&answer, "orders")?.iter().map(read::order).collect()
    }

    async fn find(&self, cx: &Cx<'_>, id: &str) -> Result<Option<ProductOrder>, PgError> {
        let answer = call(self, cx, "product-order", json!({ "id": id })).await?;
        let found = answer.get("order").filter(|order| !order.is_null());
        found.map(read::order).transpose()
    }

    async fn step(&self, cx: &Cx<'_>, id: &str, step: &Step) -> Result<ProductOrder, PgError> {
        let data = json!({ "id": id, "step": step.word(), "with": with(step) });
        let answer = call(self, cx, "product-order-step", data).await?;
        let order = read::order(answer.get("order").unwrap_or(&Value::Null))?;
        if order.id == id {
            return Ok(order);
        }
        Err(PgError::Unknown("an answer about another product order".into()))
    }

    async fn reviews(
        &self,
        cx: &Cx<'_>,
        (from, to): (Millis, Millis),
        kind: ReviewKind,
    ) -> Result<Vec<Review>, PgError> {
        let data = json!({ "from": from.0, "to": to.0, "type": kind.word() });
        let answer = call(self, cx, "reviews", data).await?;
        read::list(&answer, "reviews")?.iter().map(read::review).collect()
    }
}

/// What a step says besides its name.
fn with(step: &Step) -> Value {
    match step {
        Step::Place | Step::ResolveReturn | Step::CollectExchanged => json!({}),
        Step::Ship { delivery, at } => {
            let mut with = sent(delivery);
            with["dispatched_at"] = json!(at.0);
            with
        }
        Step::ShipExchanged { delivery } => sent(delivery),
        Step::RequestReturn { delivery, reason } => {
            let mut with = sent(delivery);
            with["reason"] = json!(reason);
            with
        }
        Step::RejectReturn { memo } => json!({ "memo": memo }),
        Step::WithholdReturn { reason, memo, extra_charge } => {
            json!({ "reason": reason, "memo": memo, "extra_charge": extra_charge })
        }
    }
}

fn sent(delivery: &Delivery) -> Value {
    json!({
        "method": delivery.method, "company": delivery.company, "tracking": delivery.tracking,
    })
}

/// The product order a cancel gives money back for, as the request says it.
pub(super) fn item(item: &ItemCancel) -> Value {
    let mut said = json!({ "id": item.id, "step": item.kind.word() });
    match &item.kind {
        ItemCancelKind::Cancel { reason } => said["reason"] = json!(reason),
        ItemCancelKind::ApproveCancel => {}
        ItemCancelKind::ApproveReturn { memo } => said["memo"] = json!(memo),
    }
    said
}

#[async_trait::async_trait]
impl Purchases for SandboxOnly {
    async fn give_points(&self, cx: &Cx<'_>, tid: &str) -> Result<(), PgError> {
        about(&call(self, cx, "points", json!({ "tid": tid })).await?, tid)
    }

    async fn confirm(&self, cx: &Cx<'_>, tid: &str, by: Requester) -> Result<(), PgError> {
        let data = json!({ "tid": tid, "requester": by.word() });
        about(&call(self, cx, "confirm", data).await?, tid)
    }

    async fn cash_amount(&self, cx: &Cx<'_>, tid: &str) -> Result<CashAmount, PgError> {
        read::cash_amount(&call(self, cx, "cash-amount", json!({ "tid": tid })).await?)
    }
}

/// An answer about this transaction.
pub(super) fn about(answer: &Value, tid: &str) -> Result<(), PgError> {
    if text(answer, "tid") == tid {
        return Ok(());
    }
    Err(PgError::Unknown("an answer about another transaction".into()))
}
