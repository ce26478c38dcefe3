//! What the browser brings back: five fields and their signature.

use crate::cx::Cx;
use crate::error::PgError;
use crate::form::Form;
use crate::ops::{Outcome, Refusal, Returned};

/// Believes a return that is signed and speaks of this order.
pub(super) fn read(cx: &Cx<'_>, back: &Returned<'_>) -> Result<Outcome, PgError> {
    let form = Form::read(back.body);
    let parts = ["order_no", "result", "code", "message", "auth"].map(|name| form.get(name));
    let key = cx.credentials.need("key")?;
    let ours = crate::crypto::hmac_sha256_hex(key.as_bytes(), parts.join("\n").as_bytes());
    if !crate::crypto::same_hex(form.get("signature"), &ours) {
        return Err(PgError::Forged("the return's signature does not hold".into()));
    }
    let [order_no, result, code, message, auth] = parts.map(str::to_owned);
    if order_no != back.order.imp_uid {
        return Err(PgError::Forged("a return of another order".into()));
    }
    match result.as_str() {
        "authorised" if !auth.is_empty() => Ok(Outcome::Authorised { auth, tid: None }),
        "closed" => Ok(Outcome::Closed(Refusal { code, message })),
        "refused" => Ok(Outcome::Refused(Refusal { code, message })),
        other => Err(PgError::Forged(format!("result {other:?}"))),
    }
}
