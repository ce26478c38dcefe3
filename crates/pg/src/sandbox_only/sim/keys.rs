//! Billing keys. What comes of charging one was decided when it was issued.

use super::approve::{Ended, book};
use super::envelope::{amount, need, text};
use super::window::CARDS;
use super::{Desk, Refused, purse};
use crate::sim::Accident;
use crate::sim::cards::{Plan, plan_of};
use crate::sim::page::Choice;
use aes::cipher::{BlockDecrypt, KeyInit};
use serde_json::{Value, json};

/// What a key window offers: the code says what becomes of charges.
pub(super) const CHOICES: &[Choice] = &[
    Choice { code: "good", name: "정상 승인" },
    Choice { code: "limit", name: "한도초과 (S301)" },
    Choice { code: "silent", name: "승인 후 응답 없음" },
];

/// Keeps a new key and gives what is told of it.
fn keep(desk: &mut Desk<'_>, plan: &str, method: &str, masked: &str) -> Value {
    let key = desk.take_number("K");
    let card = match method {
        "card" => json!({ "code": "366", "name": CARDS[0].name, "masked": masked }),
        _ => Value::Null,
    };
    desk.put(&format!("key/{key}"), &json!({ "plan": plan, "method": method, "card": card }));
    json!({ "key": key, "method": method, "card": card })
}

/// A window issued a key, and charged it where this PG does.
pub(super) fn from_window(
    desk: &mut Desk<'_>,
    session: &Value,
    choice: &str,
) -> Result<Value, Refused> {
    let method = match (desk.facts.any_method, text(session, "method")) {
        (true, _) => "card".to_owned(),
        (false, method) => method.to_owned(),
    };
    let plan = CHOICES.iter().find(|known| known.code == choice).map_or("good", |c| c.code);
    let masked = format!("9490{}******{:03}", desk.cx.digits(2), desk.cx.random % 1_000);
    let minor = session["amount"].as_i64().unwrap_or_default();
    let charges = desk.facts.keys.is_some_and(|keys| keys.charges) && minor > 0;
    if charges && plan == "limit" {
        return Err(("S301", "한도초과로 승인이 거절되었습니다."));
    }
    let issued = keep(desk, plan, &method, &masked);
    let mut order = session.clone();
    order["method"] = json!(method);
    let mut answer = match charges {
        true => book(desk, &order, ""),
        false => json!({
            "result": "ok", "order_no": session["order_no"], "tid": desk.take_number("S"),
            "amount": minor, "currency": session["currency"], "method": method,
            "at": desk.cx.at.0, "card": issued["card"],
        }),
    };
    answer["issued"] = issued;
    Ok(answer)
}

/// A key from a card's number.
pub(super) fn issue(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    if !desk.facts.keys.is_some_and(|keys| keys.card) {
        return Err(("S105", "카드번호로 빌링키를 발급하지 않습니다."));
    }
    let wrong = ("S108", "카드정보가 올바르지 않습니다.");
    let plain = unsealed(&need(data, "card_data")?).ok_or(wrong)?;
    let mut parts = plain.split('|');
    let (number, expiry) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(13..=19).contains(&number.len()) || !digits(number) {
        return Err(wrong);
    }
    let plan = plan_of(number, desk.cx.any_card).ok_or(wrong)?;
    if expiry.len() != 4 || !digits(expiry) || *expiry < desk.cx.at.kst14()[2..6] {
        return Err(("S109", "유효기간이 지난 카드입니다."));
    }
    let plan = match plan {
        Plan::Approve => "good",
        Plan::NoKey => return Err(("S302", "카드사에서 거절하였습니다.")),
        Plan::Limit => "limit",
        Plan::Silence => "silent",
    };
    let masked = format!("{}******{}", &number[..6], &number[number.len() - 3..]);
    let issued = keep(desk, plan, "card", &masked);
    Ok(json!({ "result": "ok", "issued": issued }))
}

pub(super) fn unsealed(sealed: &str) -> Option<String> {
    let hash = crate::crypto::sha256_hex("sandbox-only-test-key");
    let cipher = aes::Aes128::new_from_slice(&hash.as_bytes()[..16]).ok()?;
    let mut bytes = hex::decode(sealed).ok().filter(|bytes| bytes.len() % 16 == 0)?;
    for block in bytes.chunks_exact_mut(16) {
        cipher.decrypt_block(block.into());
    }
    let padding = usize::from(*bytes.last()?);
    let length = bytes.len().checked_sub(padding).filter(|_| (1..=16).contains(&padding))?;
    bytes.truncate(length);
    String::from_utf8(bytes).ok()
}

/// Charges a key.
pub(super) fn charge(desk: &mut Desk<'_>, data: &Value) -> Ended {
    match charged(desk, data) {
        Ok((answer, silent)) => (Ok(answer), silent.then_some(Accident::NoAnswer)),
        Err(refused) => (Err(refused), None),
    }
}

fn charged(desk: &mut Desk<'_>, data: &Value) -> Result<(Value, bool), Refused> {
    let order_no = need(data, "order_no")?;
    if amount(data, "amount")? == 0 {
        return Err(("S104", "금액이 올바르지 않습니다."));
    }
    let name = need(data, "key")?;
    let key = match name.strip_prefix("money:") {
        Some(_) => Some(json!({ "plan": "good", "method": "point" })),
        None => desk.note(&format!("key/{name}")),
    };
    let now = desk.cx.at.0;
    let good = |key: &Value| {
        key.get("removed").is_none() && key["until"].as_i64().is_none_or(|until| now <= until)
    };
    let mut key = key.filter(good).ok_or(("S303", "없거나 삭제된 빌링키입니다."))?;
    if desk.books.trades_of_order(desk.facts.code, &order_no).iter().any(|t| t.held() > 0) {
        return Err(("S201", "이미 결제된 주문번호입니다."));
    }
    if text(&key, "plan") == "limit" {
        return Err(("S301", "한도초과로 승인이 거절되었습니다."));
    }
    let purse = match name.strip_prefix("money:") {
        Some(rest) => purse::money(desk, rest)?,
        None => text(&key, "purse").to_owned(),
    };
    let mut order = data.clone();
    order["method"] = key["method"].clone();
    if !purse.is_empty() {
        purse::take(desk, &purse, amount(data, "amount")?)?;
        order["purse"] = json!(purse);
        key["removed"] = json!(now);
        desk.put(&format!("key/{name}"), &key);
    }
    let mut answer = book(desk, &order, text(&key["card"], "code"));
    if let Some(masked) = key["card"].get("masked") {
        answer["card"]["masked"] = masked.clone();
    }
    Ok((answer, text(&key, "plan") == "silent"))
}

/// Forgets a key; forgetting it again is no error.
pub(super) fn forget(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let name = format!("key/{}", need(data, "key")?);
    let mut key = desk.note(&name).ok_or(("S303", "없거나 삭제된 빌링키입니다."))?;
    key["removed"] = json!(desk.cx.at.0);
    desk.put(&name, &key);
    Ok(json!({ "result": "ok" }))
}
