//! 노티: flat JSON with texts only, posted to the URL registered in the merchant's admin.

use super::register::BANKS;
use super::{PG, pg_cno};
use crate::sim::{Books, Movement, Outgoing, SimCx, Trade};
use domain::Millis;
use serde_json::{Value, json};

fn send(cx: &SimCx, notice: &Value) -> Outgoing {
    Outgoing {
        url: cx.notice_url_of(PG),
        content_type: "application/json; charset=utf-8".into(),
        body: notice.to_string().into_bytes(),
        wanted: "\"resCd\":\"0000\"",
    }
}

fn common(trade: &Trade, kind: &str, message: &str) -> Value {
    json!({
        "resCd": "0000", "resMsg": message, "mallId": trade.mid, "notiType": kind,
        "pgCno": trade.tid, "shopOrderNo": trade.order_no, "amount": trade.amount.to_string(),
        "payMethodTypeCode": trade.extra["method"], "escrowUsed": "N", "basketUsed": "N",
        "customerName": trade.extra["name"], "customerId": "",
    })
}

/// Type 10: approved, or an account was issued.
pub(super) fn approved(cx: &SimCx, trade: &Trade, answer: &Value) -> Outgoing {
    let mut notice = common(trade, "10", "정상");
    notice["transactionDate"] = answer["transactionDate"].clone();
    notice["statusCode"] = answer["statusCode"].clone();
    notice["statusMessage"] = answer["statusMessage"].clone();
    notice["approvalNo"] = answer["paymentInfo"]["approvalNo"].clone();
    for part in ["cardInfo", "bankInfo", "virtualAccountInfo"] {
        let Some(fields) = answer["paymentInfo"][part].as_object() else { continue };
        for (name, value) in fields {
            notice[name] = match value {
                Value::Number(number) => json!(format!("{number:0>2}")),
                other => other.clone(),
            };
        }
    }
    send(cx, &notice)
}

/// Type 20: cancelled in part or whole, or a refund asked for.
pub(super) fn changed(
    cx: &SimCx,
    trade: &Trade,
    back: i64,
    (code, text): (&str, &str),
    cancel: &str,
) -> Outgoing {
    let mut notice = common(trade, "20", "정상취소");
    notice["transactionDate"] = json!(cx.at.kst14());
    notice["cancelDate"] = json!(cx.at.kst14());
    notice["statusCode"] = json!(code);
    notice["statusMessage"] = json!(text);
    notice["cancelAmount"] = json!(back.to_string());
    notice["cancelRemainAmount"] = json!(trade.held().to_string());
    notice["cancelPgCno"] = json!(cancel);
    send(cx, &notice)
}

/// A customer pays in; type 30 goes out. Its `pgCno` is the deposit's own number, the account's
/// transaction is `tlfSno`.
pub(super) fn deposit(
    cx: &SimCx,
    books: &mut dyn Books,
    tid: &str,
    amount: i64,
    depositor: &str,
) -> Result<Vec<Outgoing>, String> {
    let trade = books.trade(PG, tid).filter(|trade| trade.method == "vbank");
    let mut trade = trade.ok_or("없는 가상계좌입니다.")?;
    match trade.state.as_str() {
        "awaiting_deposit" => {}
        "closed" => return Err("폐쇄된 가상계좌입니다.".into()),
        _ => return Err("이미 입금된 가상계좌입니다.".into()),
    }
    let due = Millis(trade.extra["due"].as_i64().unwrap_or_default());
    if cx.at > due {
        return Err(format!("입금기한({})이 지났습니다.", due.kst_text()));
    }
    if amount != trade.amount {
        return Err(format!("입금할 금액은 {}원입니다.", trade.amount));
    }
    let number = pg_cno(cx);
    trade.state = "deposited".into();
    trade.extra["deposit_no"] = json!(number);
    books.put_trade(&trade);
    books.record(PG, &Movement::new(tid, "deposit", amount, &number, cx.at));
    let code = trade.extra["choice"].as_str().unwrap_or_default();
    let bank = BANKS.iter().find(|bank| bank.code == code).unwrap_or(&BANKS[0]);
    let mut notice = common(&trade, "30", "입금완료");
    for (name, value) in [
        ("pgCno", number.as_str()),
        ("transactionDate", &cx.at.kst14()),
        // Two digits here, three everywhere else.
        ("bankCode", bank.code.strip_prefix('0').unwrap_or(bank.code)),
        ("bankName", bank.name),
        ("accountNo", trade.extra["account"].as_str().unwrap_or_default()),
        ("depositName", depositor),
        ("cashUsed", "0"),
        ("statusCode", ""),
        ("statusMessage", ""),
        ("tlfSno", tid),
        ("accountType", "V"),
        ("depoBkcd", "090"),
        ("depoBknm", "카카오뱅크"),
    ] {
        notice[name] = json!(value);
    }
    Ok(vec![send(cx, &notice)])
}
