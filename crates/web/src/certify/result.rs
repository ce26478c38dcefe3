//! How a verification ended, as the page is told: the callback object (V1 behaviour §5.10) and the
//! return address with its query (§5.9). Who it was only the merchant's server is told.

use crate::sdk::result::with_flag;
use engine::certifications::is_certified;
use engine::rows::CertificationRow;
use serde_json::{Value, json};

/// What the return address calls success.
pub(crate) const FLAG: &str = "success";

/// The callback object.
#[must_use]
pub fn rsp(row: &CertificationRow) -> Value {
    let refusal = refusal(row);
    json!({
        "success": refusal.is_none(),
        "imp_uid": row.imp_uid,
        "merchant_uid": row.merchant_uid,
        "pg_provider": row.pg,
        "pg_type": "certification",
        "error_code": refusal.as_ref().map(|(code, _)| code),
        "error_msg": refusal.as_ref().map(|(_, message)| message),
    })
}

/// Code and text of one that did not succeed.
fn refusal(row: &CertificationRow) -> Option<(String, String)> {
    let code = row.fail_code.clone().unwrap_or_else(|| "F400".into());
    let message = row.fail_reason.clone().filter(|text| !text.is_empty());
    let message = message.unwrap_or_else(|| "본인인증이 완료되지 않았습니다.".into());
    (!is_certified(row)).then_some((code, message))
}

/// Where the browser goes, if the page said.
#[must_use]
pub fn return_url(row: &CertificationRow) -> Option<String> {
    let refusal = refusal(row);
    let error = refusal.as_ref().map(|(code, text)| (code.as_str(), text.as_str()));
    let url = row.redirect_url.as_deref()?;
    Some(with_flag(url, FLAG, Some(&row.imp_uid), &row.merchant_uid, error))
}
