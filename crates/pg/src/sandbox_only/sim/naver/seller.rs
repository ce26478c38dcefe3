//! What sellers do: steps, and refunds that come with a cancel of money.

use super::super::envelope::{need, text};
use super::super::{Desk, Refused};
use super::table::{Act, Standing, Status};
use super::{ORDERS, orders};
use crate::sim::Trade;
use serde_json::{Value, json};

const NOT_FOUND: Refused = ("N118", "없는 상품주문번호입니다.");
const NO_STEP: Refused = ("N119", "없는 처리입니다.");
const IN_WHOLE: Refused = ("N120", "주문형 결제는 상품주문 단위로만 일부 취소할 수 있습니다.");
const AMOUNT: Refused = ("N121", "취소 금액이 상품주문의 결제금액과 다릅니다.");

/// Takes a step that moves no money.
pub(super) fn step(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let id = need(data, "id")?;
    let act = Act::of_seller(text(data, "step")).ok_or(NO_STEP)?;
    let mut order = orders::find(desk, &id).ok_or(NOT_FOUND)?;
    let next = orders::standing(&order).after(act)?;
    orders::put_standing(&mut order, next);
    // What was said stays with the product order: the books are to show it.
    order[text(data, "step")] = data.get("with").cloned().unwrap_or_default();
    orders::put(desk, &order);
    Ok(json!({ "result": "ok", "order": order }))
}

/// Product orders as they are once their money went back.
pub(in super::super) struct Refunds(Vec<Value>);

impl Refunds {
    /// Writes them. The caller has moved the money.
    pub(in super::super) fn book(self, desk: &mut Desk<'_>) {
        for order in self.0 {
            orders::put(desk, &order);
        }
    }
}

/// What a cancel of `minor` units makes of the product orders of a trade, before any money moves:
/// one of them, if it names one, else all that are left. Other PGs have none.
pub(in super::super) fn refunds(
    desk: &Desk<'_>,
    trade: &Trade,
    data: &Value,
    minor: i64,
) -> Result<Refunds, Refused> {
    if desk.facts.code != ORDERS {
        return Ok(Refunds(Vec::new()));
    }
    let Some(item) = data.get("item").filter(|item| item.is_object()) else {
        return whole(desk, trade, minor);
    };
    let order = orders::find(desk, text(item, "id"));
    let order = order.filter(|order| text(order, "tid") == trade.tid).ok_or(NOT_FOUND)?;
    let act = Act::of_refund(text(item, "step")).ok_or(NO_STEP)?;
    let next = orders::standing(&order).after(act)?;
    if minor != paid(&order) {
        return Err(AMOUNT);
    }
    Ok(Refunds(vec![with(order, next, item)]))
}

fn whole(desk: &Desk<'_>, trade: &Trade, minor: i64) -> Result<Refunds, Refused> {
    let mut changed = Vec::new();
    let mut sum = 0;
    for order in orders::of(desk, &trade.order_no) {
        let standing = orders::standing(&order);
        if matches!(standing.status, Status::Canceled | Status::Returned) {
            continue;
        }
        let next = standing.after(Act::Cancel)?;
        sum += paid(&order);
        changed.push(with(order, next, &Value::Null));
    }
    if minor == sum { Ok(Refunds(changed)) } else { Err(IN_WHOLE) }
}

fn paid(order: &Value) -> i64 {
    let minor = |name: &str| order.get(name).and_then(Value::as_i64).unwrap_or(0);
    minor("amount") + minor("delivery")
}

fn with(mut order: Value, next: Standing, item: &Value) -> Value {
    orders::put_standing(&mut order, next);
    order["refund"] = item.clone();
    order
}
