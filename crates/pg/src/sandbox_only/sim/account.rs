//! Accounts that are open: changed before anybody pays in, and whose they are.

use super::envelope::{amount, need, text};
use super::{Desk, Refused};
use serde_json::{Value, json};

/// Accounts at other banks that everybody knows here: bank, number, holder.
const KNOWN: &[(&str, &str, &str)] =
    &[("004", "00412345678901", "샌드박스예금주"), ("088", "110123456789", "샌드박스예금주")];

/// An operation on an open account; `None` if there is none of this name.
pub(super) fn operation(
    desk: &mut Desk<'_>,
    name: &str,
    data: &Value,
) -> Option<Result<Value, Refused>> {
    match name {
        "account-change" if desk.facts.opens_accounts() => Some(change(desk, data)),
        "account-holder" => Some(holder(desk, data)),
        _ => None,
    }
}

/// Another amount or deadline, while nobody paid in.
fn change(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let code = desk.facts.code;
    let tid = need(data, "tid")?;
    let trade = desk.books.trade(code, &tid).filter(|trade| trade.method == "vbank");
    let mut trade = trade.ok_or(("S203", "없는 거래입니다."))?;
    match trade.state.as_str() {
        "awaiting_deposit" => {}
        "closed" => return Err(("S206", "말소된 계좌입니다.")),
        _ => return Err(("S206", "이미 입금된 계좌입니다.")),
    }
    if !data["amount"].is_null() {
        trade.amount = match amount(data, "amount")? {
            0 => return Err(("S104", "금액이 올바르지 않습니다.")),
            minor => minor,
        };
    }
    if !data["due"].is_null() {
        let due = data["due"].as_i64().filter(|due| *due > desk.cx.at.0);
        trade.extra["account"]["due"] =
            json!(due.ok_or(("S107", "입금기한이 올바르지 않습니다."))?);
    }
    desk.books.put_trade(&trade);
    let due = &trade.extra["account"]["due"];
    Ok(json!({ "result": "ok", "tid": tid, "amount": trade.amount, "due": due }))
}

/// Whose account it is: one given out here, or one everybody knows. Empty if it is nobody's.
fn holder(desk: &Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let (bank, number) = (need(data, "bank_code")?, need(data, "account_no")?);
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let own =
        desk.books.trades(desk.facts.code).into_iter().map(|trade| trade.extra["account"].clone());
    let own = own.filter(|account| {
        text(account, "bank_code") == bank && digits(text(account, "account_no")) == number
    });
    let own = own.map(|account| text(&account, "holder").to_owned()).next();
    let known = KNOWN.iter().find(|known| (known.0, known.1) == (bank.as_str(), number.as_str()));
    let holder = own.or_else(|| known.map(|known| known.2.to_owned())).unwrap_or_default();
    Ok(json!({ "result": "ok", "holder": holder }))
}
