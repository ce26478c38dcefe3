//! `DELETE /vbanks/{imp_uid}`: an account nobody paid into is closed.

use crate::payments::cancel::{self, CancelRequest};
use crate::{Engine, Result};
use domain::MerchantId;
use store::payments::PaymentRow;

/// What the payment says about its end.
const REASON: &str = "가상계좌 말소 요청";

/// Closes an account; the payment is `cancelled` then.
///
/// # Errors
/// [`crate::Error::NotFound`]; [`crate::Error::Invalid`] for what is no open account; those of a
/// cancel, also where somebody paid in meanwhile.
pub async fn close(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<PaymentRow> {
    let row = super::waiting(engine, merchant, imp_uid).await?;
    let reason = Some(REASON.to_owned());
    let request = CancelRequest { reason, ..CancelRequest::of(&row.imp_uid) };
    cancel::cancel(engine, merchant, &request).await
}
