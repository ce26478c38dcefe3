//! The sandbox's carrier: it verifies whoever is typed in, for every certifier of ours.
//!
//! Written from `README.md` alone; it shares no field code with the connector.

mod otp;
mod page;
mod people;
mod window;

use crate::sim::{Books, Outgoing, SimCx, SimReply, SimRequest, Simulator};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The code its books are kept under.
const PG: &str = "certification";

/// MIDs with their passwords and what the window calls the company.
const MEMBERS: &[(&str, &str, &str, &str)] = &[
    ("danal.certification.invalid", "B010007887", "ieum-danal-certification", "다날 본인인증"),
    (
        "inicis-unified.certification.invalid",
        "IEUMCERT01",
        "ieum-inicis-certification",
        "KG이니시스 통합인증",
    ),
    ("kcp-v2.certification.invalid", "IEUMC", "ieum-kcp-certification", "NHN KCP 본인인증"),
];

/// The simulator.
pub struct CertifierSim;

/// A verification in the books.
#[derive(Serialize, Deserialize)]
struct Session {
    host: String,
    mid: String,
    order_no: String,
    company: String,
    language: String,
    return_url: String,
    prefill: Value,
    /// `waiting`, `certified` or `failed`.
    state: String,
    /// `WINDOW`, `SMS` or `APP`.
    method: String,
    /// Who it will be once the code is confirmed, who it is when certified.
    person: Value,
    reason_code: String,
    reason: String,
    wrong: i64,
    /// Milliseconds; nothing is certified after that.
    until: i64,
    at: i64,
}

impl Session {
    fn load(books: &dyn Books, number: &str) -> Option<Self> {
        serde_json::from_str(&books.note(PG, &format!("session/{number}"))?).ok()
    }

    fn keep(&self, books: &mut dyn Books, number: &str) {
        let text = serde_json::to_string(self).unwrap_or_default();
        books.put_note(PG, &format!("session/{number}"), &text);
    }

    fn fail(&mut self, code: &str, reason: &str) {
        self.state = "failed".into();
        self.reason_code = code.into();
        self.reason = reason.into();
        // Whom it did not certify it has no reason to remember.
        self.person = Value::Null;
        self.prefill = Value::Null;
    }

    /// As the merchant's server is told.
    fn answer(&self) -> Value {
        json!({
            "code": "0000",
            "message": "",
            "order_no": self.order_no,
            "state": self.state,
            "person": if self.state == "certified" { self.person.clone() } else { Value::Null },
            "at": self.at,
            "reason_code": self.reason_code,
            "reason": self.reason,
        })
    }
}

/// A new number: the clock and this request's random bits.
fn number(cx: &SimCx) -> String {
    format!("C{}{}", cx.at.kst14(), cx.digits(10))
}

fn refuse(code: &str, message: &str) -> SimReply {
    SimReply::json(&json!({ "code": code, "message": message }))
}

fn text(json: &Value, key: &str) -> String {
    json.get(key).and_then(Value::as_str).unwrap_or_default().trim().to_owned()
}

impl CertifierSim {
    /// What the merchant's server asks.
    fn server(cx: &SimCx, books: &mut dyn Books, path: &str, request: &SimRequest) -> SimReply {
        let Ok(asked) = serde_json::from_slice::<Value>(&request.body) else {
            return refuse("1002", "요청을 읽을 수 없습니다.");
        };
        let (mid, password) = (text(&asked, "mid"), text(&asked, "password"));
        let known = |member: &&(&str, &str, &str, &str)| {
            member.0 == request.host && member.1 == mid && member.2 == password
        };
        if !MEMBERS.iter().any(|member| known(&member)) {
            return refuse("1001", "등록되지 않은 상점아이디(MID)이거나 비밀번호가 다릅니다.");
        }
        match path {
            "window" => window::register(cx, books, &request.host, &asked),
            "otp/request" => otp::request(cx, books, &request.host, &asked),
            "result" | "otp/confirm" => {
                let number = text(&asked, "number");
                match Session::load(books, &number).filter(|session| session.mid == mid) {
                    Some(session) if path == "result" => result(cx, books, &number, session),
                    Some(session) => otp::confirm(cx, books, &number, session, &asked),
                    None => refuse("1003", "존재하지 않는 인증번호입니다."),
                }
            }
            _ => SimReply::not_found(),
        }
    }
}

/// A code nobody confirmed in time is over.
fn result(cx: &SimCx, books: &mut dyn Books, number: &str, mut session: Session) -> SimReply {
    if session.state == "waiting" && cx.at.0 > session.until {
        session.fail("2003", "인증 유효시간이 지났습니다.");
        session.keep(books, number);
    }
    SimReply::json(&session.answer())
}

impl Simulator for CertifierSim {
    fn pg(&self) -> &'static str {
        PG
    }

    fn hosts(&self) -> &'static [&'static str] {
        &[
            "danal.certification.invalid",
            "inicis-unified.certification.invalid",
            "kcp-v2.certification.invalid",
        ]
    }

    fn operation(&self, request: &SimRequest) -> &'static str {
        match request.path.strip_prefix("/certify/") {
            Some("window") => "register",
            Some("result") => "lookup",
            Some("otp/request") => "issue",
            Some("otp/confirm") => "approve",
            Some(path) if path.starts_with("window/") => "window",
            _ => "other",
        }
    }

    fn handle(&self, cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
        let Some(path) = request.path.strip_prefix("/certify/") else {
            return SimReply::not_found();
        };
        match (path.strip_prefix("window/"), request.method.as_str()) {
            (Some(number), "GET") => window::show(cx, books, number),
            (Some(number), "POST") => window::decide(cx, books, number, &request.body),
            (None, "POST") => Self::server(cx, books, path, request),
            _ => SimReply::not_found(),
        }
    }

    fn deposit(
        &self,
        _: &SimCx,
        _: &mut dyn Books,
        _: &str,
        _: i64,
        _: &str,
    ) -> Result<Vec<Outgoing>, String> {
        Err("본인인증에는 입금이 없습니다.".into())
    }
}
