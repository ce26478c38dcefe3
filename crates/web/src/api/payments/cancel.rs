//! `POST /payments/cancel` (V1 behaviour §3.4).

use crate::api::{Answer, payment_json};
use crate::extract::{Fields, Merchant};
use crate::{App, error};
use axum::extract::State;
use engine::Error;
use engine::commit::Actor;
use engine::payments::cancel::CancelRequest;
use engine::payments::{cancel as verb, find};

/// Cancels, to the end even if the caller hangs up, and shows the payment as it is then.
pub async fn cancel(State(app): State<App>, merchant: Merchant, fields: Fields) -> Answer {
    let request = request(&fields)?;
    let engine = app.engine.clone();
    let view = engine::detached(async move {
        let row = verb::cancel(&engine, merchant.id, &request).await?;
        find::view(&engine, row).await
    });
    Ok(error::ok(payment_json(&app.engine, &view.await?)))
}

fn request(fields: &Fields) -> Result<CancelRequest, Error> {
    // Known and without effect here: read only so that nonsense is told.
    for unused in ["retain_promotion", "escrow_confirmed"] {
        fields.flag(unused)?;
    }
    Ok(CancelRequest {
        imp_uid: fields.text("imp_uid")?,
        merchant_uid: fields.text("merchant_uid")?,
        amount: fields.text("amount")?,
        tax_free: fields.text("tax_free")?,
        vat_amount: fields.text("vat_amount")?,
        checksum: fields.text("checksum")?,
        reason: fields.text("reason")?,
        refund_holder: fields.text("refund_holder")?,
        refund_bank: fields.text("refund_bank")?,
        refund_account: fields.text("refund_account")?,
        refund_tel: fields.text("refund_tel")?,
        item: None,
        webhook: fields.flag("enable_webhook")?,
        actor: Actor::Api,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<CancelRequest, Error> {
        request(&Fields::read("application/json", b"", body.as_bytes()).unwrap())
    }

    #[test]
    fn amounts_keep_their_digits_and_zero_is_a_checksum() {
        let body =
            "{\"imp_uid\":\"imp_1\",\"amount\":1.20,\"checksum\":0,\"enable_webhook\":\"1\"}";
        let request = read(body).unwrap();
        assert_eq!(request.amount.as_deref(), Some("1.20"));
        assert_eq!(request.checksum.as_deref(), Some("0"));
        assert!(request.webhook);
        let request = read("{\"amount\":null,\"checksum\":\"\",\"reason\":null}").unwrap();
        assert_eq!((request.amount, request.checksum, request.reason), (None, None, None));
        assert!(!request.webhook);
    }

    #[test]
    fn wrong_types_name_their_field() {
        for (body, name) in [
            ("{\"amount\":{}}", "amount"),
            ("{\"imp_uid\":[1]}", "imp_uid"),
            ("{\"enable_webhook\":\"x\"}", "enable_webhook"),
        ] {
            let Err(Error::Invalid { field, .. }) = read(body) else { panic!("{body}") };
            assert_eq!(field, name);
        }
    }
}
