//! Charges of a billing key, and its removal.

use super::approval::{answer, book, trade};
use super::checks::{answer_key, fresh, need, number, today};
use super::register::{goods, taxes};
use super::{PG, Refused, issue};
use crate::sim::{Books, SimCx, SimReply};
use serde_json::{Value, json};

/// Charges a key.
pub(super) fn charge(cx: &SimCx, books: &mut dyn Books, body: &Value) -> Result<SimReply, Refused> {
    let own = fresh(cx, books, body)?;
    let order = need(body, "shopOrderNo", 40)?;
    let day = today(cx, body, "approvalReqDate")?;
    let amount = number(body, "amount")?.filter(|amount| *amount > 0);
    let amount =
        amount.ok_or_else(|| Refused::of(body, "M102", "필수값이 누락되었습니다: amount"))?;
    if need(body, "currency", 2)? != "00" {
        return Err(Refused::of(body, "M104", "형식 오류: currency"));
    }
    goods(body)?;
    let months = months(body)?;
    taxes(body, amount)?;
    if books.trades_of_order(PG, &order).iter().any(|trade| trade.state != "voided") {
        return Err(Refused::of(body, "R101", "이미 결제된 주문번호입니다."));
    }
    let key = need(body, "payMethodInfo.billKeyMethodInfo.batchKey", 60)?;
    let card = live(books, body, &key)?;
    if let Some((code, why)) = issue::refusal(card["card"].as_str().unwrap_or_default()) {
        let refused = Refused::of(body, code, why);
        books.put_note(PG, &answer_key(&own, &day), &refused.answer.to_string());
        return Err(refused);
    }
    let name = body.pointer("/orderInfo/customerInfo/customerName");
    let session = json!({ "method": "11", "order": order, "amount": amount, "name": name });
    let auth = json!({ "session": session, "choice": "029", "quota": months.to_string() });
    let trade = trade(cx, &auth);
    let mut answer = answer(cx, &trade, &own);
    answer["resMsg"] = json!("단독승인 정상");
    answer["paymentInfo"]["cardInfo"]["cardNo"] = card["masked"].clone();
    Ok(book(cx, books, &trade, answer))
}

/// Instalments: required, a number.
fn months(body: &Value) -> Result<i64, Refused> {
    let wrong = || Refused::of(body, "M104", "형식 오류: cardMethodInfo");
    let card = body.pointer("/payMethodInfo/cardMethodInfo").ok_or_else(wrong)?;
    let months = number(card, "installmentMonth")?.filter(|m| *m != 1 && *m <= 60);
    let free = card.get("freeInstallmentUsed").is_none_or(Value::is_boolean);
    months.filter(|_| free).ok_or_else(wrong)
}

/// The card of a key that was given out and not removed.
fn live(books: &dyn Books, body: &Value, key: &str) -> Result<Value, Refused> {
    let note = books.note(PG, &issue::kept(key));
    let card: Option<Value> = note.and_then(|note| serde_json::from_str(&note).ok());
    let card = card.ok_or_else(|| Refused::of(body, "R301", "빌키가 존재하지 않습니다."))?;
    if card.get("removed").is_some() {
        return Err(Refused::of(body, "R302", "이미 삭제된 빌키입니다."));
    }
    Ok(card)
}

/// Removes a key.
pub(super) fn remove(cx: &SimCx, books: &mut dyn Books, body: &Value) -> Result<Value, Refused> {
    let own = fresh(cx, books, body)?;
    let key = need(body, "batchKey", 40)?;
    let day = today(cx, body, "removeReqDate")?;
    let mut card = live(books, body, &key)?;
    card["removed"] = json!(cx.at.0);
    books.put_note(PG, &issue::kept(&key), &card.to_string());
    books.put_note(PG, &answer_key(&own, &day), "null");
    Ok(json!({
        "resCd": "0000", "resMsg": "정상처리", "mallId": super::MALL, "shopTransactionId": own,
        "removeReqDate": day,
    }))
}
