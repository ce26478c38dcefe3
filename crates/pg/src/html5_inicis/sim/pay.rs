//! `payAuth` and `netCancel` of the web standard: form in, JSON out.

use super::deal::{Deal, Kind, Way};
use super::{billing, tables, write};
use crate::crypto::{same_hex, sha256_hex};
use crate::form::Form;
use crate::sim::{Accident, Books, SimCx, SimReply, Trade};
use serde_json::{Map, Value, json};

fn no(code: &str, message: &str) -> SimReply {
    SimReply::json(&json!({ "resultCode": code, "resultMsg": message }))
}

/// The deal behind the token, once everything the shop signed holds.
fn check(books: &dyn Books, form: &Form) -> Result<Deal, SimReply> {
    for name in ["mid", "authToken", "signature", "verification", "timestamp", "charset", "format"]
    {
        if form.get(name).is_empty() {
            return Err(no("ER0102", &format!("[{name}] 필수 파라미터가 없습니다.")));
        }
    }
    let Some(merchant) = tables::merchant(form.get("mid")) else {
        return Err(no("V013", "존재하지 않는 상점아이디입니다."));
    };
    let (token, at) = (form.get("authToken"), form.get("timestamp"));
    let key = merchant.sign_key;
    let signature = sha256_hex(format!("authToken={token}&timestamp={at}"));
    let verification = sha256_hex(format!("authToken={token}&signKey={key}&timestamp={at}"));
    if !same_hex(&signature, form.get("signature"))
        || !same_hex(&verification, form.get("verification"))
    {
        return Err(no("V801", "위변조 검증값이 일치하지 않습니다."));
    }
    if form.get("charset") != "UTF-8" || form.get("format") != "JSON" {
        return Err(no("ER0102", "이 시험 서버는 charset=UTF-8, format=JSON만 지원합니다."));
    }
    let deal = Deal::load(books, Kind::Auth, token).filter(|deal| deal.way == Way::Pc);
    deal.filter(|deal| deal.mid == merchant.mid)
        .ok_or_else(|| no("ER0102", "인증 정보가 없습니다."))
}

/// `POST /api/payAuth`.
pub(super) fn approve(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    let mut deal = match check(books, &form) {
        Ok(deal) => deal,
        Err(reply) => return reply,
    };
    if deal.tid.is_some() {
        return no("ER0102", "이미 승인에 사용된 인증 정보입니다.");
    }
    let price = form.get("price");
    if !price.is_empty() && price != deal.price.to_string() {
        return no("ER0102", "[price] 인증 금액과 승인 요청 금액이 다릅니다.");
    }
    if deal.result == "decline" {
        return no("01", "[시험] 카드사 승인거절");
    }
    let (token, at) = (form.get("authToken"), form.get("timestamp"));
    let reply = if deal.bill {
        let (trade, key) = billing::issue(cx, books, token, &mut deal);
        let mut answer = answer(cx, &trade, at);
        answer["payMethod"] = "Bill".into();
        answer["CARD_BillKey"] = key.into();
        SimReply::json(&answer)
    } else {
        SimReply::json(&answer(cx, &write::approve(cx, books, token, &mut deal), at))
    };
    SimReply { accident: accident(&deal), ..reply }
}

/// What the buyer chose to happen to the approval's answer.
pub(super) fn accident(deal: &Deal) -> Option<Accident> {
    match deal.result.as_str() {
        "timeout" => Some(Accident::NoAnswer),
        "reset" => Some(Accident::Reset),
        _ => None,
    }
}

fn answer(cx: &SimCx, trade: &Trade, timestamp: &str) -> Value {
    let kept = |name: &str| write::text(trade, name);
    let at = cx.at.kst14();
    let isp = trade.extra["isp"].as_bool().unwrap_or(false);
    let method = if isp { "VCard" } else { tables::method(&trade.method).web };
    let mut fields = Map::new();
    let mut put = |name: &str, value: &str| fields.insert(name.to_owned(), value.into());
    for (name, value) in [
        ("resultCode", "0000"),
        ("resultMsg", "정상처리되었습니다."),
        ("tid", &trade.tid),
        ("mid", &trade.mid),
        ("MOID", &trade.order_no),
        ("TotPrice", &trade.amount.to_string()),
        ("payMethod", method),
        ("applNum", &kept("apply_num")),
        ("applDate", &at[..8]),
        ("applTime", &at[8..]),
        ("goodName", &kept("goods")),
        ("goodsName", &kept("goods")),
        ("buyerName", &kept("buyer")),
        ("buyerTel", &kept("tel")),
        ("buyerEmail", &kept("email")),
        ("custEmail", &kept("email")),
        ("parentEmail", ""),
        ("currency", "WON"),
        ("payDevice", "PC"),
        ("authSignature", &sign(trade, timestamp)),
        ("EventCode", ""),
    ] {
        put(name, value);
    }
    for (name, value) in means(trade) {
        put(name, &value);
    }
    Value::Object(fields)
}

/// Fields of the method that was used.
fn means(trade: &Trade) -> Vec<(&'static str, String)> {
    let kept = |name: &str| write::text(trade, name);
    match trade.method.as_str() {
        "card" => vec![
            ("CARD_Num", kept("card_number")),
            ("CARD_Code", kept("code")),
            ("CARD_BankCode", "00".into()),
            ("CARD_Quota", "00".into()),
            ("CARD_Interest", "0".into()),
            ("CARD_CheckFlag", "0".into()),
            ("CARD_PRTC_CODE", "1".into()),
            ("CARD_SrcCode", if kept("code") == "97" { "O" } else { "" }.into()),
            ("CARD_GWCode", "G".into()),
            ("CARD_ApplPrice", trade.amount.to_string()),
            ("CARD_PurchaseName", kept("name")),
            ("P_FN_NM", kept("name")),
        ],
        "trans" => vec![
            ("ACCT_BankCode", kept("code")),
            ("ACCT_Name", kept("buyer")),
            ("CSHR_ResultCode", String::new()),
            ("CSHR_Type", String::new()),
        ],
        "vbank" => {
            let due = write::due(trade).kst14();
            vec![
                ("VACT_Num", kept("account")),
                ("VACT_BankCode", kept("code")),
                ("vactBankName", kept("name")),
                ("VACT_Name", super::HOLDER.into()),
                ("VACT_InputName", kept("buyer")),
                ("VACT_Date", due[..8].to_owned()),
                ("VACT_Time", format!("{}00", &due[8..12])),
            ]
        }
        _ => vec![("HPP_Num", kept("tel")), ("HPP_Corp", kept("code"))],
    }
}

/// The ten rules of `authSignature`, by the last digit of the shop's timestamp.
fn sign(trade: &Trade, t: &str) -> String {
    let (o, m, p) = (&trade.order_no, &trade.mid, trade.amount);
    let text = match t.chars().last() {
        Some('1') => format!("MOID={o}&mid={m}&tstamp={t}"),
        Some('2') => format!("MOID={o}&tstamp={t}&mid={m}"),
        Some('3') => format!("mid={m}&MOID={o}&tstamp={t}"),
        Some('4') => format!("mid={m}&tstamp={t}&MOID={o}"),
        Some('5') => format!("tstamp={t}&mid={m}&MOID={o}"),
        Some('6') => format!("tstamp={t}&MOID={o}&mid={m}"),
        Some('7') => format!("TotPrice={p}&mid={m}&tstamp={t}"),
        Some('8') => format!("TotPrice={p}&tstamp={t}&mid={m}"),
        Some('9') => format!("TotPrice={p}&MOID={o}&tstamp={t}"),
        _ => format!("TotPrice={p}&tstamp={t}&MOID={o}"),
    };
    sha256_hex(text)
}

/// `POST /api/netCancel`.
pub(super) fn net_cancel(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    let deal = match check(books, &form) {
        Ok(deal) => deal,
        Err(reply) => return reply,
    };
    let undone = if deal.bill {
        billing::undo(books, &deal)
    } else {
        write::undo(cx, books, &deal).map(|trade| trade.tid)
    };
    match undone {
        Ok(tid) => SimReply::json(&json!({
            "resultCode": "0000",
            "resultMsg": "망취소 되었습니다.",
            "tid": tid,
        })),
        Err((code, message)) => no(code, message),
    }
}
