//! A customer pays into an account or at a convenience store; the shop is told.

use super::Desk;
use super::envelope::{sign, text};
use crate::sim::{Movement, Outgoing, SimCx, Trade};
use serde_json::json;

/// Takes exactly what is to be paid, before the deadline, once.
pub(super) fn deposit(
    desk: &mut Desk<'_>,
    tid: &str,
    amount: i64,
    depositor: &str,
) -> Result<Vec<Outgoing>, String> {
    let code = desk.facts.code;
    let mut trade = desk.books.trade(code, tid).ok_or("없는 가상계좌입니다.")?;
    match trade.state.as_str() {
        "awaiting_deposit" => {}
        "closed" => return Err("말소된 계좌입니다.".into()),
        "deposited" | "part_cancelled" | "cancelled" => {
            return Err("이미 입금된 계좌입니다.".into());
        }
        _ => return Err("입금을 기다리는 거래가 아닙니다.".into()),
    }
    let account = trade.extra["account"].clone();
    if account["due"].as_i64().is_none_or(|due| desk.cx.at.0 > due) {
        return Err("입금기한이 지났습니다.".into());
    }
    if amount != trade.amount {
        return Err(format!("입금할 금액은 {}입니다.", trade.amount));
    }
    let number = desk.take_number("D");
    trade.state = "deposited".into();
    desk.books.put_trade(&trade);
    desk.books.record(code, &Movement::new(tid, "deposit", amount, &number, desk.cx.at));
    Ok(vec![message(desk.cx, &trade, &number, amount, depositor, "deposit")])
}

/// A signed message about a trade: a deposit, or the question before one.
pub(super) fn message(
    cx: &SimCx,
    trade: &Trade,
    number: &str,
    amount: i64,
    depositor: &str,
    kind: &str,
) -> Outgoing {
    let (minor, at) = (amount.to_string(), cx.at.0.to_string());
    let depositor = if depositor.is_empty() { "입금자" } else { depositor };
    let parts = [
        ("mid", trade.mid.as_str()),
        ("order_no", &trade.order_no),
        ("tid", &trade.tid),
        ("deposit_no", number),
        ("amount", &minor),
        ("currency", &trade.currency),
        ("account_no", text(&trade.extra["account"], "account_no")),
        ("depositor", depositor),
        ("at", &at),
        ("type", kind),
    ];
    let signature = sign(&parts.map(|(_, value)| value).join("\n"));
    let mut body = json!({ "signature": signature });
    for (name, value) in parts {
        body[name] = json!(value);
    }
    let url = match text(&trade.extra, "notice_url") {
        "" => cx.notice_url_of(&trade.pg),
        url => url.to_owned(),
    };
    Outgoing {
        url,
        content_type: "application/json; charset=utf-8".into(),
        body: body.to_string().into_bytes(),
        wanted: "\"accepted\":true",
    }
}
