//! NICE's servers, as its manuals describe them: script, window, approval, net-cancel, cancel and
//! deposit notices, for `nice` and for `alipay`, and the billing keys and windowless accounts of
//! `nice`. Everything it knows is in its books.

mod account;
mod approve;
mod billing;
mod cancel;
mod cards;
mod catalog;
mod deposit;
mod escrow;
mod receipt;
mod reply;
mod session;
mod shop;
mod window;

pub use cards::{Plan, TEST_CARDS, TestCard};

use crate::form::Form;
use crate::sim::{Books, Outgoing, SimCx, SimReply, SimRequest, Simulator};

/// The code the books are kept under, for Alipay too.
const PG: &str = "nice";

/// NICE Payments.
#[derive(Debug)]
pub struct NiceSim;

/// The simulator.
pub static SIM: NiceSim = NiceSim;

const SCRIPT: &str = "/v3/common/js/nicepay-pgweb.js";
/// Where the script posts the page's form. (Only the script knows it: the path is ours.)
const LAYER: &str = "/v3/payment.jsp";
/// Where pages without the script are posted.
const PAGE: &str = "/v3/v3Payment.jsp";
/// Where the window's buttons post. (Ours as well.)
const RESULT: &str = "/v3/paymentResult.jsp";
const APPROVE: &str = "/webapi/pay_process.jsp";
const CANCEL: &str = "/webapi/cancel_process.jsp";
const REGIST: &str = "/webapi/billing/billing_regist.jsp";
const CHARGE: &str = "/webapi/billing/billing_approve.jsp";
const ACCOUNT: &str = "/webapi/get_vacount.jsp";
const ESCROW: &str = "/webapi/escrow_process.jsp";
const RECEIPT: &str = "/webapi/cash_receipt.jsp";
const REMOVE: &str = "/webapi/billing/billkey_remove.jsp";

impl Simulator for NiceSim {
    fn pg(&self) -> &'static str {
        PG
    }

    fn takes_card_numbers(&self) -> bool {
        true
    }

    fn hosts(&self) -> &'static [&'static str] {
        &[
            "pg-web.nicepay.co.kr",
            "web.nicepay.co.kr",
            "pg-api.nicepay.co.kr",
            "webapi.nicepay.co.kr",
            "dc1-api.nicepay.co.kr",
            "dc2-api.nicepay.co.kr",
        ]
    }

    fn script_window(&self) -> Option<&'static str> {
        Some("https://pg-web.nicepay.co.kr/v3/payment.jsp")
    }

    fn operation(&self, request: &SimRequest) -> &'static str {
        match request.path.as_str() {
            SCRIPT => "script",
            LAYER | PAGE | RESULT => "window",
            APPROVE => "approve",
            CHARGE => "charge",
            REGIST => "issue",
            REMOVE => "forget",
            ACCOUNT => "account",
            RECEIPT => "receipt",
            ESCROW => "escrow",
            CANCEL if is_net_cancel(&Form::read(&request.body)) => "net_cancel",
            CANCEL => "cancel",
            _ => "other",
        }
    }

    fn handle(&self, cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
        let form = Form::read(&request.body);
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", SCRIPT) => {
                SimReply::ok("text/javascript; charset=utf-8", include_str!("nicepay-pgweb.js"))
            }
            ("POST", LAYER) => window::open(cx, books, request, &form, session::Shown::Layer),
            ("POST", PAGE) => window::open(cx, books, request, &form, session::Shown::Page),
            ("POST", RESULT) => window::pressed(cx, books, &form),
            ("POST", APPROVE) => approve::approve(cx, books, &form),
            ("POST", REGIST) => billing::regist(cx, books, &form),
            ("POST", CHARGE) => billing::approve(cx, books, &form),
            ("POST", REMOVE) => billing::remove(cx, books, &form),
            ("POST", ACCOUNT) => account::issue(cx, books, &form),
            ("POST", ESCROW) => escrow::deliver(cx, books, &form),
            ("POST", RECEIPT) => receipt::issue(cx, books, &form),
            ("POST", CANCEL) if is_net_cancel(&form) => cancel::net_cancel(cx, books, &form),
            ("POST", CANCEL) => cancel::cancel(cx, books, &form),
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
        deposit::deposit(cx, books, tid, amount, depositor)
    }
}

fn is_net_cancel(form: &Form) -> bool {
    form.get("NetCancel") == "1"
}
