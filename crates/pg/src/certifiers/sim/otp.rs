//! The code by telephone.

use super::people::{Claim, digits};
use super::{Session, number, refuse, text};
use crate::sim::{Books, SimCx, SimReply};
use domain::Birth;
use serde_json::{Value, json};

/// The sandbox sends no messages: everybody knows the code.
const CODE: &str = "000000";
const TRIES: i64 = 5;
const SECONDS: i64 = 180;

pub(super) fn request(cx: &SimCx, books: &mut dyn Books, host: &str, asked: &Value) -> SimReply {
    let digit = asked.get("gender_digit").and_then(Value::as_u64);
    let digit = digit.and_then(|digit| u8::try_from(digit).ok()).filter(|digit| *digit <= 8);
    let digit = digit.unwrap_or(0);
    let claim = Claim {
        name: text(asked, "name"),
        birth: Birth::resident(&text(asked, "birth"), digit),
        gender: match digit {
            1 | 3 | 5 | 7 => "M",
            2 | 4 | 6 | 8 => "F",
            _ => "",
        },
        foreigner: digit >= 5,
        phone: digits(&text(asked, "phone")),
        carrier: text(asked, "carrier"),
    };
    let (order_no, method) = (text(asked, "order_no"), text(asked, "method"));
    if order_no.is_empty() || !matches!(method.as_str(), "SMS" | "APP") {
        return refuse("1002", "order_no와 method는 필수입니다.");
    }
    if let Some(wrong) = claim.wrong() {
        return refuse("1002", wrong);
    }
    if claim.birth.is_some_and(|birth| birth.years_at(cx.at) < 0) {
        return refuse("1002", "생년월일이 미래입니다.");
    }
    if claim.unknown() {
        return refuse("3001", "통신사에 등록된 정보와 일치하지 않습니다.");
    }
    let mid = text(asked, "mid");
    let session = Session {
        host: host.to_owned(),
        order_no,
        company: text(asked, "company"),
        language: "ko".into(),
        return_url: String::new(),
        prefill: Value::Null,
        state: "waiting".into(),
        method,
        person: claim.person(&mid),
        mid,
        reason_code: String::new(),
        reason: String::new(),
        wrong: 0,
        until: cx.at.plus_seconds(SECONDS).0,
        at: cx.at.0,
    };
    let number = number(cx);
    session.keep(books, &number);
    SimReply::json(&json!({ "code": "0000", "message": "", "number": number }))
}

pub(super) fn confirm(
    cx: &SimCx,
    books: &mut dyn Books,
    number: &str,
    mut session: Session,
    asked: &Value,
) -> SimReply {
    if session.method == "WINDOW" {
        return refuse("1003", "인증번호를 보낸 요청이 아닙니다.");
    }
    if session.state == "waiting" {
        let typed = text(asked, "otp");
        if cx.at.0 > session.until {
            session.fail("2003", "인증 유효시간이 지났습니다.");
        } else if typed == CODE || (session.method == "APP" && typed.is_empty()) {
            session.state = "certified".into();
            session.at = cx.at.0;
        } else {
            session.wrong += 1;
            if session.wrong < TRIES {
                session.keep(books, number);
                let left = TRIES - session.wrong;
                let text = format!("인증번호가 일치하지 않습니다. (남은 횟수 {left}회)");
                return refuse("2001", &text);
            }
            session.fail("2002", "인증번호를 5회 잘못 입력하였습니다.");
        }
        session.keep(books, number);
    }
    SimReply::json(&session.answer())
}
