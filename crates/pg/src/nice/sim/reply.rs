//! Answers of the server-to-server calls, in the charset and form the request asked for.

use super::catalog::Fault;
use crate::form::{Form, euc_kr};
use crate::sim::SimReply;

/// Names and values in order.
pub(super) type Fields = Vec<(&'static str, String)>;

/// `CharSet` is euc-kr unless the request says utf-8; `EdiType` is JSON unless it says KV.
pub(super) fn reply(form: &Form, fields: Fields) -> SimReply {
    let text = if form.get("EdiType").eq_ignore_ascii_case("KV") {
        let pairs = fields.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    } else {
        let pairs = fields.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
        serde_json::Value::Object(pairs.collect()).to_string()
    };
    if form.get("CharSet").eq_ignore_ascii_case("utf-8") {
        SimReply::ok("application/json; charset=utf-8", text)
    } else {
        SimReply::ok("application/json; charset=euc-kr", euc_kr(&text))
    }
}

/// A refusal: code, message and what the request said it was about. It is not signed.
pub(super) fn refusal(form: &Form, fault: &Fault) -> SimReply {
    let mut fields: Fields =
        vec![("ResultCode", fault.code.to_owned()), ("ResultMsg", fault.message.clone())];
    for name in ["TID", "MID", "Moid"] {
        fields.push((name, form.get(name).to_owned()));
    }
    fields.push(("Signature", String::new()));
    reply(form, fields)
}
