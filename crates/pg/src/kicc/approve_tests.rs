//! Approval: what is sent, and what each answer means.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::kicc::fixture;
use domain::Millis;

const KEY: &str = "easypay!KICCTEST";

fn card() -> String {
    fixture::signed(include_str!("testdata/approve_card.json"))
}

fn read(body: &str) -> Result<Approval, PgError> {
    let asked = Asked { mid: "T5102001", operation_id: "op1", order_no: "imp_000000000001" };
    outcome(&Answer::read(&fixture::response(body))?, KEY, &asked)
}

#[test]
fn asks_with_our_own_number_and_the_day() {
    let credentials = fixture::credentials();
    let auth = Auth { id: "26042414465310904317".into(), at: 0 };
    let request = request(&fixture::cx(&credentials), &fixture::order("card"), &auth).unwrap();
    assert_eq!(request.url, "https://testpgapi.easypay.co.kr/api/ep9/trades/approval");
    let expected = json!({
        "mallId": "T5102001", "shopTransactionId": "op1",
        "authorizationId": "26042414465310904317", "shopOrderNo": "imp_000000000001",
        "approvalReqDate": "20210326",
    });
    assert_eq!(fixture::json(&request), expected);
}

#[test]
fn a_card_as_the_manual_shows_it() {
    let approval = read(&card()).unwrap();
    assert_eq!(approval.tid, "21032609020010850001");
    assert_eq!(approval.amount, fixture::won(51_004));
    assert_eq!(approval.apply_num.as_deref(), Some("00017177"));
    assert_eq!(approval.at, Millis::parse_kst("20210326090200"));
    assert_eq!(approval.method.as_deref(), Some("card"));
    let expected = Card {
        code: Some("366".into()),
        name: Some("신한카드".into()),
        number: Some("45184211******81".into()),
        quota: 0,
        kind: Some(0),
    };
    assert_eq!(approval.card, Some(expected));
    assert_eq!((approval.account, approval.bank, approval.cash_receipt), (None, None, false));
    assert_eq!(approval.memo, r#"{"method":"11"}"#);
}

#[test]
fn an_account_whose_amount_is_a_number() {
    let approval = read(&fixture::signed(include_str!("testdata/approve_vbank.json"))).unwrap();
    assert_eq!(approval.amount, fixture::won(15_000));
    let account = approval.account.unwrap();
    assert_eq!((account.bank_code.as_str(), account.bank_name.as_str()), ("088", "신한은행"));
    assert_eq!(account.number, "56211102345678");
    assert_eq!(Some(account.due), Millis::parse_kst("20210402235959"));
    assert_eq!(approval.apply_num, None);
    for field in ["bankCode", "accountNo", "expiryDate"] {
        let without = include_str!("testdata/approve_vbank.json").replace(field, "x");
        assert!(matches!(read(&fixture::signed(&without)), Err(PgError::Unknown(_))), "{field}");
    }
}

#[test]
fn a_wallet_inside_the_card_window() {
    let body = card().replace("\"approvalNo\"", "\"cpCode\": \"KKO\", \"approvalNo\"");
    let approval = read(&body).unwrap();
    assert_eq!(approval.emb_pg_provider.as_deref(), Some("kakaopay"));
}

#[test]
fn a_number_that_is_not_masked_goes_no_further() {
    let approval = read(&card().replace("45184211******81", "4518421112345681")).unwrap();
    assert_eq!(approval.card.unwrap().number, None);
}

#[test]
fn what_the_signature_covers_cannot_be_changed() {
    for (from, to) in [
        ("\"51004\"", "\"51005\""),
        ("\"51004\"", "\"51004.0\""),
        ("21032609020010850001", "21032609020010850002"),
        ("\"transactionDate\": \"20210326", "\"transactionDate\": \"20210327"),
    ] {
        let body = card().replace(from, to);
        assert!(matches!(read(&body), Err(PgError::Unknown(_))), "{from}");
    }
    let unsigned = card().replace("msgAuthValue", "x");
    assert!(matches!(read(&unsigned), Err(PgError::Unknown(_))));
}

#[test]
fn an_answer_about_something_else_is_unknown() {
    for ours in ["T5102001", "op1", "imp_000000000001"] {
        let body = card().replace(ours, "other");
        assert!(matches!(read(&body), Err(PgError::Unknown(_))), "{ours}");
    }
}

#[test]
fn every_documented_decline_keeps_its_words() {
    for (code, message) in [
        ("8521", "한도초과"),
        ("8035", "잔액부족"),
        ("8314", "유효기간 오류"),
        ("8311", "비밀번호 오류"),
        ("8350", "분실·도난 카드"),
        ("8373", "카드사 문의"),
        ("8527", "포인트 부족"),
        ("R102", "인증내역 없음"),
    ] {
        let body = format!("{{\"resCd\":\"{code}\",\"resMsg\":\"{message}\"}}");
        assert_eq!(read(&body), Err(PgError::declined(code, message)));
    }
}

#[test]
fn no_usable_answer_is_unknown() {
    let html = "<html><body>점검 중</body></html>";
    for body in ["", "{}", html, r#"{"resCd":"0000"}"#, &card()[..200]] {
        assert!(matches!(read(body), Err(PgError::Unknown(_))), "{body}");
    }
    let mut failed = fixture::response(&card());
    failed.status = 500;
    assert!(matches!(Answer::read(&failed), Err(PgError::Unknown(_))));
}
