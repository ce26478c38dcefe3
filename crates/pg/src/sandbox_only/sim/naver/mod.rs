//! Naver's two PGs: product orders of `naverco` (order type), and what comes after a purchase of
//! `naverpay` (payment type). States: `table.rs`.

mod buyer;
mod orders;
mod purchase;
mod reviews;
mod sale;
mod seller;
mod table;
mod words;

#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod table_tests;

pub(super) use buyer::act;
pub(super) use orders::sell;
pub(super) use seller::refunds;

use super::{Desk, Refused};
use serde_json::Value;

/// The order type.
const ORDERS: &str = "naverco";
/// The payment type.
const PAYMENTS: &str = "naverpay";

/// What only looks: not written down under its operation.
pub(super) const READS: [&str; 4] = ["product-orders", "product-order", "reviews", "cash-amount"];

/// An operation of one of these PGs; `None` if there is none of this name.
pub(super) fn operation(
    desk: &mut Desk<'_>,
    name: &str,
    data: &Value,
) -> Option<Result<Value, Refused>> {
    Some(match (desk.facts.code, name) {
        (ORDERS, "product-orders") => Ok(orders::of_payment(desk, data)),
        (ORDERS, "product-order") => Ok(orders::one(desk, data)),
        (ORDERS, "product-order-step") => seller::step(desk, data),
        (ORDERS, "reviews") => Ok(reviews::between(desk, data)),
        (PAYMENTS, "points") => purchase::points(desk, data),
        (PAYMENTS, "confirm") => purchase::confirm(desk, data),
        (PAYMENTS, "cash-amount") => purchase::cash_amount(desk, data),
        _ => return None,
    })
}
