//! The merchant's last word before approval: `confirm_url` (V1 behaviour §4.5).

use crate::{Destination, Engine};
use pg::Request;
use serde_json::Value;
use store::payments::PaymentRow;

/// How long the merchant's server has, milliseconds.
const TIMEOUT_MS: u64 = 10_000;

/// The most of a reason that is shown to the buyer, characters.
const REASON: usize = 200;

/// Asks the merchant's server whether to go on. `Ok` for HTTP 200; all else, no answer too, is
/// a refusal in V1's words.
pub(super) async fn confirm(
    engine: &Engine,
    row: &PaymentRow,
    confirm_url: &str,
) -> Result<(), String> {
    let number = row.payment.amount.decimal();
    let body = format!(
        "{{\"imp_uid\":{},\"merchant_uid\":{},\"amount\":{number}}}",
        Value::from(row.imp_uid.as_str()),
        Value::from(row.merchant_uid.as_str()),
    );
    ask(engine, confirm_url, body).await
}

/// Posts a question; `Ok` only for HTTP 200.
pub(super) async fn ask(engine: &Engine, confirm_url: &str, body: String) -> Result<(), String> {
    let request = Request {
        method: "POST",
        url: confirm_url.to_owned(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: body.into_bytes(),
        operation: "confirm",
    };
    let destination = Destination::Webhook { timeout_ms: TIMEOUT_MS };
    let reason = match engine.outbound.send(request, destination).await {
        Ok(answer) if answer.status == 200 => return Ok(()),
        Ok(answer) => reason(&answer.body),
        Err(_) => None,
    };
    let reason = reason.unwrap_or_else(|| "알 수 없음".to_owned());
    Err(format!("고객사 요청에 의해 결제를 중단합니다. (상세사유 : {reason})"))
}

fn reason(body: &[u8]) -> Option<String> {
    let read: Value = serde_json::from_slice(body).ok()?;
    let text = domain::text::cut(read.get("reason")?.as_str()?.trim(), REASON);
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::reason;

    #[test]
    fn a_reason_is_a_text_in_an_object() {
        assert_eq!(reason("{\"reason\":\"재고 부족\"}".as_bytes()).as_deref(), Some("재고 부족"));
        for none in ["", "x", "[]", "{\"reason\":1}", "{\"reason\":\" \"}", "{\"why\":\"x\"}"] {
            assert_eq!(reason(none.as_bytes()), None, "{none}");
        }
    }
}
