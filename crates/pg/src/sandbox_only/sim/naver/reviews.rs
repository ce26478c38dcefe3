//! What buyers wrote about products they keep.

use super::super::Desk;
use super::super::envelope::text;
use super::sale;
use serde_json::{Value, json};

const ALL: &str = "reviews";

/// Writes a review of a product order; one of each kind.
pub(super) fn write(desk: &mut Desk<'_>, order: &Value, said: &Value) -> Result<(), String> {
    let or =
        |given: &str, other: &str| if given.is_empty() { other.into() } else { given.to_owned() };
    let kind = or(text(said, "type"), "general");
    // 0 to 2 of a general review, 10 to 13 of a premium one.
    let (scores, usual): (&[&str], &str) = match kind.as_str() {
        "general" => (&["0", "1", "2"], "2"),
        "premium" => (&["10", "11", "12", "13"], "13"),
        _ => return Err("type: general 또는 premium이어야 합니다.".into()),
    };
    let score = or(text(said, "score"), usual);
    if !scores.contains(&score.as_str()) {
        return Err(format!("score: {} 중 하나여야 합니다.", scores.join(", ")));
    }
    let mut all = desk.note(ALL).and_then(|all| all.as_array().cloned()).unwrap_or_default();
    let mine =
        |review: &Value| review["product_order_id"] == order["id"] && text(review, "type") == kind;
    if all.iter().any(mine) {
        return Err("이미 구매평을 작성한 상품주문입니다.".into());
    }
    let content = match kind.as_str() {
        "premium" => json!(or(text(said, "content"), "잘 받았습니다. 만족합니다.")),
        _ => Value::Null,
    };
    let orderer = order.get("orderer").unwrap_or(&Value::Null);
    all.push(json!({
        "id": desk.take_number("R"), "type": kind, "score": score, "content": content,
        "title": or(text(said, "title"), "만족합니다."), "order_no": order["order_no"],
        "product_order_id": order["id"], "product_id": order["product_id"],
        "product_name": order["product_name"], "option_name": order["option_name"],
        "writer": sale::masked(text(orderer, "name")), "created_at": desk.cx.at.0,
    }));
    desk.put(ALL, &json!(all));
    Ok(())
}

/// Answers with the reviews of a kind between two moments.
pub(super) fn between(desk: &Desk<'_>, data: &Value) -> Value {
    let bound = |name: &str, usual: i64| data.get(name).and_then(Value::as_i64).unwrap_or(usual);
    let span = bound("from", i64::MIN)..=bound("to", i64::MAX);
    let all = desk.note(ALL).and_then(|all| all.as_array().cloned()).unwrap_or_default();
    let wanted = |review: &Value| {
        let at = review["created_at"].as_i64().unwrap_or_default();
        review["type"] == data["type"] && span.contains(&at)
    };
    json!({ "result": "ok", "reviews": all.into_iter().filter(wanted).collect::<Vec<_>>() })
}
