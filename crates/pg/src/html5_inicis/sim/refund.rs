//! Refunds at the PG: whole, in part, to a bank account, and closing an unpaid account.

use super::api::{field, no};
use super::tables::{BANKS, Merchant};
use super::{PG, escrow, receipt, write};
use crate::sim::{Books, Movement, SimCx, SimReply, Trade};
use aes::cipher::{BlockDecryptMut, KeyIvInit, block_padding::Pkcs7};
use base64::Engine;
use serde_json::{Value, json};

/// The trade, if it is this merchant's and money can be taken from it.
fn refundable(
    books: &dyn Books,
    merchant: &Merchant,
    data: &Value,
    account: bool,
) -> Result<Trade, SimReply> {
    if field(data, "msg").is_empty() {
        return Err(no("ER0102", "[msg] 필수 파라미터가 없습니다."));
    }
    let trade = books.trade(PG, field(data, "tid")).filter(|trade| trade.mid == merchant.mid);
    let Some(trade) = trade else {
        return Err(no("ER0102", "[tid] 거래가 없습니다."));
    };
    match trade.state.as_str() {
        "cancelled" | "voided" | "closed" => return Err(no("500626", "이미 취소된 거래입니다.")),
        "awaiting_deposit" => {
            return Err(no("ER0102", "입금 전 가상계좌는 paymethod=GVacct로 취소하세요."));
        }
        _ => {}
    }
    if (trade.method == "vbank") != account {
        return Err(no("ER0102", "가상계좌 환불은 /vacct 주소로 요청하세요."));
    }
    if account {
        refund_account(merchant, data)
            .map_err(|name| no("ER0102", &format!("[{name}] 환불 계좌 정보를 확인하세요.")))?;
    }
    Ok(trade)
}

/// Checks the account the money goes to; the number is encrypted.
fn refund_account(merchant: &Merchant, data: &Value) -> Result<(), &'static str> {
    let sealed = base64::prelude::BASE64_STANDARD.decode(field(data, "refundAcctNum"));
    let number = sealed.ok().and_then(|sealed| {
        let (key, iv) = (merchant.api_key.as_bytes(), merchant.api_iv.as_bytes());
        let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(key, iv).ok()?;
        cipher.decrypt_padded_vec_mut::<Pkcs7>(&sealed).ok()
    });
    let digits = |number: &Vec<u8>| !number.is_empty() && number.iter().all(u8::is_ascii_digit);
    if !number.as_ref().is_some_and(digits) {
        return Err("refundAcctNum");
    }
    if !BANKS.iter().any(|bank| bank.code == field(data, "refundBankCode")) {
        return Err("refundBankCode");
    }
    if field(data, "refundAcctName").is_empty() {
        return Err("refundAcctName");
    }
    Ok(())
}

fn give_back(cx: &SimCx, books: &mut dyn Books, trade: &mut Trade, amount: i64, number: &str) {
    trade.cancelled += amount;
    let whole = trade.cancelled == trade.amount;
    trade.state = if whole { "cancelled" } else { "part_cancelled" }.into();
    trade.extra["cancelled_at"] = cx.at.0.into();
    books.put_trade(trade);
    books.record(PG, &Movement::new(&trade.tid, "cancel", amount, number, cx.at));
}

fn done(cx: &SimCx) -> SimReply {
    let at = cx.at.kst14();
    SimReply::json(&json!({
        "resultCode": "00",
        "resultMsg": "정상처리되었습니다.",
        "cancelDate": at[..8],
        "cancelTime": at[8..],
        "cshrCancelNum": null,
        "detailResultCode": null,
    }))
}

/// The end of an escrow is told.
fn told(cx: &SimCx, books: &mut dyn Books, trade: &mut Trade, mut reply: SimReply) -> SimReply {
    if let Some(outgoing) = escrow::cancelled(cx, trade) {
        books.put_trade(trade);
        reply.then.push(outgoing);
    }
    reply
}

/// Everything back, of a trade nothing was taken from before.
pub(super) fn full(
    cx: &SimCx,
    books: &mut dyn Books,
    merchant: &Merchant,
    data: &Value,
    account: bool,
) -> SimReply {
    let mut trade = match refundable(books, merchant, data, account) {
        Ok(trade) if trade.method == "cash_receipt" => return receipt::revoke(cx, books, trade),
        Ok(trade) => trade,
        Err(reply) => return reply,
    };
    if trade.cancelled > 0 {
        return no("ER0102", "부분취소된 거래입니다. 부분취소로 요청하세요.");
    }
    let (amount, number) = (trade.amount, trade.tid.clone());
    give_back(cx, books, &mut trade, amount, &number);
    told(cx, books, &mut trade, done(cx))
}

/// A part back; `confirmPrice` must be what remains afterwards.
pub(super) fn partial(
    cx: &SimCx,
    books: &mut dyn Books,
    merchant: &Merchant,
    data: &Value,
    account: bool,
) -> SimReply {
    let mut trade = match refundable(books, merchant, data, account) {
        Ok(trade) => trade,
        Err(reply) => return reply,
    };
    let digits = |name: &str| field(data, name).parse::<i64>().ok();
    let held = trade.held();
    let price = match digits("price") {
        Some(price) if price > 0 && price <= held => price,
        _ => return no("ER0102", "[price] 취소 가능 금액을 확인하세요."),
    };
    if digits("confirmPrice") != Some(held - price) {
        return no("ER0102", "[confirmPrice] 부분취소 후 남은 금액이 다릅니다.");
    }
    let head = trade.tid.get(..10).unwrap_or("StdpayPART").to_owned();
    let number = write::tid(cx, books, &head, &trade.mid);
    let at = cx.at.kst14();
    if let Some(parts) = trade.extra["parts"].as_array_mut() {
        parts.push(json!({
            "tid": number,
            "requestPrice": price.to_string(),
            "requestDate": at[..8],
            "requestTime": at[8..],
        }));
    }
    let count = trade.extra["parts"].as_array().map_or(0, Vec::len);
    give_back(cx, books, &mut trade, price, &number);
    let reply = SimReply::json(&json!({
        "resultCode": "00",
        "resultMsg": "정상처리되었습니다.",
        "tid": number,
        "prtcTid": trade.tid,
        "prtcPrice": price.to_string(),
        "prtcRemains": trade.held().to_string(),
        "prtcCnt": count.to_string(),
        "prtcType": "1",
        "prtcDate": at[..8],
        "prtcTime": at[8..],
    }));
    told(cx, books, &mut trade, reply)
}

/// Closes an account nobody has paid into.
pub(super) fn close(cx: &SimCx, books: &mut dyn Books, merchant: &Merchant, tid: &str) -> SimReply {
    let trade = books.trade(PG, tid).filter(|trade| trade.mid == merchant.mid);
    let Some(mut trade) = trade else {
        return no("ER0102", "[tid] 거래가 없습니다.");
    };
    match trade.state.as_str() {
        "awaiting_deposit" => {}
        "cancelled" | "voided" | "closed" => return no("500626", "이미 취소된 거래입니다."),
        _ => return no("ER0102", "이미 입금되었거나 가상계좌가 아닙니다."),
    }
    trade.state = "closed".into();
    trade.extra["cancelled_at"] = cx.at.0.into();
    books.put_trade(&trade);
    done(cx)
}
