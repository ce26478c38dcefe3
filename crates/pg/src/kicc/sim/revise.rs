//! Cancels, partial cancels, refunds and taking back an account number.

use super::checks::{answer_key, fresh, need, number, optional, signature, today};
use super::{PG, Refused, amount, notify, pg_cno, receipt};
use crate::sim::{Books, Movement, SimCx, SimReply, Trade};
use serde_json::{Value, json};

/// What a revise comes to.
struct Change {
    /// Minor units that go back.
    back: i64,
    /// The trade's new state.
    state: &'static str,
    /// KICC's status code and text.
    status: (&'static str, &'static str),
    message: &'static str,
}

/// Changes a trade.
pub(super) fn revise(cx: &SimCx, books: &mut dyn Books, body: &Value) -> Result<SimReply, Refused> {
    let own = fresh(cx, books, body)?;
    let tid = need(body, "pgCno", 20)?;
    let day = today(cx, body, "cancelReqDate")?;
    optional(body, "reviseMessage", 100)?;
    signature(body, &format!("{tid}|{own}"))?;
    let mut trade = books
        .trade(PG, &tid)
        .ok_or_else(|| Refused::of(body, "R201", "원거래가 존재하지 않습니다."))?;
    if body["reviseTypeCode"] == "51" {
        let answer = receipt::revoke(cx, books, (body, &own, &day), trade)?;
        return Ok(SimReply::json(&answer));
    }
    let change = change(body, &trade)?;
    trade.cancelled += change.back;
    trade.state = change.state.to_owned();
    books.put_trade(&trade);
    let cancel = pg_cno(cx);
    if change.back > 0 {
        books.record(PG, &Movement::new(&tid, "cancel", change.back, &cancel, cx.at));
    }
    let answer = answer(cx, &trade, &change, &own, &cancel);
    books.put_note(PG, &answer_key(&own, &day), &answer.to_string());
    let mut reply = SimReply::json(&answer);
    reply.then.push(notify::changed(cx, &trade, change.back, change.status, &cancel));
    Ok(reply)
}

fn change(body: &Value, trade: &Trade) -> Result<Change, Refused> {
    let refuse = |code: &str, message: &str| Err(Refused::of(body, code, message));
    let left = trade.held();
    let paid = ["approved", "deposited", "part_cancelled"].contains(&trade.state.as_str());
    let vbank = trade.method == "vbank";
    let kind = need(body, "reviseTypeCode", 2)?;
    if kind == "40" && trade.state == "awaiting_deposit" {
        let status = ("TS02", "승인취소");
        return Ok(Change { back: 0, state: "closed", status, message: "정상취소" });
    }
    if !paid {
        return refuse("R202", "취소할 수 없는 상태의 거래입니다.(기취소 등)");
    }
    let fits = match kind.as_str() {
        "40" => !vbank,
        "32" => trade.method == "card",
        "33" => trade.method == "trans" || trade.method == "phone",
        "60" | "62" => vbank,
        _ => return refuse("R203", "지원하지 않는 변경구분입니다."),
    };
    if !fits {
        return refuse("R204", "결제수단에 맞지 않는 변경구분입니다.");
    }
    if vbank {
        refund(body)?;
    }
    let in_part = ["32", "33", "62"].contains(&kind.as_str());
    if !in_part && trade.cancelled > 0 {
        return refuse("R205", "부분취소된 거래는 전체취소할 수 없습니다.");
    }
    let asked = number(body, "amount")?;
    let back = match asked {
        Some(asked) if in_part => asked,
        None if in_part => return refuse("M102", "필수값이 누락되었습니다: amount"),
        _ => left,
    };
    if back == 0 || back > left || asked.is_some_and(|asked| asked != back) {
        return refuse("R206", "취소 가능 금액을 초과하였습니다.");
    }
    if number(body, "remainAmount")?.is_some_and(|remain| remain != left) {
        return refuse("R207", "취소 가능 잔액(remainAmount)이 일치하지 않습니다.");
    }
    taxes(body, back)?;
    Ok(Change {
        back,
        state: if back == left { "cancelled" } else { "part_cancelled" },
        status: match (vbank, in_part) {
            (true, _) => ("RF01", "환불요청"),
            (false, true) => ("TS06", "부분매입취소"),
            (false, false) => ("TS02", "승인취소"),
        },
        message: if in_part { "정상처리" } else { "정상취소" },
    })
}

/// A refund names an account.
fn refund(body: &Value) -> Result<(), Refused> {
    if need(body, "reviseSubTypeCode", 4)? != "RF01" {
        return Err(Refused::of(body, "R203", "지원하지 않는 변경 세부구분입니다."));
    }
    for (name, bytes) in [("BankCode", 3), ("AccountNo", 14), ("DepositName", 50)] {
        need(body, &format!("refundInfo.refund{name}"), bytes)?;
    }
    Ok(())
}

/// The parts of a mixed-taxation cancel must add up. (Their names are not those of `webpay`.)
fn taxes(body: &Value, back: i64) -> Result<(), Refused> {
    let Some(tax) = body.get("taxInfo") else { return Ok(()) };
    let mut sum = 0;
    for name in ["taxationAmount", "taxFreeAmount", "vatAmount"] {
        let part = number(tax, name)?;
        sum += part.ok_or_else(|| Refused::of(body, "M102", "필수값이 누락되었습니다: taxInfo"))?;
    }
    if sum == back {
        return Ok(());
    }
    Err(Refused::of(body, "M107", "복합과세 금액의 합이 취소금액과 다릅니다."))
}

fn answer(cx: &SimCx, trade: &Trade, change: &Change, own: &str, cancel: &str) -> Value {
    let at = cx.at.kst14();
    let (status, status_message) = change.status;
    let mut info = json!({
        "payMethodTypeCode": trade.extra["method"], "approvalNo": trade.extra["approval_no"],
        "approvalDate": at,
    });
    if status == "RF01" {
        info["refundInfo"] = json!({
            "refundDate": cx.at.plus_seconds(86_400).kst14(),
            "depositPgCno": trade.extra["deposit_no"],
        });
    } else {
        info["cardInfo"] = json!({ "couponAmount": 0 });
    }
    json!({
        "resCd": "0000", "resMsg": change.message, "mallId": trade.mid,
        "shopTransactionId": own, "oriPgCno": trade.tid, "cancelPgCno": cancel,
        "shopOrderNo": trade.order_no, "cancelAmount": amount(cx, change.back),
        "remainAmount": amount(cx, trade.held()), "transactionDate": at,
        "statusCode": status, "statusMessage": status_message, "escrowUsed": "N",
        "reviseInfo": info,
    })
}
