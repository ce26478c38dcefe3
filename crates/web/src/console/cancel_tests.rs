//! The cancel form's own checks.

use super::*;
use domain::Currency;
use domain::payment::Payment;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap_or(Money::zero(Currency::Krw))
}

#[test]
fn refusals_of_the_engine_land_beside_their_field() {
    let text = "취소가능 잔액이 일치하지 않습니다.";
    let found = wrongs(Lang::En, Error::Refused(text.to_owned())).unwrap_or_default();
    assert_eq!(found.of("amount"), Some(Lang::En.texts().cancel_changed));
    let refused = Error::PgRefused { code: String::new(), message: "한도 초과".to_owned() };
    let found = wrongs(Lang::Ko, refused).unwrap_or_default();
    assert_eq!(found.of(""), Some("한도 초과"));
    assert!(wrongs(Lang::Ko, Error::Busy).is_err());
}

#[test]
fn what_is_carried_on_is_what_the_form_asks() {
    let form = Form::parse(b"amount=1000&reason=r&evil=1&checksum=5");
    let asked = request("imp_1", &form);
    assert_eq!(asked.amount.as_deref(), Some("1000"));
    assert_eq!(asked.checksum.as_deref(), Some("5"));
    assert!(asked.webhook && asked.refund_bank.is_none());
    assert_eq!(Payment::new(won(1)).left().map(Money::minor), Ok(0));
}
