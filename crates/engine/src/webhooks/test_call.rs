//! "호출 테스트": posts V1's test message to the saved URL (V1 behaviour §6.5).

use super::deliver::post;
use super::message::Message;
use crate::{Engine, Error, Result, merchants};
use domain::MerchantId;

/// What the receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestCall {
    /// Where it went.
    pub url: String,
    /// The answer's HTTP status; `None` if there was no answer.
    pub http_status: Option<i64>,
    /// How long it took, milliseconds.
    pub elapsed_ms: i64,
    /// The beginning of the answer.
    pub response: Option<String>,
    /// Why there was no answer.
    pub error: Option<String>,
}

/// Posts the test message and waits for the answer; to the URL of test payments if `test`. Nothing
/// is stored.
///
/// # Errors
/// [`Error::Refused`] if no URL is saved.
pub async fn test_call(engine: &Engine, merchant: MerchantId, test: bool) -> Result<TestCall> {
    let owner = merchants::get(engine, merchant).await?;
    let url = owner.webhook_test_url.filter(|_| test).or(owner.webhook_url);
    let url = url.filter(|url| !url.is_empty());
    let url = url.ok_or_else(|| Error::Refused("저장된 웹훅 URL이 없습니다.".to_owned()))?;
    let message = Message {
        imp_uid: "imp_1234567890",
        merchant_uid: "merchant_1234567890",
        status: "ready",
        cancellation_id: None,
        event: None,
    };
    let answer = post(engine, &message, &url, &owner.webhook_format).await;
    Ok(TestCall {
        url,
        http_status: answer.status,
        elapsed_ms: answer.elapsed_ms,
        response: answer.response,
        error: answer.error,
    })
}
