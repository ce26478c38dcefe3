//! INIAPI v1 `escrow`: deliveries of escrow trades, and what the buyer decides about them.
//!
//! How the PG tells of a change is published nowhere we looked: the notice here is this sandbox's
//! own, posted to the address V1's documents name.

use super::api::no;
use super::{PG, tables};
use crate::crypto::{same_hex, sha512_hex};
use crate::form::{Form, utf8_body};
use crate::sim::{Books, Outgoing, SimCx, SimReply, Trade};
use serde_json::{Value, json};

const NEEDED: &[&str] = &[
    "type",
    "mid",
    "clientIp",
    "timestamp",
    "tid",
    "oid",
    "price",
    "report",
    "invoice",
    "registName",
    "exCode",
    "exName",
    "charge",
    "invoiceDay",
    "sendName",
    "sendTel",
    "sendPost",
    "sendAddr1",
    "recvName",
    "recvTel",
    "recvPost",
    "recvAddr",
    "hashData",
];

/// `POST /api/v1/escrow`.
pub(super) fn deliver(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    let mut trade = match check(books, &form) {
        Ok(trade) => trade,
        Err(reply) => return reply,
    };
    let before = trade.extra["escrow"]["status"].as_str().unwrap_or_default().to_owned();
    match (form.get("report"), before.as_str()) {
        ("I", "1") | ("U", "2") => {}
        ("I", _) => return no("ER0102", "이미 배송등록된 거래입니다."),
        ("U", "1") => return no("ER0102", "배송등록 내역이 없습니다."),
        ("U", _) => return no("ER0102", "구매결정된 거래는 변경할 수 없습니다."),
        _ => return no("ER0102", "[report] 파라미터 값을 확인하세요."),
    }
    trade.extra["escrow"] = json!({
        "status": "2", "invoice": form.get("invoice"), "courier": form.get("exName"),
        "to": form.get("recvName"),
    });
    books.put_trade(&trade);
    let mut reply =
        SimReply::json(&json!({ "resultCode": "00", "resultMsg": "정상처리되었습니다." }));
    if before == "1" {
        reply.then.push(notice(cx, &trade, "2", ""));
    }
    reply
}

fn check(books: &dyn Books, form: &Form) -> Result<Trade, SimReply> {
    for name in NEEDED {
        if form.get(name).trim().is_empty() {
            return Err(no("ER0102", &format!("[{name}] 필수 파라미터가 없습니다.")));
        }
    }
    let Some(merchant) = tables::merchant(form.get("mid")) else {
        return Err(no("V013", "존재하지 않는 상점아이디입니다."));
    };
    if form.get("timestamp").len() != 14 || form.get("type") != "Dlv" {
        return Err(no("ERR101", "[timestamp, type] 파라미터 값을 확인하세요."));
    }
    let parts = ["type", "timestamp", "clientIp", "mid", "oid", "tid", "price"];
    let plain: String = parts.iter().map(|name| form.get(name)).collect();
    if !same_hex(&sha512_hex(format!("{}{plain}", merchant.api_key)), form.get("hashData")) {
        return Err(no("V801", "hashData가 일치하지 않습니다."));
    }
    let trade = books.trade(PG, form.get("tid")).filter(|trade| trade.mid == merchant.mid);
    let Some(trade) = trade else {
        return Err(no("ER0102", "[tid] 거래가 없습니다."));
    };
    let sale = (trade.order_no.as_str(), trade.amount.to_string());
    if sale != (form.get("oid"), form.get("price").to_owned()) {
        return Err(no("ER0102", "[oid, price] 거래와 다릅니다."));
    }
    if !trade.extra["escrow"].is_object() {
        return Err(no("ER0102", "에스크로 거래가 아닙니다."));
    }
    match trade.state.as_str() {
        "approved" | "deposited" => Ok(trade),
        _ => Err(no("ER0102", "배송등록할 수 없는 상태의 거래입니다.")),
    }
}

/// The buyer takes what was delivered, or refuses it.
pub(super) fn decide(
    cx: &SimCx,
    books: &mut dyn Books,
    tid: &str,
    takes: bool,
    reason: &str,
) -> Result<Vec<Outgoing>, String> {
    let trade = books.trade(PG, tid).filter(|trade| trade.extra["escrow"].is_object());
    let mut trade = trade.ok_or("이 거래번호의 에스크로 거래가 없습니다.")?;
    match trade.extra["escrow"]["status"].as_str() {
        Some("2") if trade.held() > 0 => {}
        Some("1") => return Err("배송등록되지 않은 거래입니다.".into()),
        _ => return Err("이미 구매결정되었거나 취소된 거래입니다.".into()),
    }
    let status = if takes { "3" } else { "4" };
    trade.extra["escrow"]["status"] = status.into();
    books.put_trade(&trade);
    Ok(vec![notice(cx, &trade, status, if takes { "" } else { reason })])
}

/// The whole trade was given back.
pub(super) fn cancelled(cx: &SimCx, trade: &mut Trade) -> Option<Outgoing> {
    if !trade.extra["escrow"].is_object() || trade.held() > 0 {
        return None;
    }
    trade.extra["escrow"]["status"] = Value::from("8");
    Some(notice(cx, trade, "8", ""))
}

fn notice(cx: &SimCx, trade: &Trade, status: &str, reason: &str) -> Outgoing {
    let at = cx.at.kst14();
    let fields = [
        ("mid", trade.mid.as_str()),
        ("tid", trade.tid.as_str()),
        ("oid", trade.order_no.as_str()),
        ("escrow_status", status),
        ("changed_at", at.as_str()),
        ("denied_reason", reason),
    ];
    let registered = cx.notice_url_of(PG);
    let url = url::Url::parse(&registered);
    let url = url.and_then(|url| url.join("/inicis_payments/escrow/changed"));
    Outgoing {
        url: url.map_or(registered, |url| url.to_string()),
        content_type: "application/x-www-form-urlencoded; charset=utf-8".into(),
        body: utf8_body(&fields).into_bytes(),
        wanted: "OK",
    }
}
