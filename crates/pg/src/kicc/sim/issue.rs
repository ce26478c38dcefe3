//! Issuing a billing key: the window takes no money and the approval gives the key.

use super::checks::need;
use super::{PG, Refused, pg_cno};
use crate::sim::page::Choice;
use crate::sim::{Books, SimCx};
use serde_json::{Value, json};

/// The window's cards. What a charge of the card's key comes to is the card's code.
pub(super) const CARDS: &[Choice] = &[
    Choice { code: "0000", name: "정상 카드" },
    Choice { code: "8521", name: "한도초과 카드 8521" },
    Choice { code: "8035", name: "잔액부족 카드 8035" },
];

/// The refusal of charges of such a card, if it is one of those.
pub(super) fn refusal(card: &str) -> Option<(&'static str, &'static str)> {
    match card {
        "8521" => Some(("8521", "한도초과")),
        "8035" => Some(("8035", "잔액부족")),
        _ => None,
    }
}

/// Where a key is kept.
pub(super) fn kept(key: &str) -> String {
    format!("key/{key}")
}

/// Where the order number of a key is kept.
fn issued(order: &str) -> String {
    format!("issued/{order}")
}

/// What registering for a key is checked for besides what every order is; gives the amount, 0.
pub(super) fn registered(
    body: &Value,
    books: &dyn Books,
    amount: Option<i64>,
) -> Result<i64, Refused> {
    if amount != Some(0) {
        return Err(Refused::of(body, "M104", "형식 오류: amount (빌링키 발급은 0)"));
    }
    let kind = need(body, "payMethodInfo.billKeyMethodInfo.certType", 1)?;
    if !["0", "1", "2"].contains(&kind.as_str()) {
        return Err(Refused::of(body, "M104", "형식 오류: certType"));
    }
    if books.note(PG, &issued(&need(body, "shopOrderNo", 40)?)).is_some() {
        return Err(Refused::of(body, "R101", "이미 사용된 주문번호입니다."));
    }
    Ok(0)
}

/// Gives a new key; the answer is not signed yet.
pub(super) fn issue(cx: &SimCx, books: &mut dyn Books, auth: &Value, number: &str) -> Value {
    let order = &auth["session"]["order"];
    let key = new_key(cx, books);
    let masked = format!("57488012****{:04}", cx.random % 10_000);
    let choice = auth["choice"].as_str().unwrap_or_default();
    let note = json!({ "card": choice, "masked": masked, "order": order });
    books.put_note(PG, &kept(&key), &note.to_string());
    books.put_note(PG, &issued(order.as_str().unwrap_or_default()), &key);
    let at = cx.at.kst14();
    json!({
        "resCd": "0000", "resMsg": "단독인증 정상", "mallId": super::MALL, "pgCno": pg_cno(cx),
        "shopTransactionId": number, "shopOrderNo": order,
        "amount": super::amount(cx, 0), "transactionDate": at,
        "statusCode": "TS01", "statusMessage": "승인", "escrowUsed": "N",
        "paymentInfo": {
            "payMethodTypeCode": "11", "approvalNo": "", "approvalDate": at, "cpCode": "",
            "cardInfo": {
                "cardNo": key, "cardMaskNo": masked,
                "issuerCode": "029", "issuerName": "신한카드",
                "acquirerCode": "029", "acquirerName": "신한카드",
                "installmentMonth": 0, "freeInstallmentTypeCode": "00",
                "cardGubun": "N", "cardBizGubun": "P",
            },
        },
    })
}

/// Twenty characters as seen in the wild: six digits, the day, `BA`, six digits.
fn new_key(cx: &SimCx, books: &dyn Books) -> String {
    let day = cx.at.kst8();
    let key = |n: u64| format!("574880{}BA{:06}", &day[2..], cx.random.wrapping_add(n) % 1_000_000);
    let free = |key: &String| books.note(PG, &kept(key)).is_none();
    (0..1000).map(key).find(free).unwrap_or_else(|| key(0))
}
