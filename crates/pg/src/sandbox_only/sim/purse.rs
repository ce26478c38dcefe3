//! Money and points people keep at the PG: members behind a PIN, accounts behind a login.

use super::envelope::{need, text};
use super::keys::unsealed;
use super::{Desk, Refused};
use serde_json::{Value, json};

/// What everybody has at first.
const FIRST: i64 = 100_000;

/// Members whose number begins so exist from the beginning.
const TEST_MEMBER: &str = "test_";

/// The password of every account.
const PASSWORD: &str = "benepia1!";

/// A login is good for this long, seconds.
const LOGIN_SECONDS: i64 = 10 * 60;

/// What is in a purse.
fn balance(desk: &Desk<'_>, purse: &str) -> i64 {
    let empty = purse.ends_with("/empty") || purse.ends_with("_empty");
    let first = if empty { 0 } else { FIRST };
    desk.note(&format!("purse/{purse}")).and_then(|note| note.as_i64()).unwrap_or(first)
}

/// Takes money out (or puts it back, if negative).
pub(super) fn take(desk: &mut Desk<'_>, purse: &str, minor: i64) -> Result<(), Refused> {
    let left = balance(desk, purse) - minor;
    if left < 0 {
        return Err(("S304", "잔액이 부족합니다."));
    }
    desk.put(&format!("purse/{purse}"), &json!(left));
    Ok(())
}

/// The member with this number, unless it was deleted.
fn member(desk: &Desk<'_>, member_id: &str) -> Option<Value> {
    match desk.note(&format!("member/{member_id}")) {
        Some(member) => Some(member).filter(|member| member.get("removed").is_none()),
        None if member_id.starts_with(TEST_MEMBER) => {
            Some(json!({ "inserted": desk.cx.at.0, "updated": desk.cx.at.0, "fido": true }))
        }
        None => None,
    }
}

fn keep(desk: &mut Desk<'_>, member_id: &str, member: &Value) {
    desk.put(&format!("member/{member_id}"), member);
}

/// Somebody paid in the window: the member is there from now on, and a PIN was typed.
pub(super) fn seen(desk: &mut Desk<'_>, session: &Value) {
    if !desk.facts.quick {
        return;
    }
    desk.put(&format!("pin/{}", text(session, "order_no")), &json!(desk.cx.at.0));
    let member_id = text(session, "member_id").to_owned();
    if member_id.is_empty() {
        return;
    }
    let now = desk.cx.at.0;
    let mut known = member(desk, &member_id).unwrap_or_else(|| json!({ "inserted": now }));
    known["updated"] = json!(now);
    known["fido"] = json!(true);
    keep(desk, &member_id, &known);
}

/// What `money:PIN:MEMBER` may charge: the purse. The PIN is used up.
pub(super) fn money(desk: &mut Desk<'_>, key: &str) -> Result<String, Refused> {
    let (pin, member_id) = key.split_once(':').ok_or(("S103", "필수 값이 없습니다."))?;
    let mut known = member(desk, member_id).ok_or(NO_MEMBER)?;
    let name = format!("pin/{pin}");
    if desk.note(&name).is_none_or(|pin| pin.is_null()) {
        return Err(("S306", "PIN 인증 내역이 없거나 이미 사용되었습니다."));
    }
    desk.put(&name, &Value::Null);
    known["updated"] = json!(desk.cx.at.0);
    keep(desk, member_id, &known);
    Ok(format!("member/{member_id}"))
}

const NO_MEMBER: Refused = ("S305", "등록되지 않은 회원입니다.");

/// Deletes a member; `null` if there is none.
pub(super) fn forget(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    if !desk.facts.quick {
        return Err(("S105", "회원 서비스 계약이 없습니다."));
    }
    let member_id = need(data, "member_id")?;
    need(data, "partner_type")?;
    let known = member(desk, &member_id);
    if let Some(known) = &known {
        let mut gone = known.clone();
        gone["removed"] = json!(desk.cx.at.0);
        keep(desk, &member_id, &gone);
    }
    Ok(json!({ "result": "ok", "member": known }))
}

/// Ends a member's biometrics.
pub(super) fn fido(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    if !desk.facts.quick {
        return Err(("S105", "회원 서비스 계약이 없습니다."));
    }
    let member_id = need(data, "member_id")?;
    let mut known = member(desk, &member_id).ok_or(NO_MEMBER)?;
    if known.get("fido") != Some(&json!(true)) {
        return Err(("S307", "생체인증을 사용하지 않는 회원입니다."));
    }
    known["fido"] = json!(false);
    known["updated"] = json!(desk.cx.at.0);
    keep(desk, &member_id, &known);
    Ok(json!({ "result": "ok" }))
}

/// The account of a login whose password is right.
fn account(desk: &Desk<'_>, data: &Value) -> Result<String, Refused> {
    if !desk.facts.login {
        return Err(("S105", "포인트 서비스 계약이 없습니다."));
    }
    let wrong = ("S308", "아이디 또는 비밀번호가 올바르지 않습니다.");
    let plain = unsealed(&need(data, "login_data")?).ok_or(wrong)?;
    let (user, password) = plain.split_once('|').ok_or(wrong)?;
    if user.is_empty() || !crate::crypto::same(password.as_bytes(), PASSWORD.as_bytes()) {
        return Err(wrong);
    }
    Ok(format!("account/{user}"))
}

/// How many points an account has.
pub(super) fn points(desk: &Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let purse = account(desk, data)?;
    Ok(json!({ "result": "ok", "points": balance(desk, &purse) }))
}

/// A key for one charge of the account's points.
pub(super) fn login(desk: &mut Desk<'_>, data: &Value) -> Result<Value, Refused> {
    let purse = account(desk, data)?;
    let key = desk.take_number("L");
    let until = desk.cx.at.plus_seconds(LOGIN_SECONDS).0;
    let note = json!({ "plan": "good", "method": "point", "purse": purse, "until": until });
    desk.put(&format!("key/{key}"), &note);
    Ok(json!({ "result": "ok", "key": key }))
}
