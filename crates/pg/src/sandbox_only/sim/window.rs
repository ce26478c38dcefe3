//! Registering an order, and its window.

use super::envelope::{amount, need, text};
use super::{Desk, Refused, keys};
use crate::form::Form;
use crate::sim::page::{Choice, WindowPage, amount_text, sentence};
use crate::sim::{SimReply, SimRequest};
use serde_json::{Value, json};

/// Cards, in V1's codes.
pub(super) const CARDS: &[Choice] = &[
    Choice { code: "366", name: "신한카드" },
    Choice { code: "381", name: "KB국민카드" },
    Choice { code: "365", name: "삼성카드" },
    Choice { code: "367", name: "현대카드" },
    Choice { code: "368", name: "롯데카드" },
    Choice { code: "361", name: "BC카드" },
    Choice { code: "041", name: "우리카드" },
];

/// Banks, in V1's codes.
pub(super) const BANKS: &[Choice] = &[
    Choice { code: "004", name: "KB국민은행" },
    Choice { code: "088", name: "신한은행" },
    Choice { code: "020", name: "우리은행" },
    Choice { code: "081", name: "하나은행" },
    Choice { code: "011", name: "농협은행" },
    Choice { code: "003", name: "기업은행" },
    Choice { code: "090", name: "카카오뱅크" },
];

const CARRIERS: &[Choice] = &[
    Choice { code: "SKT", name: "SKT" },
    Choice { code: "KTF", name: "KT" },
    Choice { code: "LGT", name: "LG U+" },
];

/// What a buyer may choose in a wallet's window.
const PURSES: &[Choice] = &[
    Choice { code: "card", name: "카드" },
    Choice { code: "point", name: "포인트·머니" },
    Choice { code: "trans", name: "계좌" },
];

/// Takes an order and gives the URL of its window.
pub(super) fn register(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let order_no = need(data, "order_no")?;
    let (back, method) = (need(data, "return_url")?, need(data, "method")?);
    let (minor, currency) = (amount(data, "amount")?, need(data, "currency")?);
    let issues = data.get("for_key").and_then(Value::as_bool).unwrap_or(false);
    if minor == 0 && !issues {
        return Err(("S104", "금액이 올바르지 않습니다."));
    }
    let facts = desk.facts;
    let sells = facts.any_method || facts.methods.contains(&method.as_str());
    if !sells || !facts.currencies.iter().any(|known| known.code() == currency) {
        return Err(("S105", "계약되지 않은 결제수단 또는 통화입니다."));
    }
    if !back.starts_with("http") {
        return Err(("S103", "복귀 주소가 올바르지 않습니다."));
    }
    let live = |trade: &crate::sim::Trade| trade.state != "closed" && trade.state != "voided";
    if desk.books.trades_of_order(facts.code, &order_no).iter().any(live) {
        return Err(("S201", "이미 결제된 주문번호입니다."));
    }
    // What the buyer can choose from: an asked method comes first where the wallet has it.
    let method = match facts.any_method {
        true if facts.methods.contains(&method.as_str()) => method,
        true => facts.methods.first().copied().unwrap_or("card").to_owned(),
        false => method,
    };
    let session = json!({
        "order_no": order_no, "amount": minor, "currency": currency, "method": method,
        "for_key": issues, "name": need(data, "name")?, "buyer_name": text(data, "buyer_name"),
        "language": text(data, "language"), "due": data.get("due"), "return_url": back,
        "notice_url": text(data, "notice_url"), "products": data.get("products"),
        "member_id": data.get("member_id"), "prepared": data.get("prepared"),
        "buyer": data.get("buyer"),
    });
    let token = desk.take_number("W");
    desk.put(&format!("session/{token}"), &session);
    let host = facts.hosts.first().copied().unwrap_or_default();
    Ok(json!({ "result": "ok", "url": format!("https://{host}/window?token={token}") }))
}

/// The session of a token, unless it was used.
pub(super) fn session(desk: &Desk<'_>, token: &str) -> Option<Value> {
    desk.note(&format!("session/{token}")).filter(|session| session.get("used").is_none())
}

/// A window that is over.
pub(super) fn gone(desk: &Desk<'_>) -> SimReply {
    let page = sentence(desk.facts.ko, "만료되었거나 이미 사용한 결제창입니다.");
    SimReply { status: 410, ..SimReply::html(page) }
}

/// The name of the method, the label of the choices, the choices.
fn sells(
    desk: &Desk<'_>,
    session: &Value,
) -> (&'static str, &'static str, std::borrow::Cow<'static, [Choice]>) {
    let method = text(session, "method");
    if session.get("for_key") == Some(&json!(true)) {
        return ("빌링키 등록", "시험 수단", keys::CHOICES.into());
    }
    if desk.facts.any_method {
        let first = PURSES.iter().filter(|purse| purse.code == method);
        let others = PURSES.iter().filter(|purse| purse.code != method);
        let mine = |purse: &&Choice| desk.facts.methods.contains(&purse.code);
        let all: Vec<Choice> = first.chain(others).filter(mine).copied().collect();
        return ("간편결제", "수단", all.into());
    }
    match method {
        "card" | "samsung" => ("신용카드", "카드사", CARDS.into()),
        "trans" => ("계좌이체", "은행", BANKS.into()),
        "vbank" => ("가상계좌", "은행", BANKS.into()),
        "phone" => ("휴대폰", "통신사", CARRIERS.into()),
        _ => ("간편결제", "수단", (&[][..]).into()),
    }
}

/// The window.
pub(super) fn show(desk: &Desk<'_>, request: &SimRequest) -> SimReply {
    let query = Form::read(request.query.as_bytes());
    let token = query.get("token");
    let Some(session) = session(desk, token) else { return gone(desk) };
    let (method, label, choices) = sells(desk, &session);
    let minor = session.get("amount").and_then(Value::as_i64).unwrap_or_default();
    let english = text(&session, "language") == "en";
    let page = WindowPage {
        pg: if english { desk.facts.en } else { desk.facts.ko },
        merchant: "샌드박스 테스트 상점",
        order: text(&session, "name"),
        amount: &written(minor, text(&session, "currency")),
        method,
        choice_label: label,
        choices: &choices,
        action: "window/pay",
        hidden: &[("token", token)],
        lang: if english { "en" } else { "ko" },
    };
    SimReply::html(page.html())
}

/// As people write it, also in currencies without decimals.
fn written(minor: i64, currency: &str) -> String {
    if currency == "JPY" {
        return amount_text(minor, "KRW").replace('원', "엔");
    }
    amount_text(minor, currency)
}
