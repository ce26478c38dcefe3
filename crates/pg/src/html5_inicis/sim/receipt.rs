//! INIAPI v2 `receipt`. Receipts are trades that hold no money; a refund of their number takes them
//! back.

use super::api::{field, no};
use super::tables::Merchant;
use super::{PG, write};
use crate::sim::{Books, SimCx, SimReply, Trade};
use aes::cipher::{BlockDecryptMut, KeyIvInit, block_padding::Pkcs7};
use base64::Engine;
use serde_json::{Value, json};

/// What the tax office never takes: for trying a refusal.
const REFUSED: &[u8] = b"01000000000";

/// `POST /v2/pg/receipt`.
pub(super) fn issue(
    cx: &SimCx,
    books: &mut dyn Books,
    merchant: &Merchant,
    data: &Value,
) -> SimReply {
    let price = match prices(data) {
        Ok(price) => price,
        Err(name) => return no("ER0102", &format!("[{name}] 금액을 확인하세요.")),
    };
    for name in ["goodName", "buyerName"] {
        if field(data, name).is_empty() {
            return no("ER0102", &format!("[{name}] 필수 파라미터가 없습니다."));
        }
    }
    if !matches!(field(data, "issueType"), "0" | "1") || field(data, "currency") != "WON" {
        return no("ER0102", "[issueType, currency] 파라미터 값을 확인하세요.");
    }
    match unsealed(merchant, field(data, "issueNumber")) {
        Some(number) if number == REFUSED => return no("01", "국세청에 없는 발급번호입니다."),
        Some(number) if fits(&number) => {}
        Some(_) | None => return no("ER0102", "[issueNumber] 파라미터 값을 확인하세요."),
    }
    let trade = Trade {
        pg: PG.into(),
        tid: write::tid(cx, books, "StdpayCSHR", merchant.mid),
        mid: merchant.mid.into(),
        order_no: String::new(),
        method: "cash_receipt".into(),
        amount: price,
        currency: "KRW".into(),
        state: "issued".into(),
        cancelled: 0,
        created_at: cx.at.0,
        extra: json!({
            "apply_num": cx.digits(9),
            "vat": field(data, "tax"),
            "issue_type": field(data, "issueType"),
            "goods": field(data, "goodName"),
            "parts": [],
        }),
    };
    books.put_trade(&trade);
    let at = cx.at.kst14();
    SimReply::json(&json!({
        "resultCode": "00",
        "resultMsg": "현금영수증 발급이 정상적으로 이루어졌습니다.",
        "tid": trade.tid,
        "authNo": trade.extra["apply_num"],
        "price": price.to_string(),
        "applDate": at[..8],
        "applTime": at[8..],
    }))
}

/// The whole, if its parts add up.
fn prices(data: &Value) -> Result<i64, &'static str> {
    let part = |name: &'static str| field(data, name).parse::<i64>().map_err(|_| name);
    let price = part("price")?;
    let parts = [part("supplyPrice")?, part("tax")?, part("servicePrice")?];
    let sum: i64 = parts.iter().sum();
    if price > 0 && sum == price && parts.iter().all(|part| *part >= 0) {
        return Ok(price);
    }
    Err("price")
}

fn unsealed(merchant: &Merchant, text: &str) -> Option<Vec<u8>> {
    let sealed = base64::prelude::BASE64_STANDARD.decode(text).ok()?;
    let (key, iv) = (merchant.api_key.as_bytes(), merchant.api_iv.as_bytes());
    let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(key, iv).ok()?;
    cipher.decrypt_padded_vec_mut::<Pkcs7>(&sealed).ok()
}

/// Telephone, business or resident number, or a card: told apart by length.
fn fits(number: &[u8]) -> bool {
    number.iter().all(u8::is_ascii_digit) && matches!(number.len(), 10 | 11 | 13..=19)
}

/// Takes a receipt back.
pub(super) fn revoke(cx: &SimCx, books: &mut dyn Books, mut trade: Trade) -> SimReply {
    if trade.state != "issued" {
        return no("500626", "이미 취소된 거래입니다.");
    }
    trade.state = "cancelled".into();
    trade.cancelled = trade.amount;
    trade.extra["cancelled_at"] = cx.at.0.into();
    books.put_trade(&trade);
    let at = cx.at.kst14();
    SimReply::json(&json!({
        "resultCode": "00",
        "resultMsg": "정상처리되었습니다.",
        "cancelDate": at[..8],
        "cancelTime": at[8..],
        "cshrCancelNum": cx.digits(9),
        "detailResultCode": null,
    }))
}
