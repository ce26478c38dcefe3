//! The buyer pressed a button: the browser goes back to the shop with the signed result.

use super::Desk;
use super::envelope::{sign, text};
use super::window::{gone, session};
use crate::form::Form;
use crate::sim::page::auto_post;
use crate::sim::{SimReply, SimRequest};
use serde_json::json;

/// Ends the window.
pub(super) fn pressed(desk: &mut Desk<'_>, request: &SimRequest) -> SimReply {
    let form = Form::read(&request.body);
    let token = form.get("token");
    let Some(mut session) = session(desk, token) else { return gone(desk) };
    let pressed = form.get("result");
    let (result, code, message) = match pressed {
        "cancel" => ("closed", "S001", "[결제포기] 사용자가 결제를 취소하셨습니다"),
        "approve" | "decline" | "timeout" | "reset" => ("authorised", "", ""),
        _ => return gone(desk),
    };
    session["used"] = json!(true);
    desk.put(&format!("session/{token}"), &session);
    let auth = match result {
        "authorised" => {
            let auth = desk.take_number("A");
            let note = json!({
                "session": session, "choice": form.get("choice"), "pressed": pressed,
                "at": desk.cx.at.0,
            });
            desk.put(&format!("auth/{auth}"), &note);
            auth
        }
        _ => String::new(),
    };
    let order_no = text(&session, "order_no");
    let signature = sign(&[order_no, result, code, message, auth.as_str()].join("\n"));
    let fields = [
        ("order_no", order_no),
        ("result", result),
        ("code", code),
        ("message", message),
        ("auth", &auth),
        ("signature", &signature),
    ];
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    SimReply::html(auto_post(text(&session, "return_url"), "utf-8", &fields))
}
