//! Cash receipts on their own: issued, taken back (revise 51). They are trades that hold no money.

use super::checks::{answer_key, fresh, need, number, optional, today};
use super::{PG, Refused, amount, pg_cno};
use crate::sim::{Books, SimCx, Trade};
use serde_json::{Value, json};

/// What the tax office never takes: for trying a refusal.
const REFUSED: &str = "01000000000";

/// Issues.
pub(super) fn issue(cx: &SimCx, books: &mut dyn Books, body: &Value) -> Result<Value, Refused> {
    let own = fresh(cx, books, body)?;
    let day = today(cx, body, "shopReqDate")?;
    let order = need(body, "shopOrderNo", 40)?;
    for (name, bytes) in [("goodsName", 50), ("customerName", 20), ("customerMail", 20)] {
        optional(body, name, bytes)?;
    }
    let must = |name: &str| {
        let missing = || Refused::of(body, "M102", &format!("필수값이 누락되었습니다: {name}"));
        number(body, name)?.ok_or_else(missing)
    };
    let (whole, service, vat) = (must("amount")?, must("serviceAmount")?, must("vatAmount")?);
    if whole == 0 || service + vat > whole {
        return Err(Refused::of(body, "M107", "금액이 올바르지 않습니다."));
    }
    let free = mixed(body, whole - service - vat)?;
    buyer(body)?;
    let trade = Trade {
        pg: PG.into(),
        tid: pg_cno(cx),
        mid: super::MALL.into(),
        order_no: order.clone(),
        method: "cash_receipt".into(),
        amount: whole,
        currency: "KRW".into(),
        state: "issued".into(),
        cancelled: 0,
        created_at: cx.at.0,
        extra: json!({
            "approval_no": cx.digits(9), "vat": vat, "free": free,
            "issue_type": body["issueType"], "auth_type": body["authType"],
        }),
    };
    books.put_trade(&trade);
    let answer = json!({
        "resCd": "0000", "resMsg": "현금영수증 정상 발급", "mallId": trade.mid,
        "pgCno": trade.tid, "shopTransactionId": own, "shopOrderNo": order,
        "amount": amount(cx, whole), "approvalNo": trade.extra["approval_no"],
        "transactionDate": cx.at.kst14(),
    });
    books.put_note(PG, &answer_key(&own, &day), &answer.to_string());
    Ok(answer)
}

/// With mixed taxation the parts are said, and must add up.
fn mixed(body: &Value, rest: i64) -> Result<i64, Refused> {
    if optional(body, "taxFlg", 4)? != "TG01" {
        return Ok(0);
    }
    let part = |name: &str| {
        let missing = || Refused::of(body, "M102", &format!("필수값이 누락되었습니다: {name}"));
        number(body, name)?.ok_or_else(missing)
    };
    let (taxed, free) = (part("taxAmount")?, part("freeAmount")?);
    if taxed + free != rest {
        return Err(Refused::of(body, "M107", "복합과세 금액의 합이 발급금액과 다릅니다."));
    }
    Ok(free)
}

/// The buyer's number must be of the kind it is said to be.
fn buyer(body: &Value) -> Result<(), Refused> {
    let (issue, auth) = (need(body, "issueType", 2)?, need(body, "authType", 50)?);
    let value = need(body, "authValue", 50)?;
    let wrong = |name: &str| Err(Refused::of(body, "M104", &format!("형식 오류: {name}")));
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return wrong("authValue");
    }
    let fits = match auth.as_str() {
        "01" | "05" => (13..=19).contains(&value.len()),
        "03" => value.len() >= 10 && value.len() <= 11 && value.starts_with("01"),
        "04" => value.len() == 10,
        _ => return wrong("authType"),
    };
    let purpose = match issue.as_str() {
        "01" => auth != "04",
        "02" => true,
        "03" => auth == "03" && value == "0100001234",
        _ => false,
    };
    if !purpose {
        return wrong("issueType");
    }
    if !fits {
        return wrong("authValue");
    }
    if value == REFUSED {
        return Err(Refused::of(body, "R301", "국세청에 등록되지 않은 발급번호입니다."));
    }
    Ok(())
}

/// Takes a receipt back, whole; the request's signature has been checked.
pub(super) fn revoke(
    cx: &SimCx,
    books: &mut dyn Books,
    (body, own, day): (&Value, &str, &str),
    mut trade: Trade,
) -> Result<Value, Refused> {
    if trade.method != "cash_receipt" {
        return Err(Refused::of(body, "R204", "결제수단에 맞지 않는 변경구분입니다."));
    }
    if trade.state != "issued" {
        return Err(Refused::of(body, "R202", "취소할 수 없는 상태의 거래입니다.(기취소 등)"));
    }
    trade.state = "cancelled".into();
    trade.cancelled = trade.amount;
    books.put_trade(&trade);
    let at = cx.at.kst14();
    let number = cx.digits(9);
    let answer = json!({
        "resCd": "0000", "resMsg": "정상취소", "mallId": trade.mid, "shopTransactionId": own,
        "oriPgCno": trade.tid, "cancelPgCno": pg_cno(cx), "shopOrderNo": trade.order_no,
        "cancelAmount": amount(cx, trade.amount), "remainAmount": amount(cx, 0),
        "transactionDate": at, "statusCode": "", "statusMessage": "", "escrowUsed": "N",
        "reviseInfo": {
            "payMethodTypeCode": "", "approvalNo": number, "approvalDate": at,
            "cashReceiptInfo": {
                "resCd": "0000", "resMsg": "정상", "approvalNo": number, "cancelDate": at,
            },
        },
    });
    books.put_note(PG, &answer_key(own, day), &answer.to_string());
    Ok(answer)
}
