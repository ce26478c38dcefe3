//! Cancels: whole, in parts, or closing what nobody paid.

use super::envelope::{amount, need, text};
use super::{Desk, Refused, naver, purse};
use crate::sim::{Movement, Trade};
use serde_json::{Value, json};

/// Cancels.
pub(super) fn cancel(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let tid = need(data, "tid")?;
    let mut trade = desk.books.trade(desk.facts.code, &tid).ok_or(("S203", "없는 거래입니다."))?;
    let (minor, left) = (amount(data, "amount")?, amount(data, "left")?);
    if text(data, "currency") != trade.currency {
        return Err(("S104", "통화가 거래와 다릅니다."));
    }
    let refunds = naver::refunds(desk, &trade, data, minor)?;
    let number = desk.take_number("C");
    let kind = match trade.state.as_str() {
        "awaiting_deposit" => {
            if minor != trade.amount {
                return Err(("S205", "입금 전에는 전액만 취소할 수 있습니다."));
            }
            "close"
        }
        "approved" | "deposited" | "part_cancelled" => {
            check(&trade, minor, left, data)?;
            "cancel"
        }
        _ => return Err(("S206", "취소할 수 없는 거래입니다.")),
    };
    if kind == "close" {
        trade.state = "closed".into();
    } else {
        trade.cancelled += minor;
        let whole = trade.cancelled == trade.amount;
        trade.state = if whole { "cancelled" } else { "part_cancelled" }.into();
        let movement = Movement::new(&tid, "cancel", minor, &number, desk.cx.at);
        desk.books.record(desk.facts.code, &movement);
        if let Some(purse) = trade.extra["purse"].as_str() {
            purse::take(desk, purse, -minor)?;
        }
    }
    desk.books.put_trade(&trade);
    refunds.book(desk);
    Ok(json!({
        "result": "ok", "tid": tid, "amount": minor, "cancel_no": number, "at": desk.cx.at.0,
    }))
}

fn check(trade: &Trade, minor: i64, left: i64, data: &Value) -> Result<(), Refused> {
    let rest = trade.amount - trade.cancelled;
    if left != rest {
        return Err(("S204", "취소가능 잔액이 일치하지 않습니다."));
    }
    if minor == 0 || minor > rest {
        return Err(("S205", "취소 금액이 취소가능 잔액보다 큽니다."));
    }
    let refund = data.get("refund").unwrap_or(&Value::Null);
    if trade.method == "vbank" && text(refund, "refund_account").is_empty() {
        return Err(("S207", "환불계좌가 필요합니다."));
    }
    Ok(())
}
