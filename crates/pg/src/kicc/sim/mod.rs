//! KICC's test server, played from its manual: window, approval, billing keys, revise,
//! inquiry, notices.
//!
//! Codes the manual does not publish are this simulator's own (`M…`, `R…` but R102).

mod approval;
mod batch;
mod checks;
mod inquiry;
mod issue;
mod notify;
mod receipt;
mod register;
mod revise;

use crate::sim::{Books, Outgoing, SimCx, SimReply, SimRequest, Simulator};
use serde_json::{Value, json};

/// The simulator; all it knows is in its books.
pub struct KiccSim;

/// Whose books.
const PG: &str = "kicc";
/// The published test mall.
const MALL: &str = "T5102001";
/// The published test secret.
const SECRET: &[u8] = b"easypay!KICCTEST";
const HOST: &str = "testpgapi.easypay.co.kr";
const RECEIPT: &str = "/directapi/trades/directCashReceiptApproval";

impl Simulator for KiccSim {
    fn pg(&self) -> &'static str {
        PG
    }

    fn hosts(&self) -> &'static [&'static str] {
        &[HOST]
    }

    fn operation(&self, request: &SimRequest) -> &'static str {
        match request.path.as_str() {
            "/api/ep9/trades/webpay" => "register",
            "/webpay/auth" | "/webpay/pay" => "window",
            "/api/ep9/trades/approval" => "approve",
            "/api/trades/approval/batch" => "charge",
            "/api/trades/removeBatchKey" => "forget",
            "/api/trades/revise" => "cancel",
            RECEIPT => "receipt",
            "/api/trades/retrieveTransaction" => "lookup",
            _ => "other",
        }
    }

    fn handle(&self, cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", "/webpay/auth") => register::window(books, request),
            ("POST", "/webpay/pay") => register::pressed(cx, books, request),
            ("POST", RECEIPT) => {
                let answer = checks::receipt_body(request);
                let answer = answer.and_then(|body| receipt::issue(cx, books, &body));
                answer.map_or_else(Refused::reply, plain)
            }
            ("POST", path) => {
                let answer = checks::body(request).and_then(|body| match path {
                    "/api/ep9/trades/webpay" => register::register(cx, books, &body).map(plain),
                    "/api/ep9/trades/approval" => approval::approve(cx, books, &body),
                    "/api/trades/approval/batch" => batch::charge(cx, books, &body),
                    "/api/trades/removeBatchKey" => batch::remove(cx, books, &body).map(plain),
                    "/api/trades/revise" => revise::revise(cx, books, &body),
                    "/api/trades/retrieveTransaction" => inquiry::find(cx, books, &body).map(plain),
                    _ => Err(Refused::unknown_path()),
                });
                answer.unwrap_or_else(Refused::reply)
            }
            _ => SimReply::not_found(),
        }
    }

    fn deposit(
        &self,
        cx: &SimCx,
        books: &mut dyn Books,
        tid: &str,
        amount: i64,
        depositor: &str,
    ) -> Result<Vec<Outgoing>, String> {
        notify::deposit(cx, books, tid, amount, depositor)
    }
}

fn plain(answer: Value) -> SimReply {
    SimReply::json(&answer)
}

/// A refusal: what to echo, a code and a text, or an HTTP error.
struct Refused {
    status: u16,
    answer: Value,
}

impl Refused {
    fn new(code: &str, message: &str) -> Self {
        Self { status: 200, answer: json!({ "resCd": code, "resMsg": message }) }
    }

    /// A refusal of a request that came far enough to have a number.
    fn of(body: &Value, code: &str, message: &str) -> Self {
        let mut refused = Self::new(code, message);
        for name in ["mallId", "shopTransactionId", "shopOrderNo"] {
            if let Some(value) = body.get(name) {
                refused.answer[name] = value.clone();
            }
        }
        refused
    }

    fn unknown_path() -> Self {
        Self { status: 404, answer: json!({ "error": "Not Found" }) }
    }

    fn bad_request() -> Self {
        Self { status: 400, answer: json!({ "error": "Bad Request" }) }
    }

    fn reply(self) -> SimReply {
        SimReply { status: self.status, ..SimReply::json(&self.answer) }
    }
}

/// KICC's twenty digits of a transaction: the time and eight more.
fn pg_cno(cx: &SimCx) -> String {
    format!("{}{}", &cx.at.kst14()[2..], cx.digits(8))
}

/// An amount in one of the two ways KICC's servers write it.
fn amount(cx: &SimCx, minor: i64) -> Value {
    if cx.random & 1 == 0 { json!(minor.to_string()) } else { json!(minor) }
}

#[cfg(test)]
mod tests;
