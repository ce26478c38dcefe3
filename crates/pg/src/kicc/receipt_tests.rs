//! What is sent for a receipt and what each answer means.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::kicc::fixture;
use crate::ops::Buyer;

fn order() -> ReceiptOrder {
    let asked = ReceiptAsked {
        order_no: "r1".into(),
        amount: fixture::won(51_004),
        tax_free: fixture::won(0),
        vat: fixture::won(4_636),
        asked_at: fixture::AT,
    };
    ReceiptOrder {
        asked,
        name: "주문명:\"결제\" 테스트".into(),
        purpose: Purpose::Person,
        id_kind: IdKind::Phone,
        id: zeroize::Zeroizing::new("01012345678".into()),
        buyer: Buyer { name: "홍길동".into(), ..Buyer::default() },
    }
}

fn sent(change: impl FnOnce(&mut ReceiptOrder)) -> Value {
    let credentials = fixture::credentials();
    let mut order = order();
    change(&mut order);
    let request = request(&fixture::cx(&credentials), &order).unwrap();
    let url = "https://testpgapi.easypay.co.kr/directapi/trades/directCashReceiptApproval";
    assert_eq!(request.url, url);
    fixture::json(&request)
}

#[test]
fn the_request_as_the_manual_writes_it() {
    let expected = json!({ "directCashReceiptnfo": {
        "mallId": "T5102001", "shopTransactionId": "op1", "shopReqDate": "20210326",
        "shopOrderNo": "r1", "goodsName": "주문명:결제 테스트", "amount": 51_004,
        "serviceAmount": 0, "vatAmount": 4_636, "issueType": "01", "authType": "03",
        "authValue": "01012345678", "subMallUsed": "0", "customerName": "홍길동",
    }});
    assert_eq!(sent(|_| {}), expected);
    let mixed = sent(|order| {
        order.asked.tax_free = fixture::won(4);
        order.purpose = Purpose::Company;
        order.id_kind = IdKind::Business;
    });
    let info = &mixed["directCashReceiptnfo"];
    assert_eq!((&info["issueType"], &info["authType"]), (&json!("02"), &json!("04")));
    assert_eq!((&info["taxFlg"], &info["freeAmount"]), (&json!("TG01"), &json!(4)));
    assert_eq!(info["taxAmount"], 46_364);
    let nobody = sent(|order| order.id = zeroize::Zeroizing::new(NOBODY.into()));
    assert_eq!(nobody["directCashReceiptnfo"]["issueType"], "03");
}

#[test]
fn a_resident_number_is_refused_before_anything_is_sent() {
    let mut order = order();
    order.id_kind = IdKind::Person;
    let refused = KiccReceipts.check(&order);
    assert!(matches!(refused, Err(PgError::Invalid { field: "identifier_type", .. })));
    assert!(!format!("{order:?}").contains("01012345678"));
}

#[test]
fn answers() {
    let credentials = fixture::credentials();
    let cx = fixture::cx(&credentials);
    let read = |body: &str| {
        let answer = Answer::read(&fixture::response(body))?;
        if answer.is_ok() { issued(&cx, &answer, &order().asked) } else { Err(answer.refusal()) }
    };
    let body = include_str!("testdata/receipt.json");
    let done = read(body).unwrap();
    assert_eq!(done.number, "20210326090200");
    assert_eq!((done.tid.as_str(), done.at), ("21032609020012345678", None));
    for wrong in [("op1", "op2"), ("51004", "51005"), ("20210326090200", "")] {
        let body = body.replace(wrong.0, wrong.1);
        assert!(matches!(read(&body), Err(PgError::Unknown(_))), "{wrong:?}");
    }
    let refused = read(r#"{"resCd":"M999","resMsg":"발급 불가"}"#);
    assert_eq!(refused, Err(PgError::declined("M999", "발급 불가")));
}

#[test]
fn taking_back_is_revise_51() {
    let credentials = fixture::credentials();
    let cx = fixture::cx(&credentials);
    let revoke = Revoke {
        asked: order().asked,
        tid: "21032609020012345678".into(),
        issued_at: fixture::AT,
        revoked_at: fixture::AT,
        reason: "취소".into(),
    };
    let body = fixture::json(&revoke_request(&cx, &revoke).unwrap());
    assert_eq!((&body["reviseTypeCode"], &body["pgCno"]), (&json!("51"), &json!(revoke.tid)));
    assert_eq!(body["msgAuthValue"], sign("easypay!KICCTEST", &[&revoke.tid, "op1"]));
    let read =
        |body: Value| revoked(&cx, &Answer::read(&fixture::response(&body.to_string()))?, &revoke);
    let done = json!({
        "resCd": "0000", "shopTransactionId": "op1", "oriPgCno": revoke.tid, "cancelPgCno": "2",
        "transactionDate": "20210326090300",
    });
    assert_eq!(read(done.clone()).unwrap().tid, "2");
    for (name, value) in [("shopTransactionId", "op2"), ("oriPgCno", "9"), ("cancelPgCno", "")] {
        let mut other = done.clone();
        other[name] = json!(value);
        assert!(matches!(read(other), Err(PgError::Unknown(_))), "{name}");
    }
    let mut inner = done;
    inner["reviseInfo"] = json!({ "cashReceiptInfo": { "resCd": "9999" } });
    assert!(matches!(read(inner), Err(PgError::Unknown(_))));
}
