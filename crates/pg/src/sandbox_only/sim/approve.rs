//! Approvals: money, accounts and keys.

use super::envelope::{amount, need, text};
use super::window::{BANKS, CARDS};
use super::{Desk, Refused, keys, naver, purse};
use crate::sim::page::Choice;
use crate::sim::{Accident, Movement, Trade};
use domain::Millis;
use serde_json::{Value, json};

/// An authentication is good for this long.
const AUTH_SECONDS: i64 = 30 * 60;

/// What a call came to and what happens to its answer.
pub(super) type Ended = (Result<Value, Refused>, Option<Accident>);

/// Approves what the buyer authenticated.
pub(super) fn approve(desk: &mut Desk<'_>, data: &Value) -> Ended {
    let auth = match authorised(desk, data) {
        Ok(auth) => auth,
        Err(refused) => return (Err(refused), None),
    };
    let accident = match text(&auth, "pressed") {
        "decline" => return (Err(("S301", "한도초과로 승인이 거절되었습니다.")), None),
        "timeout" => Some(Accident::NoAnswer),
        "reset" => Some(Accident::Reset),
        _ => None,
    };
    let session = &auth["session"];
    let choice = text(&auth, "choice");
    purse::seen(desk, session);
    let answer = match session["for_key"] == json!(true) {
        true => keys::from_window(desk, session, choice),
        false => paid(desk, session, choice),
    };
    (answer, accident)
}

/// The authentication of a request; it is used up.
fn authorised(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let none = ("S202", "인증 내역이 없거나 이미 사용되었습니다.");
    let key = format!("auth/{}", need(data, "auth")?);
    let mut auth = desk.note(&key).ok_or(none)?;
    let expires = Millis(auth["at"].as_i64().unwrap_or(0)).plus_seconds(AUTH_SECONDS);
    let other = auth["session"]["order_no"] != data["order_no"];
    if other || auth.get("used").is_some() || desk.cx.at > expires {
        return Err(none);
    }
    auth["used"] = json!(true);
    desk.put(&key, &auth);
    Ok(auth)
}

/// Books what a window sold.
fn paid(desk: &mut Desk<'_>, session: &Value, choice: &str) -> Result<Value, Refused> {
    let mut order = session.clone();
    if desk.facts.any_method {
        let known = desk.facts.methods.iter().find(|known| **known == choice);
        order["method"] = json!(known.copied().unwrap_or_else(|| text(session, "method")));
    }
    let answer = book(desk, &order, choice);
    let paid = answer["amount"].as_i64().unwrap_or_default();
    naver::sell(desk, session, text(&answer, "tid"), paid);
    Ok(answer)
}

/// Opens an account for a server.
pub(super) fn account(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let known = BANKS.iter().find(|bank| bank.code == text(data, "bank_code"));
    let bank = known.ok_or(("S106", "가상계좌를 발급할 수 없는 은행입니다."))?;
    let due = data.get("due").and_then(Value::as_i64).unwrap_or(0);
    if due <= desk.cx.at.0 {
        return Err(("S107", "입금기한이 올바르지 않습니다."));
    }
    amount(data, "amount")?;
    need(data, "order_no")?;
    let mut order = data.clone();
    order["method"] = json!("vbank");
    Ok(book(desk, &order, bank.code))
}

fn named(choices: &'static [Choice], code: &str) -> &'static Choice {
    choices.iter().find(|choice| choice.code == code).unwrap_or(&choices[0])
}

/// Writes a trade and gives what its approval says. `order` has the number, amount, currency and
/// method.
pub(super) fn book(desk: &mut Desk<'_>, order: &Value, choice: &str) -> Value {
    let (cx, facts) = (desk.cx, desk.facts);
    let method = text(order, "method").to_owned();
    let minor = order["amount"].as_i64().unwrap_or_default();
    let tid = desk.take_number("S");
    let mut answer = json!({
        "result": "ok", "order_no": order["order_no"], "tid": tid, "amount": minor,
        "currency": order["currency"], "method": method, "approval_no": cx.digits(8),
        "at": cx.at.0,
    });
    let mut state = "approved";
    match method.as_str() {
        "card" | "samsung" => {
            let card = named(CARDS, choice);
            answer["card"] = json!({
                "code": card.code, "name": card.name, "quota": order["quota"].as_i64().unwrap_or(0),
                "masked": format!("9490{}******{:03}", cx.digits(2), cx.random % 1_000),
            });
        }
        "trans" => {
            let bank = named(BANKS, choice);
            answer["bank"] = json!({ "code": bank.code, "name": bank.name });
        }
        "vbank" => {
            let bank = named(BANKS, choice);
            let due = order["due"].as_i64().unwrap_or(cx.at.end_of_kst_day(7).0);
            let holder = match text(order, "holder") {
                "" => "샌드박스 테스트 상점",
                holder => holder,
            };
            answer["account"] = json!({
                "bank_code": bank.code, "bank_name": bank.name, "holder": holder, "due": due,
                "account_no": format!("T{}{:06}", &cx.at.kst14()[4..], cx.random % 1_000_000),
            });
            state = "awaiting_deposit";
        }
        "cvs" => {
            answer["account"] = json!({
                "bank_name": "편의점", "due": order["due"], "account_no": order["barcode"],
            });
            state = "awaiting_deposit";
        }
        _ => {}
    }
    let trade = Trade {
        pg: facts.code.into(),
        tid: tid.clone(),
        mid: facts.test.first().map_or("", |(_, mid)| *mid).into(),
        order_no: text(order, "order_no").into(),
        method,
        amount: minor,
        currency: text(order, "currency").into(),
        state: state.into(),
        cancelled: 0,
        created_at: cx.at.0,
        extra: json!({
            "account": answer["account"], "name": order["name"],
            "notice_url": order["notice_url"], "purse": order["purse"],
            "prepared": order["prepared"],
        }),
    };
    desk.books.put_trade(&trade);
    if state == "approved" {
        desk.books.record(facts.code, &Movement::new(&tid, "approve", minor, &tid, cx.at));
    }
    answer
}
