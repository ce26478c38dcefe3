//! Numbers to pay at a store: given out or registered, each number once.

use super::approve::book;
use super::envelope::{amount, need, text};
use super::{Desk, Refused};
use domain::Millis;
use serde_json::{Value, json};

/// Days a number is good for if nobody says (to the end of that day, KST).
const DAYS: i64 = 3;

/// Gives out a number.
pub(super) fn issue(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    if !desk.facts.cvs {
        return Err(("S105", "편의점결제 계약이 없습니다."));
    }
    if amount(data, "amount")? == 0 {
        return Err(("S104", "금액이 올바르지 않습니다."));
    }
    need(data, "order_no")?;
    let own = text(data, "barcode");
    let barcode = match own {
        "" => desk.take_number("880")[..20].to_owned(),
        own => own.to_owned(),
    };
    let known = format!("barcode/{barcode}");
    if desk.note(&known).is_some() {
        return Err(("S110", "이미 등록된 수납번호입니다."));
    }
    let due = match data.get("due").and_then(Value::as_i64) {
        None => desk.cx.at.end_of_kst_day(DAYS),
        Some(due) => Some(Millis(due)).filter(|due| *due > desk.cx.at).ok_or(LATE)?,
    };
    desk.put(&known, &json!(true));
    let mut order = data.clone();
    order["method"] = json!("cvs");
    order["due"] = json!(due.0);
    order["barcode"] = json!(barcode);
    Ok(book(desk, &order, ""))
}

const LATE: Refused = ("S107", "수납기한이 올바르지 않습니다.");
