//! The window that issues a key: opened for 0 won, its approval carries the key.

use crate::error::PgError;
use crate::kicc::open::Sale;
use crate::kicc::wire::Answer;
use crate::ops::{Approval, IssuedKey, Order};
use serde_json::json;

/// What the window asks the card's holder for: number, expiry, birth date (or business number) and
/// the first two digits of the password. Every contract allows it; 1 and 2 ask for less.
const CERT_TYPE: &str = "0";

/// The longest key KICC takes back in a charge, in bytes.
const KEY: usize = 60;

/// What is registered. The order's amount is the merchant's to show; nothing is charged.
pub(in crate::kicc) fn sale(order: &Order) -> Result<Sale, PgError> {
    if order.method != "card" {
        return Err(PgError::invalid(
            "pay_method",
            "KICC 빌링키는 카드(card)로만 발급할 수 있습니다.",
        ));
    }
    Ok(Sale {
        amount: 0,
        method: "81",
        info: Some(json!({ "billKeyMethodInfo": { "certType": CERT_TYPE } })),
        tax: None,
    })
}

/// The approval of such a window, with its key. The amount becomes the order's: KICC charged none.
pub(in crate::kicc) fn issued(
    answer: &Answer,
    approval: Approval,
    order: &Order,
) -> Result<Approval, PgError> {
    if !approval.amount.is_zero() {
        let took = approval.amount.minor();
        return Err(PgError::Unknown(format!("KICC took {took} where a key was to be issued")));
    }
    let key = answer.need("paymentInfo.cardInfo.cardNo")?;
    if !is_key(&key) {
        // Not repeated here: it may be a card's number.
        return Err(PgError::Unknown("what stands in cardNo is no billing key".into()));
    }
    let issued_key = Some(IssuedKey { key, card: approval.card.clone(), memo: String::new() });
    Ok(Approval { amount: order.amount, issued_key, ..approval })
}

/// False for masked numbers and for what could be a card's whole number.
fn is_key(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let card = (13..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    plain && !card && text.len() <= KEY
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::kicc::approve::{Asked, outcome};
    use crate::kicc::fixture;

    const TEST_KEY: &str = "574880230721BA465449";

    fn order() -> Order {
        Order { customer_uid: Some("customer-1".into()), ..fixture::order("card") }
    }

    fn read(change: (&str, &str)) -> Result<Approval, PgError> {
        let sample = include_str!("../testdata/approve_key.json").replace(change.0, change.1);
        let answer = Answer::read(&fixture::response(&fixture::signed(&sample)))?;
        let asked = Asked { mid: "T5102001", operation_id: "op1", order_no: "imp_000000000001" };
        issued(&answer, outcome(&answer, "easypay!KICCTEST", &asked)?, &order())
    }

    #[test]
    fn only_cards_get_a_key_and_nothing_is_charged() {
        let sale = sale(&order()).unwrap();
        assert_eq!((sale.amount, sale.method), (0, "81"));
        assert_eq!(sale.info.unwrap(), json!({ "billKeyMethodInfo": { "certType": "0" } }));
        assert!(sale.tax.is_none());
        for method in ["trans", "vbank", "phone"] {
            let order = Order { method: method.into(), ..order() };
            let refused = super::sale(&order).err().unwrap();
            assert!(matches!(refused, PgError::Invalid { field: "pay_method", .. }), "{refused}");
        }
    }

    #[test]
    fn the_key_stands_where_a_payment_has_the_card_number() {
        let approval = read(("", "")).unwrap();
        assert_eq!(approval.tid, "23072111431010015215");
        assert_eq!(approval.amount, order().amount);
        assert_eq!(approval.method.as_deref(), Some("card"));
        assert_eq!(approval.apply_num, None);
        let issued = approval.issued_key.unwrap();
        assert_eq!(issued.key, TEST_KEY);
        assert_eq!(issued.card, approval.card);
        let card = issued.card.unwrap();
        assert_eq!(card.number.as_deref(), Some("57488012****1234"));
        assert_eq!(card.code.as_deref(), Some("366"));
    }

    #[test]
    fn no_key_is_unknown_and_no_card_number_is_a_key() {
        for other in ["", "57488012****1234", "4518421112345681", "a b", &"A".repeat(61)] {
            let error = read((TEST_KEY, other)).unwrap_err();
            assert!(matches!(&error, PgError::Unknown(_)), "{other}: {error}");
            assert!(other.is_empty() || !error.to_string().contains(other), "{error}");
        }
    }

    #[test]
    fn a_window_that_charged_something_is_unknown() {
        let charged = read(("\"amount\": 0", "\"amount\": 1000"));
        assert!(matches!(charged, Err(PgError::Unknown(_))), "{charged:?}");
    }
}
