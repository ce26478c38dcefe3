//! What buyers and carriers do: asked for by whoever tests a shop.

use super::super::Desk;
use super::super::envelope::text;
use super::table::Act;
use super::{ORDERS, orders, reviews};
use serde_json::{Value, json};

/// Does it; gives the product order as it is then.
///
/// `{"action", "id"}` and, of a review, `type`, `score`, `title` and `content`.
pub(in super::super) fn act(desk: &mut Desk<'_>, action: &Value) -> Result<Value, String> {
    let word = text(action, "action");
    if desk.facts.code != ORDERS {
        return Err(format!("{}: 구매자 동작이 없는 PG사입니다.", desk.facts.ko));
    }
    let act = Act::of_buyer(word).ok_or_else(|| format!("action: 없는 동작입니다: {word}"))?;
    let mut order = orders::find(desk, text(action, "id")).ok_or("없는 상품주문번호입니다.")?;
    let next = orders::standing(&order).after(act).map_err(|(_, why)| why.to_owned())?;
    if act == Act::Review {
        reviews::write(desk, &order, action)?;
    }
    orders::put_standing(&mut order, next);
    order[word] = json!(desk.cx.at.0);
    orders::put(desk, &order);
    Ok(order)
}
