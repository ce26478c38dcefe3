//! What comes after a purchase of the payment type: points, its confirmation, and what a cash
//! receipt may be issued for.

use super::super::envelope::{need, text};
use super::super::{Desk, Refused};
use crate::sim::Trade;
use serde_json::{Value, json};

const UNKNOWN: Refused = ("S203", "없는 거래입니다.");
const NOT_PAID: Refused = ("N130", "결제되지 않았거나 취소된 거래입니다.");
const GIVEN: Refused = ("N131", "이미 포인트가 적립된 거래입니다.");
const CONFIRMED: Refused = ("N132", "이미 구매확정된 거래입니다.");

fn trade(desk: &Desk<'_>, data: &Value) -> Result<Trade, Refused> {
    desk.books.trade(desk.facts.code, &need(data, "tid")?).ok_or(UNKNOWN)
}

/// Once per purchase that is paid.
fn once(
    desk: &mut Desk<'_>,
    data: &Value,
    name: &str,
    value: Value,
    again: Refused,
) -> Result<Value, Refused> {
    let trade = trade(desk, data)?;
    if trade.held() == 0 {
        return Err(NOT_PAID);
    }
    let key = format!("purchase/{}", trade.tid);
    let mut known = desk.note(&key).unwrap_or_else(|| json!({}));
    if known.get(name).is_some() {
        return Err(again);
    }
    known[name] = value;
    desk.put(&key, &known);
    Ok(json!({ "result": "ok", "tid": trade.tid }))
}

/// Gives the points.
pub(super) fn points(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let at = json!(desk.cx.at.0);
    once(desk, data, "points", at, GIVEN)
}

/// The buyer keeps it.
pub(super) fn confirm(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let by = json!(text(data, "requester"));
    once(desk, data, "confirmed", by, CONFIRMED)
}

/// Points and transfers count as cash, cards never; what went back does not.
pub(super) fn cash_amount(desk: &Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let trade = trade(desk, data)?;
    let held = trade.held();
    let (by_point, by_primary) = match trade.method.as_str() {
        "point" => (held, 0),
        "trans" => (0, held),
        _ => (0, 0),
    };
    let total = by_point + by_primary;
    let vat = total / 11;
    Ok(json!({
        "result": "ok", "currency": trade.currency, "total": total, "by_point": by_point,
        "by_primary": by_primary, "supply": total - vat, "vat": vat,
    }))
}
