//! The merchant's server asks the hub: a token, then the payment.

use super::Inner;
use anyhow::{Context as _, ensure};
use engine::{Destination, Outbound as _, Request};
use serde_json::{Value, json};

/// How long the shop waits for its hub, milliseconds.
const TIMEOUT_MS: u64 = 10_000;

/// Calls the hub and gives the envelope with its HTTP status.
async fn call(
    shop: &Inner,
    method: &'static str,
    path: &str,
    token: &str,
    body: Option<Value>,
) -> anyhow::Result<(u16, Value)> {
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    if !token.is_empty() {
        headers.push(("authorization".to_owned(), token.to_owned()));
    }
    let request = Request {
        method,
        url: format!("{}{path}", shop.hub),
        headers,
        body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        operation: "rest",
    };
    let answer = shop.client.send(request, Destination::Pg { timeout_ms: TIMEOUT_MS }).await;
    let answer = answer.context("the hub does not answer")?;
    let envelope = serde_json::from_slice(&answer.body).context("the hub's answer is no JSON")?;
    Ok((answer.status, envelope))
}

/// A token for this shop's key.
pub(super) async fn token(shop: &Inner) -> anyhow::Result<String> {
    let key = json!({ "imp_key": shop.imp_key, "imp_secret": shop.imp_secret });
    let (_, envelope) = call(shop, "POST", "/users/getToken", "", Some(key)).await?;
    let token = envelope.pointer("/response/access_token").and_then(Value::as_str);
    Ok(token.context("the hub gave no token")?.to_owned())
}

/// The payment with this number; `None` if the hub does not know it.
pub(super) async fn payment(shop: &Inner, imp_uid: &str) -> anyhow::Result<Option<Value>> {
    let plain = imp_uid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if imp_uid.is_empty() || !plain {
        return Ok(None);
    }
    let token = token(shop).await?;
    let (status, envelope) =
        call(shop, "GET", &format!("/payments/{imp_uid}"), &token, None).await?;
    if status == 404 {
        return Ok(None);
    }
    ensure!(envelope["code"] == 0, "the hub refused: {}", envelope["message"]);
    Ok(Some(envelope["response"].clone()))
}
