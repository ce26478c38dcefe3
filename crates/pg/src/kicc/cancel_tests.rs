//! Cancels: which revise is sent for what, and what each answer means.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::kicc::fixture;
use crate::ops::RefundAccount;

fn sent(cancel: &CancelOrder) -> Value {
    let credentials = fixture::credentials();
    fixture::json(&request(&fixture::cx(&credentials), cancel).unwrap())
}

fn part(method: &str, kicc: &str) -> CancelOrder {
    let mut cancel = fixture::cancel(method, 1004);
    cancel.left = fixture::won(41_004);
    cancel.earlier = 1;
    cancel.memo = format!("{{\"method\":\"{kicc}\"}}");
    cancel
}

fn account() -> Option<RefundAccount> {
    Some(RefundAccount {
        bank_code: "004".into(),
        number: "12345678901234".into(),
        holder: "홍길동".into(),
        tel: String::new(),
    })
}

#[test]
fn everything_at_once_is_40_without_an_amount() {
    for method in ["card", "trans", "phone", "vbank"] {
        let body = sent(&fixture::cancel(method, 51_004));
        let expected = json!({
            "mallId": "T5102001", "shopTransactionId": "op1", "pgCno": "21032609020010850001",
            "reviseTypeCode": "40", "cancelReqDate": "20210326",
            "msgAuthValue": body["msgAuthValue"], "reviseMessage": "고객 변심",
        });
        assert_eq!(body, expected, "{method}");
        let message = b"21032609020010850001|op1";
        let signature = crate::crypto::hmac_sha256_hex(b"easypay!KICCTEST", message);
        assert_eq!(body["msgAuthValue"], signature.as_str());
    }
}

#[test]
fn a_part_names_its_amount_and_what_is_left() {
    for (method, kicc, code) in [
        ("card", "11", "32"),
        ("card", "60", "32"),
        ("point", "50", "32"),
        ("trans", "21", "33"),
        ("phone", "31", "33"),
        ("card", "", "32"),
        ("trans", "", "33"),
    ] {
        let body = sent(&part(method, kicc));
        let got = (&body["reviseTypeCode"], &body["amount"], &body["remainAmount"]);
        assert_eq!(got, (&json!(code), &json!(1004), &json!(41_004)), "{method} {kicc}");
    }
    // What is left after a part is a part too.
    let mut rest = part("card", "11");
    rest.amount = rest.left;
    assert_eq!(sent(&rest)["reviseTypeCode"], "32");
}

#[test]
fn a_deposit_goes_back_to_an_account() {
    let mut whole = fixture::cancel("vbank", 51_004);
    (whole.deposited, whole.refund) = (true, account());
    let body = sent(&whole);
    assert_eq!(
        (&body["reviseTypeCode"], &body["reviseSubTypeCode"]),
        (&json!("60"), &json!("RF01"))
    );
    let expected = json!({
        "refundBankCode": "004", "refundAccountNo": "12345678901234", "refundDepositName": "홍길동",
    });
    assert_eq!(body["refundInfo"], expected);
    let mut some = part("vbank", "22");
    (some.deposited, some.refund) = (true, account());
    let body = sent(&some);
    assert_eq!((&body["reviseTypeCode"], &body["remainAmount"]), (&json!("62"), &json!(41_004)));
}

#[test]
fn a_refund_without_a_usable_account_is_refused_before_it_is_sent() {
    let credentials = fixture::credentials();
    let mut cancel = fixture::cancel("vbank", 51_004);
    cancel.deposited = true;
    for refund in [
        None,
        account().map(|a| RefundAccount { number: "123456789012345".into(), ..a }),
        account().map(|a| RefundAccount { number: "-".into(), ..a }),
        account().map(|a| RefundAccount { holder: "<>".into(), ..a }),
    ] {
        cancel.refund = refund;
        let refused = request(&fixture::cx(&credentials), &cancel);
        assert!(matches!(refused, Err(PgError::Invalid { .. })), "{:?}", cancel.refund);
    }
}

#[test]
fn a_tax_free_part_uses_the_other_names() {
    let mut cancel = part("card", "11");
    cancel.tax_free = Some(fixture::won(4));
    let expected = json!({ "taxationAmount": 910, "taxFreeAmount": 4, "vatAmount": 90 });
    assert_eq!(sent(&cancel)["taxInfo"], expected);
}

fn read(body: &str, cancel: &CancelOrder) -> Result<CancelDone, PgError> {
    outcome(&Answer::read(&fixture::response(body))?, "op1", cancel)
}

#[test]
fn a_cancel_as_the_manual_shows_it() {
    let body = include_str!("testdata/cancel.json");
    let done = read(body, &fixture::cancel("card", 51_004)).unwrap();
    assert_eq!(done.tid, "21032610000010850009");
    assert_eq!(done.at, domain::Millis::parse_kst("20210326100000"));
}

#[test]
fn another_amount_transaction_or_number_is_unknown() {
    let cancel = fixture::cancel("card", 51_004);
    let body = include_str!("testdata/cancel.json");
    for (from, to) in [
        ("\"51004\"", "\"51000\""),
        ("21032609020010850001", "21032609020010850002"),
        ("op1", "op2"),
        ("cancelPgCno", "x"),
    ] {
        assert!(
            matches!(read(&body.replace(from, to), &cancel), Err(PgError::Unknown(_))),
            "{from}"
        );
    }
    for body in ["", "{}", "<html></html>"] {
        assert!(matches!(read(body, &cancel), Err(PgError::Unknown(_))), "{body}");
    }
}

#[test]
fn a_refusal_keeps_its_words_and_a_duplicate_is_unknown() {
    let cancel = fixture::cancel("card", 51_004);
    let refused = r#"{"resCd":"R301","resMsg":"기취소 거래"}"#;
    assert_eq!(read(refused, &cancel), Err(PgError::declined("R301", "기취소 거래")));
    let duplicate = r#"{"resCd":"R900","resMsg":"중복된 요청입니다."}"#;
    assert!(matches!(read(duplicate, &cancel), Err(PgError::Unknown(_))));
}
