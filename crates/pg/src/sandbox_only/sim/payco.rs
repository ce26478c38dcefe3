//! PAYCO's state of an order: a word beside the payment, which moves no money.

use super::envelope::{need, text};
use super::{Desk, Refused};
use serde_json::{Value, json};

const PG: &str = "payco";

/// The states, the first one being that of an order nobody said anything of.
const ORDERED: &str = "ORDERED";
const SENDING: &str = "DELIVERY_START";
const DECIDED: &str = "PURCHASE_DECISION";
const CANCELED: &str = "CANCELED";

/// An operation of this PG; `None` if there is none of this name.
pub(super) fn operation(
    desk: &mut Desk<'_>,
    name: &str,
    data: &Value,
) -> Option<Result<Value, Refused>> {
    (desk.facts.code == PG && name == "order-status").then(|| change(desk, data))
}

fn change(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let tid = need(data, "tid")?;
    let trade = desk.books.trade(PG, &tid).ok_or(("S203", "없는 거래입니다."))?;
    let key = format!("order-status/{tid}");
    let known = desk.note(&key).unwrap_or_else(|| json!(ORDERED));
    let next = next(known.as_str().unwrap_or(ORDERED), text(data, "status"), trade.held() > 0)?;
    desk.put(&key, &json!(next));
    Ok(json!({ "result": "ok", "tid": tid, "status": next }))
}

/// The state after a change. Saying the same again changes nothing and is no fault.
fn next(now: &str, wanted: &str, paid: bool) -> Result<&'static str, Refused> {
    let wanted = [SENDING, DECIDED, CANCELED].into_iter().find(|known| *known == wanted);
    let wanted = wanted.ok_or(("P101", "올바르지 않은 주문상태입니다."))?;
    if now == wanted {
        return Ok(wanted);
    }
    match (now, wanted) {
        (CANCELED, _) => Err(("P102", "이미 취소된 주문입니다.")),
        (DECIDED, _) => Err(("P103", "이미 구매확정된 주문입니다.")),
        (_, CANCELED) => Ok(wanted),
        _ if !paid => Err(("P104", "결제되지 않았거나 취소된 주문입니다.")),
        _ => Ok(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_of_the_table() {
        for (now, wanted, paid, expected) in [
            (ORDERED, SENDING, true, "DELIVERY_START"),
            (ORDERED, DECIDED, true, "PURCHASE_DECISION"),
            (ORDERED, CANCELED, true, "CANCELED"),
            (SENDING, SENDING, true, "DELIVERY_START"),
            (SENDING, DECIDED, true, "PURCHASE_DECISION"),
            (SENDING, CANCELED, true, "CANCELED"),
            (DECIDED, SENDING, true, "P103"),
            (DECIDED, DECIDED, true, "PURCHASE_DECISION"),
            (DECIDED, CANCELED, true, "P103"),
            (CANCELED, SENDING, true, "P102"),
            (CANCELED, DECIDED, true, "P102"),
            (CANCELED, CANCELED, true, "CANCELED"),
            (ORDERED, SENDING, false, "P104"),
            (ORDERED, DECIDED, false, "P104"),
            (ORDERED, CANCELED, false, "CANCELED"),
            (SENDING, DECIDED, false, "P104"),
            (SENDING, CANCELED, false, "CANCELED"),
            (ORDERED, "ORDERED", true, "P101"),
            (ORDERED, "", true, "P101"),
        ] {
            let got = next(now, wanted, paid).unwrap_or_else(|(code, _)| code);
            assert_eq!(got, expected, "{now} {wanted} {paid}");
        }
    }
}
