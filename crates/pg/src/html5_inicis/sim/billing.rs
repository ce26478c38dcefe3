//! Billing keys: what a `BILLAUTH(Card)` window issues, and INIAPI v1's charges of them.
//!
//! The fate of a key's charges is chosen with its card in the window: most pay, the test cards
//! decline or lose the answer.

use super::api::no;
use super::deal::{Deal, Kind, Way};
use super::tables::{self, Merchant};
use super::{PG, write};
use crate::crypto::{same_hex, sha256_hex, sha512_hex};
use crate::form::Form;
use crate::sim::page::Choice;
use crate::sim::{Accident, Books, SimCx, SimReply, Trade};
use domain::Millis;
use serde::{Deserialize, Serialize};
use serde_json::json;

const fn choice(code: &'static str, name: &'static str) -> Choice {
    Choice { code, name }
}

/// Cards of the window. The first two digits are the card's code, the rest is the fate of its
/// charges.
pub(super) static CHOICES: &[Choice] = &[
    choice("14", "신한카드"),
    choice("06", "국민카드"),
    choice("11", "BC카드"),
    choice("12", "삼성카드"),
    choice("04", "현대카드"),
    choice("03", "롯데카드"),
    choice("16", "NH카드"),
    choice("17", "하나카드"),
    choice("14-limit", "신한카드 (시험: 자동결제 때 한도초과)"),
    choice("06-stopped", "국민카드 (시험: 자동결제 때 정지카드)"),
    choice("12-timeout", "삼성카드 (시험: 자동결제 승인 후 응답 없음)"),
    choice("17-reset", "하나카드 (시험: 자동결제 승인 후 연결 끊김)"),
];

/// A key and the card behind it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Key {
    mid: String,
    /// Code of the card.
    card: String,
    /// What follows the card in the choice.
    fate: String,
    /// Masked.
    number: String,
    /// The issue was undone.
    undone: bool,
}

fn note(key: &str) -> String {
    format!("billkey:{key}")
}

fn load(books: &dyn Books, key: &str) -> Option<Key> {
    serde_json::from_str(&books.note(PG, &note(key))?).ok()
}

fn save(books: &mut dyn Books, key: &str, kept: &Key) {
    books.put_note(PG, &note(key), &serde_json::to_string(kept).unwrap_or_default());
}

/// Whether the form asks for a key.
///
/// # Errors
/// The field at fault.
pub(super) fn asked(form: &Form, options: &[&str]) -> Result<bool, &'static str> {
    let Some(of) = options.iter().find_map(|option| option.strip_prefix("BILLAUTH(")) else {
        return Ok(false);
    };
    if !of.eq_ignore_ascii_case("card)") {
        return Err("acceptmethod");
    }
    if !matches!(form.get("gopaymethod"), "" | "Card") {
        return Err("gopaymethod");
    }
    let day = |text: &str| Millis::parse_kst(text).is_some() && text.len() == 8;
    let period = form.get("offerPeriod");
    let days = period.split_once('-').is_some_and(|(from, to)| day(from) && day(to) && from <= to);
    if days || matches!(period, "" | "M2" | "Y2") { Ok(true) } else { Err("offerPeriod") }
}

/// Issues a key for an authenticated deal. The trade is of the answer only: no money, no books.
pub(super) fn issue(
    cx: &SimCx,
    books: &mut dyn Books,
    auth: &str,
    deal: &mut Deal,
) -> (Trade, String) {
    let (card, fate) = deal.choice.split_once('-').unwrap_or((&deal.choice, ""));
    let (card, fate) = (card.to_owned(), fate.to_owned());
    deal.choice.clone_from(&card);
    let trade = write::draft(cx, books, "StdpayBill", auth, deal);
    let mut salt = cx.random;
    let key = loop {
        let key = sha256_hex(format!("{}:{auth}:{salt}", trade.tid))[..40].to_owned();
        if books.note(PG, &note(&key)).is_none() {
            break key;
        }
        salt = salt.wrapping_add(1);
    };
    let number = write::text(&trade, "card_number");
    save(books, &key, &Key { mid: deal.mid.clone(), card, fate, number, undone: false });
    books.put_note(PG, &format!("billkey of {}", trade.tid), &key);
    deal.tid = Some(trade.tid.clone());
    deal.save(books, Kind::Auth, auth);
    (trade, key)
}

/// Net-cancel of an issue: the key is good for nothing.
///
/// # Errors
/// The PG's code and words.
pub(super) fn undo(
    books: &mut dyn Books,
    deal: &Deal,
) -> Result<String, (&'static str, &'static str)> {
    let tid = deal.tid.clone().unwrap_or_default();
    let key = books.note(PG, &format!("billkey of {tid}")).unwrap_or_default();
    let Some(mut kept) = load(books, &key) else {
        return Err(("ER0102", "발급 내역이 없습니다."));
    };
    if kept.undone {
        return Err(("500626", "이미 취소된 거래입니다."));
    }
    kept.undone = true;
    save(books, &key, &kept);
    Ok(tid)
}

/// `POST /api/v1/billing`. An order number may be charged twice: nothing published says otherwise.
pub(super) fn charge(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    let merchant = match check(&form) {
        Ok(merchant) => merchant,
        Err(reply) => return reply,
    };
    let price = match form.get("price").parse::<i64>() {
        Ok(price) if price > 0 => price,
        Ok(_) => return failed("1113", "요청금액 0원 이하"),
        Err(_) => return no("ER0102", "[price] 파라미터 값을 확인하세요."),
    };
    let key = load(books, form.get("billKey"));
    let Some(key) = key.filter(|key| key.mid == merchant.mid && !key.undone) else {
        return failed("1195", "빌링 미등록 거래");
    };
    match key.fate.as_str() {
        "limit" => return failed("시험", "한도초과"),
        "stopped" => return failed("시험", "정지카드"),
        _ => {}
    }
    let deal = deal(&form, price, &key);
    let mut trade = write::draft(cx, books, "INIAPICARD", "", &deal);
    trade.extra["card_number"] = key.number.into();
    trade.extra["quota"] = form.get("cardQuota").into();
    write::book(cx, books, &trade);
    let accident = match key.fate.as_str() {
        "timeout" => Some(Accident::NoAnswer),
        "reset" => Some(Accident::Reset),
        _ => None,
    };
    SimReply { accident, ..answer(cx, &trade) }
}

/// A charge the PG or the card company refused.
fn failed(number: &str, words: &str) -> SimReply {
    no("01", &format!("[{number}][실시간빌링실패|{words}]"))
}

fn check(form: &Form) -> Result<&'static Merchant, SimReply> {
    let get = |name: &str| form.get(name);
    for name in [
        "type",
        "paymethod",
        "timestamp",
        "clientIp",
        "mid",
        "moid",
        "goodName",
        "buyerName",
        "buyerEmail",
        "buyerTel",
        "price",
        "billKey",
        "authentification",
        "hashData",
    ] {
        if get(name).trim().is_empty() {
            return Err(no("ER0102", &format!("[{name}] 필수 파라미터가 없습니다.")));
        }
    }
    let Some(merchant) = tables::merchant(get("mid")) else {
        return Err(no("V013", "존재하지 않는 상점아이디입니다."));
    };
    if get("timestamp").len() != 14 {
        return Err(no("ERR101", "[timestamp] Length 오류"));
    }
    let (kind, method, at) = (get("type"), get("paymethod"), get("timestamp"));
    let (ip, mid, moid) = (get("clientIp"), get("mid"), get("moid"));
    let (price, key) = (get("price"), get("billKey"));
    let plain = format!("{}{kind}{method}{at}{ip}{mid}{moid}{price}{key}", merchant.api_key);
    if !same_hex(&sha512_hex(plain), get("hashData")) {
        return Err(no("V801", "hashData가 일치하지 않습니다."));
    }
    let quota = get("cardQuota");
    for (name, good) in [
        ("type", kind == "Billing"),
        ("paymethod", method == "Card"),
        ("authentification", get("authentification") == "00"),
        ("currency", matches!(get("currency"), "" | "WON")),
        ("moid", moid.chars().count() <= 40),
        ("cardQuota", quota.is_empty() || quota.len() == 2 && quota.parse::<u8>().is_ok()),
        ("quotaInterest", matches!(get("quotaInterest"), "" | "0" | "1")),
    ] {
        if !good {
            return Err(no("ER0102", &format!("[{name}] 파라미터 값을 확인하세요.")));
        }
    }
    Ok(merchant)
}

fn deal(form: &Form, price: i64, key: &Key) -> Deal {
    let get = |name: &str| form.get(name).to_owned();
    Deal {
        way: Way::Pc,
        mid: get("mid"),
        oid: get("moid"),
        price,
        method: "card".into(),
        goods: get("goodName"),
        buyer: get("buyerName"),
        tel: get("buyerTel"),
        email: get("buyerEmail"),
        back_url: String::new(),
        close_url: String::new(),
        noti_url: String::new(),
        echo: String::new(),
        utf8: true,
        idc: false,
        due: 0,
        lang: "ko".into(),
        bill: true,
        escrow: false,
        choice: key.card.clone(),
        result: "approve".into(),
        tid: None,
    }
}

fn answer(cx: &SimCx, trade: &Trade) -> SimReply {
    let kept = |name: &str| write::text(trade, name);
    let at = cx.at.kst14();
    let quota = kept("quota");
    SimReply::json(&json!({
        "tid": trade.tid,
        "resultCode": "00",
        "resultMsg": "[신용카드|빌링이 정상적으로 이루어졌습니다.]",
        "payDate": at[..8],
        "payTime": at[8..],
        "payAuthCode": kept("apply_num"),
        "cardCode": kept("code"),
        "cardName": kept("name"),
        "checkFlg": "0",
        "payAuthQuota": if quota.is_empty() { "00".to_owned() } else { quota },
        "prtcCode": "1",
        "price": trade.amount.to_string(),
        "cardPoint": "",
        "usePoint": "",
        "generalEvent": "",
        "quotainterest": "",
        "buyCode": "",
        "detailCode": "00",
    }))
}
