//! The approval: money is booked, or an account number is given out, and the answer is signed.

use super::checks::{answer_key, fresh, need, today};
use super::register::{BANKS, CARDS};
use super::{PG, Refused, SECRET, amount, issue, notify, pg_cno};
use crate::crypto::hmac_sha256_hex;
use crate::sim::page::Choice;
use crate::sim::{Accident, Books, Movement, SimCx, SimReply, Trade};
use domain::Millis;
use serde_json::{Value, json};

/// An authentication is good for this long.
const AUTH_SECONDS: i64 = 30 * 60;

/// Approves what the buyer authenticated.
pub(super) fn approve(
    cx: &SimCx,
    books: &mut dyn Books,
    body: &Value,
) -> Result<SimReply, Refused> {
    let number = fresh(cx, books, body)?;
    let (id, order) = (need(body, "authorizationId", 60)?, need(body, "shopOrderNo", 40)?);
    let day = today(cx, body, "approvalReqDate")?;
    let key = format!("auth/{id}");
    let auth: Option<Value> =
        books.note(PG, &key).and_then(|note| serde_json::from_str(&note).ok());
    let none = || Refused::of(body, "R102", "인증 내역이 존재하지 않습니다.");
    let mut auth = auth.filter(|auth| auth["session"]["order"] == order).ok_or_else(none)?;
    let expired = cx.at > Millis(auth["at"].as_i64().unwrap_or(0)).plus_seconds(AUTH_SECONDS);
    if expired || auth.get("used").is_some() {
        return Err(none());
    }
    auth["used"] = json!(true);
    books.put_note(PG, &key, &auth.to_string());
    let result = auth["result"].as_str().unwrap_or_default().to_owned();
    let issues = auth["session"]["method"] == "81";
    if result == "decline" {
        let (code, why) =
            if issues { ("8311", "비밀번호 오류") } else { ("8521", "한도초과") };
        let refused = Refused::of(body, code, why);
        books.put_note(PG, &answer_key(&number, &day), &refused.answer.to_string());
        return Err(refused);
    }
    let mut reply = if issues {
        let mut answer = issue::issue(cx, books, &auth, &number);
        books.put_note(PG, &answer_key(&number, &day), &answer.to_string());
        sign(&mut answer);
        SimReply::json(&answer)
    } else {
        let trade = trade(cx, &auth);
        book(cx, books, &trade, answer(cx, &trade, &number))
    };
    reply.accident = match result.as_str() {
        "timeout" => Some(Accident::NoAnswer),
        "reset" => Some(Accident::Reset),
        _ => None,
    };
    Ok(reply)
}

/// Writes an approved trade and its answer into the books, and signs the answer.
pub(super) fn book(
    cx: &SimCx,
    books: &mut dyn Books,
    trade: &Trade,
    mut answer: Value,
) -> SimReply {
    books.put_trade(trade);
    if trade.state == "approved" {
        books.record(PG, &Movement::new(&trade.tid, "approve", trade.amount, &trade.tid, cx.at));
    }
    let number = answer["shopTransactionId"].as_str().unwrap_or_default();
    books.put_note(PG, &answer_key(number, &cx.at.kst8()), &answer.to_string());
    sign(&mut answer);
    let mut reply = SimReply::json(&answer);
    reply.then.push(notify::approved(cx, trade, &answer));
    reply
}

/// pgCno, amount as written and transactionDate, joined by pipes.
fn sign(answer: &mut Value) {
    let amount = match &answer["amount"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let text = |name: &str| answer[name].as_str().unwrap_or_default();
    let message = format!("{}|{amount}|{}", text("pgCno"), text("transactionDate"));
    answer["msgAuthValue"] = json!(hmac_sha256_hex(SECRET, message.as_bytes()));
}

fn named(choices: &'static [Choice], code: &str) -> &'static Choice {
    choices.iter().find(|choice| choice.code == code).unwrap_or(&choices[0])
}

pub(super) fn trade(cx: &SimCx, auth: &Value) -> Trade {
    let session = &auth["session"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let method = text(&session["method"]);
    let (words, state) = match method.as_str() {
        "11" => ("card", "approved"),
        "21" => ("trans", "approved"),
        "22" => ("vbank", "awaiting_deposit"),
        _ => ("phone", "approved"),
    };
    let choice = text(&auth["choice"]);
    let mut extra = json!({
        "method": method, "choice": choice, "name": session["name"],
        "quota": text(&auth["quota"]).parse::<i64>().unwrap_or(0),
        "approval_no": cx.digits(8),
    });
    if method == "22" {
        // Without a wish the account is good until the end of the seventh day.
        let due = Millis::parse_kst(&text(&session["due"])).unwrap_or(cx.at.end_of_kst_day(7));
        extra["due"] = json!(due.0);
        extra["account"] = json!(format!("T{:0>13}", cx.digits(13)));
    }
    Trade {
        pg: PG.into(),
        tid: pg_cno(cx),
        mid: super::MALL.into(),
        order_no: text(&session["order"]),
        method: words.into(),
        amount: session["amount"].as_i64().unwrap_or_default(),
        currency: "KRW".into(),
        state: state.into(),
        cancelled: 0,
        created_at: cx.at.0,
        extra,
    }
}

pub(super) fn answer(cx: &SimCx, trade: &Trade, number: &str) -> Value {
    let method = &trade.extra["method"];
    let (message, status, status_message) = match trade.method.as_str() {
        "card" => ("MPI결제 정상", "TS03", "매입요청"),
        "vbank" => ("정상", "TS07", "입금대기"),
        _ => ("정상", "TS01", "승인"),
    };
    let at = cx.at.kst14();
    let vbank = trade.method == "vbank";
    let approval_no = if vbank { json!("") } else { trade.extra["approval_no"].clone() };
    let mut info = json!({
        "payMethodTypeCode": method, "approvalNo": approval_no, "approvalDate": at, "cpCode": "",
    });
    let choice = trade.extra["choice"].as_str().unwrap_or_default();
    match trade.method.as_str() {
        "card" => info["cardInfo"] = card(cx, trade, named(CARDS, choice)),
        "trans" => {
            let bank = named(BANKS, choice);
            info["bankInfo"] = json!({ "bankCode": bank.code, "bankName": bank.name });
        }
        "vbank" => {
            let bank = named(BANKS, choice);
            let due = Millis(trade.extra["due"].as_i64().unwrap_or_default());
            info["virtualAccountInfo"] = json!({
                "bankCode": bank.code, "bankName": bank.name,
                "accountNo": trade.extra["account"], "depositName": "한국정보통신",
                "expiryDate": due.kst14(),
            });
        }
        _ => {
            info["mobInfo"] = json!({
                "authId": cx.digits(12), "billId": cx.digits(8), "mobileNo": "010****5678",
                "mobileCd": choice, "mobileAnsimUsed": "N",
            });
        }
    }
    json!({
        "resCd": "0000", "resMsg": message, "mallId": trade.mid, "pgCno": trade.tid,
        "shopTransactionId": number, "shopOrderNo": trade.order_no,
        "amount": amount(cx, trade.amount), "transactionDate": at,
        "statusCode": status, "statusMessage": status_message, "escrowUsed": "N",
        "paymentInfo": info,
    })
}

fn card(cx: &SimCx, trade: &Trade, card: &Choice) -> Value {
    let months = &trade.extra["quota"];
    json!({
        "cardNo": format!("4518{}******{:02}", cx.digits(4), cx.random % 100),
        "issuerCode": card.code, "issuerName": card.name,
        "acquirerCode": card.code, "acquirerName": card.name,
        "installmentMonth": months, "freeInstallmentTypeCode": "00",
        "cardGubun": "N", "cardBizGubun": "P", "partCancelUsed": "Y", "couponAmount": 0,
        "vanSno": cx.digits(12),
    })
}
