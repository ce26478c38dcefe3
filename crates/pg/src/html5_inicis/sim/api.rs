//! INIAPI: the v2 envelope (JSON, hash over the compact data) and the v1 form.

use super::tables::{self, Merchant};
use super::{inquiry, receipt, refund};
use crate::crypto::{same_hex, sha512_hex};
use crate::form::Form;
use crate::sim::{Books, SimCx, SimReply, SimRequest};
use serde_json::{Value, json};

/// What INIAPI says no with.
pub(super) fn no(code: &str, message: &str) -> SimReply {
    SimReply::json(&json!({
        "resultCode": code,
        "resultMsg": message,
        "detailResultCode": code,
    }))
}

/// `POST /v2/pg/...`.
pub(super) fn v2(cx: &SimCx, books: &mut dyn Books, request: &SimRequest) -> SimReply {
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return no("ER0102", "JSON 형식이 아닙니다.");
    };
    let (path, account) = match request.path.strip_suffix("/vacct") {
        Some(path) => (path, true),
        None => (request.path.as_str(), false),
    };
    let kind = path.strip_prefix("/v2/pg/").unwrap_or_default();
    let merchant = match envelope(&body, kind) {
        Ok(merchant) => merchant,
        Err(reply) => return reply,
    };
    let data = &body["data"];
    match (kind, account) {
        ("inquiry", false) => inquiry::inquiry(books, merchant, data),
        ("receipt", false) => receipt::issue(cx, books, merchant, data),
        ("refund", _) => refund::full(cx, books, merchant, data, account),
        ("partialRefund", _) => refund::partial(cx, books, merchant, data, account),
        _ => SimReply::not_found(),
    }
}

/// A text inside JSON; numbers are not taken for it.
pub(super) fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn envelope(body: &Value, kind: &str) -> Result<&'static Merchant, SimReply> {
    for name in ["mid", "type", "timestamp", "clientIp", "hashData"] {
        if field(body, name).is_empty() {
            return Err(no("ER0102", &format!("[{name}] 필수 파라미터가 없습니다.")));
        }
    }
    if !body["data"].is_object() || field(body, "type") != kind {
        return Err(no("ER0102", "[type] 요청 주소와 다릅니다."));
    }
    let at = field(body, "timestamp");
    if at.len() != 14 || !at.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(no("ERR101", "[timestamp] Length 오류"));
    }
    let Some(merchant) = tables::merchant(field(body, "mid")) else {
        return Err(no("V013", "존재하지 않는 상점아이디입니다."));
    };
    let data = body["data"].to_string().replace('\\', "");
    let plain = format!("{}{}{kind}{at}{data}", merchant.api_key, merchant.mid);
    if !same_hex(&sha512_hex(plain), field(body, "hashData")) {
        return Err(no("V801", "hashData가 일치하지 않습니다."));
    }
    Ok(merchant)
}

/// `POST /api/v1/refund`: full refunds, and closing an account before its deposit (`GVacct`).
pub(super) fn v1(cx: &SimCx, books: &mut dyn Books, body: &[u8]) -> SimReply {
    let form = Form::read(body);
    let get = |name: &str| form.get(name);
    for name in ["type", "paymethod", "timestamp", "clientIp", "mid", "tid", "msg", "hashData"] {
        if get(name).is_empty() {
            return no("ER0102", &format!("[{name}] 필수 파라미터가 없습니다."));
        }
    }
    let Some(merchant) = tables::merchant(get("mid")) else {
        return no("V013", "존재하지 않는 상점아이디입니다.");
    };
    if get("timestamp").len() != 14 {
        return no("ERR101", "[timestamp] Length 오류");
    }
    let plain = [
        merchant.api_key,
        get("type"),
        get("paymethod"),
        get("timestamp"),
        get("clientIp"),
        get("mid"),
        get("tid"),
    ];
    if !same_hex(&sha512_hex(plain.concat()), get("hashData")) {
        return no("V801", "hashData가 일치하지 않습니다.");
    }
    if get("type") != "Refund" {
        return no("ER0102", "이 시험 서버의 v1은 전체 취소(type=Refund)만 지원합니다.");
    }
    match get("paymethod") {
        "GVacct" => refund::close(cx, books, merchant, get("tid")),
        "Card" | "VCard" | "Acct" | "DirectBank" | "HPP" => {
            refund::full(cx, books, merchant, &json!({"tid": get("tid"), "msg": get("msg")}), false)
        }
        _ => no("ER0102", "[paymethod] 파라미터 값을 확인하세요."),
    }
}
