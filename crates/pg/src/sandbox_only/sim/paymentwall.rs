//! Paymentwall's delivery confirmation: whoever does not tell how the goods travel is not paid out.
//! No money moves here.

use super::envelope::{need, text};
use super::{Desk, Refused};
use serde_json::{Value, json};

const PG: &str = "paymentwall";

/// How far goods are, in order.
const STATES: [&str; 4] = ["order_placed", "order_shipped", "delivering", "delivered"];

/// What goods that are things need to say, in the address but for the carrier.
const OF_THINGS: [(&str, Refused); 10] = [
    ("carrier_tracking_id", ("1102", "carrier_tracking_id is required for physical goods")),
    ("carrier_type", ("1102", "carrier_type is required for physical goods")),
    ("country", ("1102", "shipping_address[country] is required for physical goods")),
    ("city", ("1102", "shipping_address[city] is required for physical goods")),
    ("zip", ("1102", "shipping_address[zip] is required for physical goods")),
    ("state", ("1102", "shipping_address[state] is required for physical goods")),
    ("street", ("1102", "shipping_address[street] is required for physical goods")),
    ("phone", ("1102", "shipping_address[phone] is required for physical goods")),
    ("firstname", ("1102", "shipping_address[firstname] is required for physical goods")),
    ("lastname", ("1102", "shipping_address[lastname] is required for physical goods")),
];

/// An operation of this PG; `None` if there is none of this name.
pub(super) fn operation(
    desk: &mut Desk<'_>,
    name: &str,
    data: &Value,
) -> Option<Result<Value, Refused>> {
    (desk.facts.code == PG && name == "delivery").then(|| report(desk, data))
}

fn report(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let tid = need(data, "tid")?;
    let trade = desk.books.trade(PG, &tid).ok_or(("1101", "Payment not found"))?;
    if trade.held() == 0 {
        return Err(("1103", "Payment is refunded"));
    }
    let place = |word: &str| STATES.iter().position(|state| *state == word);
    let next = place(text(data, "status")).ok_or(("1104", "status is invalid"))?;
    match text(data, "type") {
        "physical" => things(data)?,
        "digital" => {}
        _ => return Err(("1104", "type is invalid")),
    }
    let address = data.get("shipping_address").unwrap_or(&Value::Null);
    if !text(address, "email").contains('@') {
        return Err(("1104", "shipping_address[email] is invalid"));
    }
    let key = format!("delivery/{tid}");
    let known = desk.note(&key).unwrap_or_default();
    if place(text(&known, "status")).is_some_and(|before| before > next) {
        return Err(("1105", "Delivery status can not go back"));
    }
    desk.put(&key, data);
    Ok(json!({ "result": "ok", "tid": tid }))
}

fn things(data: &Value) -> Result<(), Refused> {
    let address = data.get("shipping_address").unwrap_or(&Value::Null);
    for (name, refused) in OF_THINGS {
        let from = if name.starts_with("carrier") { data } else { address };
        if text(from, name).trim().is_empty() {
            return Err(refused);
        }
    }
    Ok(())
}
