//! KG Inicis' servers: the web standard's script and window, the mobile window, approvals and
//! net-cancels of both, INIAPI, and deposit notices. Plays the staging hosts, and the mobile
//! window's only host.
//!
//! | path | file |
//! |---|---|
//! | `/stdjs/INIStdPay.js` | `INIStdPay.js` |
//! | `/payMain/pay`, `/smart/payment/` | `window.rs` |
//! | `/payMain/result`, `/smart/payment/result` (the buttons) | `decide.rs` |
//! | `/api/payAuth`, `/api/netCancel` | `pay.rs` |
//! | `/smart/payReq.ini`, `/smart/payNetCancel.ini` | `smart.rs` |
//! | `/v2/pg/...`, `/api/v1/refund` | `api.rs`, `refund.rs`, `inquiry.rs`, `receipt.rs` |
//! | `/api/v1/escrow`, and what buyers decide | `escrow.rs` |
//! | `/api/v1/billing`, and the keys a window issues | `billing.rs` |

mod api;
mod billing;
mod deal;
mod decide;
mod escrow;
mod inquiry;
mod pay;
mod receipt;
mod refund;
mod smart;
mod tables;
mod vbank;
mod window;
mod write;

use crate::sim::{Books, Outgoing, SimCx, SimReply, SimRequest, Simulator};

/// The code the books are kept under.
const PG: &str = "html5_inicis";

/// Holder of every account.
const HOLDER: &str = "㈜케이지이니시스";

/// KG Inicis' servers.
#[derive(Debug)]
pub struct InicisSim;

impl Simulator for InicisSim {
    fn pg(&self) -> &'static str {
        PG
    }

    fn hosts(&self) -> &'static [&'static str] {
        &[
            "stgstdpay.inicis.com",
            "mobile.inicis.com",
            "stgmobile.inicis.com",
            "stginiapi.inicis.com",
        ]
    }

    fn script_window(&self) -> Option<&'static str> {
        Some("https://stgstdpay.inicis.com/payMain/pay")
    }

    fn operation(&self, request: &SimRequest) -> &'static str {
        match request.path.as_str() {
            "/stdjs/INIStdPay.js" => "script",
            "/payMain/pay" | "/payMain/result" => "window",
            "/smart/payment" | "/smart/payment/" => "window",
            "/smart/result" | "/smart/payment/result" => "window",
            "/api/payAuth" | "/smart/payReq.ini" => "approve",
            "/api/netCancel" | "/smart/payNetCancel.ini" => "net_cancel",
            "/v2/pg/inquiry" => "lookup",
            "/v2/pg/receipt" => "receipt",
            "/api/v1/billing" => "charge",
            "/api/v1/escrow" => "escrow",
            "/api/v1/refund" => "cancel",
            path if path.starts_with("/v2/pg/") => "cancel",
            _ => "other",
        }
    }

    fn handle(&self, cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
        let host = request.host.strip_suffix(".inicis.com").unwrap_or_default();
        // The mobile servers take their fields in the query, too.
        let body = match (host, request.body.is_empty()) {
            ("stgmobile", true) => request.query.as_bytes(),
            _ => request.body.as_slice(),
        };
        match (request.method.as_str(), host, request.path.as_str()) {
            ("GET", "stgstdpay", "/stdjs/INIStdPay.js") => {
                let script = include_str!("INIStdPay.js");
                SimReply::ok("text/javascript; charset=utf-8", script)
            }
            ("POST", "stgstdpay", "/payMain/pay") => window::pc(cx, books, body),
            ("POST", "stgstdpay", "/payMain/result") => decide::decide(cx, books, body),
            ("POST", "stgstdpay", "/api/payAuth") => pay::approve(cx, books, body),
            ("POST", "stgstdpay", "/api/netCancel") => pay::net_cancel(cx, books, body),
            ("POST", "mobile" | "stgmobile", "/smart/payment/" | "/smart/payment") => {
                window::mobile(cx, books, body)
            }
            ("POST", "mobile" | "stgmobile", "/smart/payment/result" | "/smart/result") => {
                decide::decide(cx, books, body)
            }
            (_, "stgmobile", "/smart/payReq.ini") => smart::approve(cx, books, body),
            (_, "stgmobile", "/smart/payNetCancel.ini") => smart::net_cancel(cx, books, body),
            ("POST", "stginiapi", "/api/v1/billing") => billing::charge(cx, books, body),
            ("POST", "stginiapi", "/api/v1/escrow") => escrow::deliver(cx, books, body),
            ("POST", "stginiapi", "/api/v1/refund") => api::v1(cx, books, body),
            ("POST", "stginiapi", path) if path.starts_with("/v2/pg/") => {
                api::v2(cx, books, request)
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
        vbank::deposit(cx, books, tid, amount, depositor)
    }

    fn decide(
        &self,
        cx: &SimCx,
        books: &mut dyn Books,
        tid: &str,
        takes: bool,
        reason: &str,
    ) -> Result<Vec<Outgoing>, String> {
        escrow::decide(cx, books, tid, takes, reason)
    }
}
