//! Product orders and reviews as V1 shows them: every key, nothing unset but null.

use engine::{ProductOrder, Review};
use serde_json::{Value, json};

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// `NaverProductOrder`.
#[must_use]
pub fn product_order(order: &ProductOrder) -> Value {
    json!({
        "claim_status": order.claim_status,
        "claim_type": order.claim_type,
        "delivery_amount": order.delivery.minor(),
        "individual_code": order.individual_code,
        "orderer": {
            "id": order.orderer.id,
            "name": order.orderer.name,
            "tel": order.orderer.tel,
        },
        "product_amount": order.amount.minor(),
        "product_id": order.product_id,
        "product_name": order.product_name,
        // Required by V1's description, so texts even where there is no option.
        "product_option_id": order.option_id,
        "product_option_name": order.option_name,
        "product_order_id": order.id,
        "product_order_status": order.status,
        "quantity": order.quantity,
        "shipping_address": {
            "base": order.address.base,
            "detail": order.address.detail,
            "name": order.address.name,
            "postcode": order.address.postcode,
            "tel1": order.address.tel1,
            "tel2": order.address.tel2,
        },
        "shipping_due": order.due.map_or(0, |due| due.seconds()),
        "shipping_memo": order.memo,
    })
}

/// A list of them.
#[must_use]
pub fn product_orders(orders: &[ProductOrder]) -> Value {
    orders.iter().map(product_order).collect()
}

/// `NaverReview`.
#[must_use]
pub fn review(review: &Review) -> Value {
    json!({
        "content": review.content,
        "created_at": review.created_at.seconds(),
        "modified_at": review.modified_at.map_or(0, |at| at.seconds()),
        "product_id": review.product_id,
        "product_name": review.product_name,
        "product_option_name": some(&review.option_name),
        "product_order_id": review.product_order,
        "review_id": review.id,
        "score": review.score,
        "title": review.title,
        "writer": review.writer,
    })
}
