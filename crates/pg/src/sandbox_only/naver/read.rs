//! Answers of Naver's two PGs.

use crate::capability::product_orders::{Address, Orderer, ProductOrder, Review};
use crate::capability::purchases::CashAmount;
use crate::error::PgError;
use crate::sandbox_only::wire::{need, some, text};
use domain::{Currency, Millis, Money};
use serde_json::Value;

/// A list an answer makes no sense without.
pub(super) fn list<'a>(answer: &'a Value, name: &str) -> Result<&'a [Value], PgError> {
    let list = answer.get(name).and_then(Value::as_array);
    list.map(Vec::as_slice).ok_or_else(|| PgError::Unknown(format!("an answer without {name}")))
}

fn owned(data: &Value, name: &str) -> String {
    text(data, name).to_owned()
}

fn number(data: &Value, name: &str) -> Result<i64, PgError> {
    let number = data.get(name).and_then(Value::as_i64);
    number.ok_or_else(|| PgError::Unknown(format!("an answer without {name}")))
}

fn money(data: &Value, name: &str) -> Result<Money, PgError> {
    let unknown = || PgError::Unknown(format!("no amount {name}"));
    let currency = Currency::parse(text(data, "currency")).ok_or_else(unknown)?;
    Money::new(number(data, name)?, currency).map_err(|_| unknown())
}

/// A product order.
pub(super) fn order(data: &Value) -> Result<ProductOrder, PgError> {
    let nothing = Value::Null;
    let person = data.get("orderer").unwrap_or(&nothing);
    let place = data.get("shipping_address").unwrap_or(&nothing);
    Ok(ProductOrder {
        id: need(data, "id")?.to_owned(),
        order_no: need(data, "order_no")?.to_owned(),
        status: need(data, "status")?.to_owned(),
        claim_type: some(data, "claim_type"),
        claim_status: some(data, "claim_status"),
        product_id: owned(data, "product_id"),
        product_name: owned(data, "product_name"),
        option_id: owned(data, "option_id"),
        option_name: owned(data, "option_name"),
        amount: money(data, "amount")?,
        delivery: money(data, "delivery")?,
        quantity: number(data, "quantity")?,
        orderer: Orderer {
            name: owned(person, "name"),
            id: owned(person, "id"),
            tel: owned(person, "tel"),
        },
        address: Address {
            base: owned(place, "base"),
            detail: some(place, "detail"),
            postcode: owned(place, "postcode"),
            tel1: owned(place, "tel1"),
            tel2: some(place, "tel2"),
            name: owned(place, "name"),
        },
        memo: some(data, "shipping_memo"),
        due: data.get("due").and_then(Value::as_i64).map(Millis),
        individual_code: some(data, "individual_code"),
    })
}

/// A review.
pub(super) fn review(data: &Value) -> Result<Review, PgError> {
    Ok(Review {
        id: need(data, "id")?.to_owned(),
        order_no: need(data, "order_no")?.to_owned(),
        score: owned(data, "score"),
        title: owned(data, "title"),
        content: some(data, "content"),
        product_order: owned(data, "product_order_id"),
        product_id: owned(data, "product_id"),
        product_name: owned(data, "product_name"),
        option_name: owned(data, "option_name"),
        writer: owned(data, "writer"),
        created_at: Millis(number(data, "created_at")?),
        modified_at: data.get("modified_at").and_then(Value::as_i64).map(Millis),
    })
}

/// What a cash receipt may be issued for; both halves must make the whole.
pub(super) fn cash_amount(data: &Value) -> Result<CashAmount, PgError> {
    let cash = CashAmount {
        total: money(data, "total")?,
        by_point: money(data, "by_point")?,
        by_primary: money(data, "by_primary")?,
        supply: money(data, "supply")?,
        vat: money(data, "vat")?,
    };
    let sum = |one: Money, other: Money| one.plus(other).ok();
    let whole = Some(cash.total);
    if sum(cash.by_point, cash.by_primary) == whole && sum(cash.supply, cash.vat) == whole {
        return Ok(cash);
    }
    Err(PgError::Unknown("amounts that do not add up".into()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    fn sample() -> Value {
        json!({
            "id": "P1", "order_no": "imp_1", "status": "PAYED", "claim_type": "",
            "claim_status": "", "product_id": "a", "product_name": "가", "option_id": "",
            "option_name": "", "amount": 1000, "delivery": 0, "currency": "KRW", "quantity": 1,
            "orderer": {"name": "홍길동"}, "shipping_address": {"base": "서울", "detail": null},
            "due": 5,
        })
    }

    #[test]
    fn a_product_order_as_it_is_told() {
        let read = order(&sample()).unwrap();
        assert_eq!((read.claim_type.as_deref(), read.due), (None, Some(Millis(5))));
        assert_eq!((read.orderer.name.as_str(), read.address.detail), ("홍길동", None));
    }

    #[test]
    fn what_says_too_little_is_no_answer() {
        for name in ["id", "order_no", "status", "amount", "delivery", "currency", "quantity"] {
            for odd in [json!(null), json!([]), json!("")] {
                let mut data = sample();
                data[name] = odd;
                assert!(matches!(order(&data), Err(PgError::Unknown(_))), "{name}");
            }
        }
        let mut data = sample();
        data["amount"] = json!(-1);
        assert!(order(&data).is_err());
    }

    #[test]
    fn cash_that_does_not_add_up_is_no_answer() {
        let told = |vat: i64| {
            json!({"currency": "KRW", "total": 1100, "by_point": 1100, "by_primary": 0,
                "supply": 1000, "vat": vat})
        };
        assert_eq!(cash_amount(&told(100)).unwrap().vat.minor(), 100);
        assert!(matches!(cash_amount(&told(99)), Err(PgError::Unknown(_))));
    }
}
