//! What is sold: one product order per product of `naverProducts` (per option, where a product has
//! them), or one for the whole payment.

use super::super::envelope::text;
use serde_json::{Value, json};

/// More products than this in one payment are one product order.
const MOST: usize = 100;

/// A product as the shop's page described it, with its share of what was paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) option_id: String,
    pub(super) option_name: String,
    pub(super) quantity: i64,
    /// Minor units for all of them.
    pub(super) amount: i64,
    /// Minor units for their delivery.
    pub(super) delivery: i64,
}

/// The parts of a payment of `paid` minor units; they add up to it.
///
/// Prices are believed if they add up. If not (other shops' pages say none, or ask for a rounded
/// amount), what was paid is shared out by them, at least one unit each.
pub(super) fn parts(products: &Value, name: &str, paid: i64) -> Vec<Part> {
    let listed = products.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut parts: Vec<Part> = listed.iter().flat_map(of_product).collect();
    let count = i64::try_from(parts.len()).unwrap_or(i64::MAX);
    if parts.is_empty() || parts.len() > MOST || count > paid {
        return vec![Part {
            id: "1".into(),
            name: name.to_owned(),
            quantity: 1,
            amount: paid,
            ..Part::default()
        }];
    }
    let total: i128 = parts.iter().map(weight).sum();
    let each = parts.iter().all(|part| weight(part) > 0);
    if total == i128::from(paid) && each {
        return parts;
    }
    share(&mut parts, paid - count, total);
    parts
}

fn weight(part: &Part) -> i128 {
    i128::from(part.amount) + i128::from(part.delivery)
}

/// One unit each, the rest by weight, and what does not divide to the first.
fn share(parts: &mut [Part], rest: i64, total: i128) {
    let count = parts.len() as i128;
    let mut left = rest;
    for part in &mut *parts {
        let share = match total {
            0 => i128::from(rest) / count,
            total => i128::from(rest) * weight(part) / total,
        };
        let share = i64::try_from(share).unwrap_or(0);
        left -= share;
        part.amount = share + 1;
        part.delivery = 0;
    }
    if let Some(first) = parts.first_mut() {
        first.amount += left;
    }
}

fn of_product(product: &Value) -> Vec<Part> {
    let first = |names: [&str; 2]| {
        let given = names.map(|name| said(product, name));
        given.into_iter().find(|text| !text.is_empty()).unwrap_or_default()
    };
    let price = number(product, "basePrice");
    let plain = Part {
        id: first(["id", "uid"]),
        name: text(product, "name").to_owned(),
        quantity: number(product, "quantity").max(number(product, "count")).max(1),
        ..Part::default()
    };
    let options = product.get("options").and_then(Value::as_array);
    let mut parts: Vec<Part> = match options.filter(|options| !options.is_empty()) {
        None => {
            let amount = price.saturating_mul(plain.quantity);
            vec![Part { amount, ..plain }]
        }
        Some(options) => options.iter().map(|option| of_option(&plain, price, option)).collect(),
    };
    if let Some(first) = parts.first_mut() {
        first.delivery = fee(product, first.amount);
    }
    parts
}

fn of_option(plain: &Part, price: i64, option: &Value) -> Part {
    let quantity = number(option, "optionQuantity").max(1);
    let selections = option.get("selections").and_then(Value::as_array);
    let words = selections.into_iter().flatten().map(|chosen| {
        let (label, value) = (text(chosen, "label"), text(chosen, "value"));
        if label.is_empty() { value.to_owned() } else { format!("{label}: {value}") }
    });
    Part {
        option_id: said(option, "selectionCode"),
        option_name: words.collect::<Vec<_>>().join(" / "),
        quantity,
        amount: price.saturating_add(number(option, "optionPrice")).saturating_mul(quantity),
        ..plain.clone()
    }
}

/// What the buyer paid for the delivery in advance.
fn fee(product: &Value, amount: i64) -> i64 {
    let shipping = product.get("shipping").unwrap_or(&Value::Null);
    let free = shipping.get("feeRule").map_or(0, |rule| number(rule, "freeByThreshold"));
    if text(shipping, "feePayType") != "PREPAYED" || (free > 0 && amount >= free) {
        return 0;
    }
    number(shipping, "baseFee")
}

/// A text or the digits of a number.
fn said(value: &Value, name: &str) -> String {
    match value.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A number or its digits; nothing else counts, and nothing below zero or beyond a trillion.
fn number(value: &Value, name: &str) -> i64 {
    let number = said(value, name).parse::<i64>().unwrap_or(0);
    if (0..=1_000_000_000_000).contains(&number) { number } else { 0 }
}

/// Who ordered and where it goes, as the session says.
pub(super) fn people(session: &Value) -> (Value, Value) {
    let buyer = session.get("buyer").unwrap_or(&Value::Null);
    let name = text(session, "buyer_name");
    let orderer = json!({ "name": name, "id": masked(name), "tel": text(buyer, "tel") });
    let address = json!({
        "base": text(buyer, "addr"), "detail": null, "postcode": text(buyer, "postcode"),
        "tel1": text(buyer, "tel"), "tel2": null, "name": name,
    });
    (orderer, address)
}

/// A buyer's id as Naver shows it: four characters and stars.
pub(super) fn masked(name: &str) -> String {
    let hash = crate::crypto::sha256_hex(name);
    format!("{}****", hash.get(..4).unwrap_or("user"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amounts(products: Value, paid: i64) -> Vec<(i64, i64)> {
        let parts = parts(&products, "주문", paid);
        let sum: i64 = parts.iter().map(|part| part.amount + part.delivery).sum();
        assert_eq!(sum, paid, "{products}");
        assert!(parts.iter().all(|part| part.amount + part.delivery > 0 && part.quantity > 0));
        parts.into_iter().map(|part| (part.amount, part.delivery)).collect()
    }

    #[test]
    fn prices_that_add_up_are_believed() {
        let shipping = json!({"feePayType": "PREPAYED", "baseFee": 2500,
            "feeRule": {"freeByThreshold": 20000}});
        let one = json!({"id": "a", "name": "가", "basePrice": 1000, "quantity": "2",
            "shipping": shipping});
        let dear = json!({"id": "b", "name": "나", "basePrice": 20000, "quantity": 1,
            "shipping": shipping});
        assert_eq!(amounts(json!([one, dear]), 24_500), [(2000, 2500), (20_000, 0)]);
    }

    #[test]
    fn options_are_product_orders_of_their_own() {
        let product = json!({"id": "p", "name": "옷", "basePrice": 1000, "options": [
            {"optionQuantity": 3, "optionPrice": 100, "selectionCode": "R_M", "selections": [
                {"code": "RED", "label": "색상", "value": "빨강"},
                {"code": "M", "label": "사이즈", "value": "M"}]},
            {"optionQuantity": 1, "optionPrice": 0, "selectionCode": "B_S", "selections": []},
        ]});
        let parts = parts(&json!([product]), "주문", 4_300);
        let shown: Vec<_> = parts
            .iter()
            .map(|part| (part.option_id.as_str(), part.option_name.as_str(), part.amount))
            .collect();
        assert_eq!(shown, [("R_M", "색상: 빨강 / 사이즈: M", 3_300), ("B_S", "", 1_000)]);
        assert_eq!(parts[0].quantity, 3);
    }

    #[test]
    fn whatever_a_page_says_the_parts_are_what_was_paid() {
        let book = |name: &str| json!({"uid": 7, "name": name, "count": 10});
        assert_eq!(
            amounts(json!([book("가"), book("나"), book("다")]), 10),
            [(4, 0), (3, 0), (3, 0)]
        );
        let priced = |price: i64| json!({"id": "a", "name": "가", "basePrice": price});
        assert_eq!(amounts(json!([priced(1_000), priced(3_000)]), 2_000), [(501, 0), (1_499, 0)]);
        for (products, paid) in [
            (json!(null), 1_000),
            (json!([]), 1_000),
            (json!("x"), 1_000),
            (json!({"id": "a"}), 1_000),
            (json!(vec![book("가"); 101]), 1_000),
            (json!([book("가"), book("나")]), 1),
        ] {
            assert_eq!(amounts(products, paid), [(paid, 0)]);
        }
        for odd in [
            json!(null),
            json!([1]),
            json!({"basePrice": -5, "quantity": "많이"}),
            json!({"basePrice": 9e30, "options": "x", "shipping": []}),
            json!({"basePrice": 1_000_000_000_000_i64, "quantity": 1_000_000_000_000_i64}),
        ] {
            amounts(json!([odd, priced(5)]), 777);
        }
    }
}
