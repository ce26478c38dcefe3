//! Product orders in the books: a note each, and one per payment that lists them.

use super::super::Desk;
use super::super::envelope::text;
use super::table::{Claim, Standing, Status};
use super::{ORDERS, sale};
use serde_json::{Value, json};

/// Sellers are to send within so many days.
const DUE_DAYS: i64 = 3;

/// Writes down what a payment sold. Called once, with its approval; other PGs sell no products.
pub(in super::super) fn sell(desk: &mut Desk<'_>, session: &Value, tid: &str, paid: i64) {
    if desk.facts.code != ORDERS {
        return;
    }
    let (orderer, address) = sale::people(session);
    let products = session.get("products").unwrap_or(&Value::Null);
    let order_no = text(session, "order_no");
    let mut ids = Vec::new();
    for part in sale::parts(products, text(session, "name"), paid) {
        let id = desk.take_number("P");
        let mut order = json!({
            "id": id, "order_no": order_no, "tid": tid, "product_id": part.id,
            "product_name": part.name, "option_id": part.option_id,
            "option_name": part.option_name, "quantity": part.quantity, "amount": part.amount,
            "delivery": part.delivery, "currency": session["currency"], "orderer": orderer,
            "shipping_address": address, "due": desk.cx.at.plus_seconds(DUE_DAYS * 86_400).0,
        });
        put_standing(&mut order, Standing::NEW);
        put(desk, &order);
        ids.push(id);
    }
    desk.put(&of_order(order_no), &json!(ids));
}

fn of_order(order_no: &str) -> String {
    format!("product-orders/{order_no}")
}

/// Writes a product order, new or changed.
pub(super) fn put(desk: &mut Desk<'_>, order: &Value) {
    desk.put(&format!("product-order/{}", text(order, "id")), order);
}

/// The product order with this number.
pub(super) fn find(desk: &Desk<'_>, id: &str) -> Option<Value> {
    desk.note(&format!("product-order/{id}"))
}

/// The product orders of a payment.
pub(super) fn of(desk: &Desk<'_>, order_no: &str) -> Vec<Value> {
    let ids = desk.note(&of_order(order_no)).unwrap_or_default();
    let ids = ids.as_array().cloned().unwrap_or_default();
    ids.iter().filter_map(Value::as_str).filter_map(|id| find(desk, id)).collect()
}

/// Where it stands. What cannot be read stands where nobody can do anything.
pub(super) fn standing(order: &Value) -> Standing {
    let flag = |name: &str| order.get(name).and_then(Value::as_bool).unwrap_or(false);
    let claim = Claim::parse(text(order, "claim_type"), text(order, "claim_status"));
    Standing {
        status: Status::parse(text(order, "status")).unwrap_or(Status::PaymentWaiting),
        claim: claim.unwrap_or(Claim::AdminCanceling),
        placed: flag("placed"),
        withheld: flag("withheld"),
    }
}

/// Changes where it stands.
pub(super) fn put_standing(order: &mut Value, standing: Standing) {
    let (kind, status) = standing.claim.words();
    order["status"] = json!(standing.status.word());
    order["claim_type"] = json!(kind);
    order["claim_status"] = json!(status);
    order["placed"] = json!(standing.placed);
    order["withheld"] = json!(standing.withheld);
}

/// Answers with the product orders of a payment.
pub(super) fn of_payment(desk: &Desk<'_>, data: &Value) -> Value {
    json!({ "result": "ok", "orders": of(desk, text(data, "order_no")) })
}

/// Answers with one product order, or none.
pub(super) fn one(desk: &Desk<'_>, data: &Value) -> Value {
    json!({ "result": "ok", "order": find(desk, text(data, "id")) })
}
