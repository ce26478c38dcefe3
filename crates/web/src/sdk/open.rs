//! `request_pay` arrives.

use super::{answer, result};
use crate::App;
use crate::client::Client;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use engine::payments::open::{self as verb, OpenRefusal, OpenRequest};
use engine::rows::Device;
use serde_json::{Value, json};

/// `POST /sdk/payments`.
pub async fn open(State(app): State<App>, client: Client, body: Bytes) -> Response {
    let Ok(sent) = serde_json::from_slice::<Value>(&body) else {
        return refused(&unreadable(), Value::Null, result::FLAG);
    };
    let request = read(&sent, &client);
    let engine = app.engine.clone();
    let outcome = engine::detached(async move { verb::open(&engine, &request).await }).await;
    match outcome {
        Ok(Ok(opened)) => answer(&json!({
            "ok": true,
            "flow": opened.flow,
            "checkout_url":
                format!("{}/checkout/{}", app.engine.settings.public_url, opened.session),
            "session": opened.session,
            "imp_uid": opened.imp_uid,
            "merchant_uid": opened.merchant_uid,
        })),
        Ok(Err(refusal)) => {
            let merchant_uid = Value::from(refusal.merchant_uid.clone());
            refused(&refusal, merchant_uid, result::FLAG)
        }
        Err(error) => {
            tracing::error!(%error, "request_pay failed");
            refused(&fault(), Value::Null, result::FLAG)
        }
    }
}

pub(super) fn read(sent: &Value, client: &Client) -> OpenRequest {
    let text = |key: &str| sent.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let param = sent.get("param").filter(|param| param.is_object());
    OpenRequest {
        user_code: text("user_code"),
        tier_code: text("tier_code"),
        param: param.cloned().unwrap_or_else(|| json!({})),
        device: if text("device") == "mobile" { Device::Mobile } else { Device::Pc },
        origin: domain::text::cut(&client.origin, 255),
        page_url: text("page_url"),
        user_agent: client.user_agent.clone(),
        client_ip: client.ip.to_string(),
    }
}

/// Nothing was created. `flag` is what the return address calls success.
pub(super) fn refused(refusal: &OpenRefusal, merchant_uid: Value, flag: &str) -> Response {
    let redirect = refusal.redirect_url.as_deref().map(|url| {
        let order = merchant_uid.as_str().unwrap_or_default();
        result::with_flag(url, flag, None, order, Some((refusal.code, &refusal.message)))
    });
    answer(&json!({
        "ok": false,
        "m_redirect": redirect,
        "rsp": {
            "success": false,
            "imp_uid": null,
            "merchant_uid": merchant_uid,
            "error_code": refusal.code,
            "error_msg": refusal.message,
        },
    }))
}

pub(super) fn unreadable() -> OpenRefusal {
    OpenRefusal {
        code: "F400",
        message: "요청을 읽을 수 없습니다.".into(),
        merchant_uid: String::new(),
        redirect_url: None,
    }
}

pub(super) fn fault() -> OpenRefusal {
    OpenRefusal {
        code: "F500",
        message: "일시적인 오류가 발생하였습니다. 잠시 후 다시 시도해 주세요.".into(),
        merchant_uid: String::new(),
        redirect_url: None,
    }
}
