//! Registering an order, the integrated window, and the buyer's choice in it.

use super::checks::{need, number, optional};
use super::{HOST, PG, Refused, issue};
use crate::form::Form;
use crate::sim::page::{Choice, WindowPage, amount_text, auto_post, escape, sentence};
use crate::sim::{Books, SimCx, SimReply, SimRequest};
use serde_json::{Value, json};

/// Cards of the window, in KICC's codes.
pub(super) const CARDS: &[Choice] = &[
    Choice { code: "029", name: "신한카드" },
    Choice { code: "016", name: "KB국민카드" },
    Choice { code: "031", name: "삼성카드" },
    Choice { code: "027", name: "현대카드" },
    Choice { code: "047", name: "롯데카드" },
    Choice { code: "006", name: "하나카드" },
    Choice { code: "026", name: "BC카드" },
    Choice { code: "018", name: "NH농협카드" },
    Choice { code: "015", name: "우리카드" },
];

/// Banks that issue account numbers for KICC.
pub(super) const BANKS: &[Choice] = &[
    Choice { code: "004", name: "KB국민은행" },
    Choice { code: "026", name: "신한은행" },
    Choice { code: "011", name: "NH농협은행" },
    Choice { code: "020", name: "우리은행" },
    Choice { code: "003", name: "IBK기업은행" },
    Choice { code: "081", name: "KEB하나은행" },
    Choice { code: "023", name: "SC제일은행" },
    Choice { code: "031", name: "iM뱅크" },
    Choice { code: "032", name: "부산은행" },
    Choice { code: "039", name: "경남은행" },
    Choice { code: "071", name: "우체국" },
    Choice { code: "089", name: "케이뱅크" },
    Choice { code: "092", name: "토스뱅크" },
];

/// Carriers.
const MOBILES: &[Choice] = &[
    Choice { code: "SKT", name: "SKT" },
    Choice { code: "KTF", name: "KT" },
    Choice { code: "LGT", name: "LG U+" },
];

/// What the window sells under a code: its name, the label of the choices, the choices.
fn sells(code: &str) -> Option<(&'static str, &'static str, &'static [Choice])> {
    match code {
        "11" => Some(("신용카드", "카드사", CARDS)),
        "21" => Some(("계좌이체", "은행", BANKS)),
        "22" => Some(("가상계좌", "은행", BANKS)),
        "31" => Some(("휴대폰", "통신사", MOBILES)),
        "81" => Some(("빌링키 등록 (출금 없음)", "시험 카드", issue::CARDS)),
        _ => None,
    }
}

/// Takes an order and gives the URL of its window.
pub(super) fn register(cx: &SimCx, books: &mut dyn Books, body: &Value) -> Result<Value, Refused> {
    let order = need(body, "shopOrderNo", 40)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    if !order.bytes().all(plain) {
        return Err(Refused::of(body, "M104", "형식 오류: shopOrderNo"));
    }
    let method = need(body, "payMethodTypeCode", 2)?;
    let amount = number(body, "amount")?;
    let amount = match method.as_str() {
        "81" => issue::registered(body, books, amount)?,
        _ => amount
            .filter(|amount| *amount > 0)
            .ok_or_else(|| Refused::of(body, "M102", "필수값이 누락되었습니다: amount"))?,
    };
    for (name, wanted) in [("currency", "00"), ("clientTypeCode", "00")] {
        if need(body, name, 2)? != wanted {
            return Err(Refused::of(body, "M104", &format!("형식 오류: {name}")));
        }
    }
    let device = need(body, "deviceTypeCode", 20)?;
    let back = need(body, "returnUrl", 256)?;
    let goods = goods(body)?;
    let known = sells(&method).is_some() && ["pc", "mobile"].contains(&device.as_str());
    if !known || !back.starts_with("http") {
        return Err(Refused::of(
            body,
            "M104",
            "형식 오류: payMethodTypeCode, deviceTypeCode, returnUrl",
        ));
    }
    taxes(body, amount)?;
    if books.trades_of_order(PG, &order).iter().any(|trade| trade.state != "voided") {
        return Err(Refused::of(body, "R101", "이미 결제된 주문번호입니다."));
    }
    let account = "payMethodInfo.virtualAccountMethodInfo";
    let (date, time) = (
        optional(body, &format!("{account}.expiryDate"), 8)?,
        optional(body, &format!("{account}.expiryTime"), 6)?,
    );
    let quota = body.pointer("/payMethodInfo/cardMethodInfo/installmentMonthList");
    let session = json!({
        "order": order, "amount": amount, "method": method, "back": back, "goods": goods,
        "due": format!("{date}{time}"), "quota": quota,
        "name": optional(body, "orderInfo.customerInfo.customerName", 20)?,
        "lang": optional(body, "langFlag", 3)?,
    });
    let token = format!("{}{}", cx.at.kst14(), cx.digits(10));
    books.put_note(PG, &format!("session/{token}"), &session.to_string());
    let url = format!("https://{HOST}/webpay/auth?token={token}");
    Ok(json!({ "resCd": "0000", "resMsg": "정상처리", "authPageUrl": url }))
}

/// The order's name; the buyer's data must not be too long.
pub(super) fn goods(body: &Value) -> Result<String, Refused> {
    for (name, bytes) in [("Id", 20), ("Name", 20), ("Mail", 50), ("ContactNo", 11), ("Addr", 200)]
    {
        optional(body, &format!("orderInfo.customerInfo.customer{name}"), bytes)?;
    }
    need(body, "orderInfo.goodsName", 50)
}

/// Mixed taxation must add up.
pub(super) fn taxes(body: &Value, amount: i64) -> Result<(), Refused> {
    let Some(tax) = body.get("taxInfo") else { return Ok(()) };
    let mut sum = 0;
    for name in ["taxAmount", "freeAmount", "vatAmount"] {
        let part = number(tax, name)?;
        sum += part.ok_or_else(|| Refused::of(body, "M102", "필수값이 누락되었습니다: taxInfo"))?;
    }
    if sum == amount {
        return Ok(());
    }
    Err(Refused::of(body, "M107", "복합과세 금액의 합이 결제금액과 다릅니다."))
}

fn session(books: &dyn Books, token: &str) -> Option<Value> {
    serde_json::from_str(&books.note(PG, &format!("session/{token}"))?).ok()
}

fn text<'a>(session: &'a Value, name: &str) -> &'a str {
    session.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn gone() -> SimReply {
    let page = sentence("KICC 이지페이", "만료되었거나 이미 사용한 결제창입니다.");
    SimReply { status: 410, ..SimReply::html(page) }
}

/// The window.
pub(super) fn window(books: &mut dyn Books, request: &SimRequest) -> SimReply {
    let query = Form::read(request.query.as_bytes());
    let token = query.get("token");
    let Some(order) = session(books, token).filter(|order| order.get("used").is_none()) else {
        return gone();
    };
    let Some((method, label, choices)) = sells(text(&order, "method")) else { return gone() };
    let amount = order.get("amount").and_then(Value::as_i64).unwrap_or_default();
    let page = WindowPage {
        pg: "KICC 이지페이",
        merchant: "이지페이 테스트 상점",
        order: text(&order, "goods"),
        amount: &amount_text(amount, "KRW"),
        method,
        choice_label: label,
        choices,
        action: "pay",
        hidden: &[("token", token)],
        lang: if text(&order, "lang") == "ENG" { "en" } else { "ko" },
    };
    let mut html = page.html();
    if let Some(months) = order.get("quota").and_then(Value::as_array) {
        html = html.replacen("<button", &format!("{}<button", instalments(months, amount)), 1);
    }
    if text(&order, "method") == "81" {
        for (pay, register) in [(">결제하기<", ">카드 등록하기<"), (">Pay<", ">Register<")]
        {
            html = html.replacen(pay, register, 1);
        }
    }
    SimReply::html(html)
}

/// Instalments, for 50,000 won and more.
fn instalments(months: &[Value], amount: i64) -> String {
    if amount < 50_000 || months.len() < 2 {
        return String::new();
    }
    let option = |month: &Value| match month.as_u64() {
        Some(0) | None => "<option value=\"0\">일시불</option>".to_owned(),
        Some(month) => format!("<option value=\"{month}\">{month}개월</option>"),
    };
    let options: String = months.iter().map(option).collect();
    format!(
        "<label class=\"choice\">{}<select name=\"quota\">{options}</select></label>",
        escape("할부")
    )
}

/// The buyer pressed a button: the browser goes back to the merchant with the result.
pub(super) fn pressed(cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
    let form = Form::read(&request.body);
    let token = form.get("token");
    let Some(mut order) = session(books, token).filter(|order| order.get("used").is_none()) else {
        return gone();
    };
    order["used"] = json!(true);
    books.put_note(PG, &format!("session/{token}"), &order.to_string());
    let (code, message, id) = match form.get("result") {
        "cancel" => ("W002", "[USER] 사용자 취소", String::new()),
        result @ ("approve" | "decline" | "timeout" | "reset") => {
            let id = super::pg_cno(cx);
            let auth = json!({
                "session": order, "choice": form.get("choice"), "quota": form.get("quota"),
                "result": result, "at": cx.at.0,
            });
            books.put_note(PG, &format!("auth/{id}"), &auth.to_string());
            ("0000", "정상", id)
        }
        _ => return gone(),
    };
    let mut fields = vec![
        ("resCd".to_owned(), code.to_owned()),
        ("resMsg".to_owned(), message.to_owned()),
        ("shopOrderNo".to_owned(), text(&order, "order").to_owned()),
        ("authorizationId".to_owned(), id),
    ];
    fields.extend((1..=7).map(|number| (format!("shopValue{number}"), String::new())));
    SimReply::html(auto_post(text(&order, "back"), "utf-8", &fields))
}
