//! `DELETE /cvs/{imp_uid}`: a number nobody paid is voided.

use crate::payments::cancel::{self, CancelRequest};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use domain::payment::State;
use store::payments::PaymentRow;

const REASON: &str = "편의점결제 수납번호 말소 요청";

/// Voids a number; the payment is `cancelled` then.
///
/// # Errors
/// [`Error::Refused`] for what is no number waiting to be paid (V1 documents no other answer);
/// those of a cancel.
pub async fn close(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<PaymentRow> {
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?;
    let row = row.filter(|row| row.pay_method.as_deref() == Some(super::METHOD));
    let refused = |text: &str| Err(Error::Refused(text.to_owned()));
    let Some(row) = row else { return refused("존재하지 않는 편의점결제입니다.") };
    match row.payment.state {
        State::AccountIssued { .. } => {}
        State::Ready | State::Approving | State::Unknown => {
            return refused("아직 발급되지 않은 수납번호입니다.");
        }
        State::Paid { .. } | State::PartCancelled { .. } => {
            return refused("이미 수납된 편의점결제입니다.");
        }
        State::Cancelled => return refused("이미 말소된 수납번호입니다."),
        State::Failed => return refused("발급에 실패한 수납번호입니다."),
    }
    let reason = Some(REASON.to_owned());
    let request = CancelRequest { reason, ..CancelRequest::of(&row.imp_uid) };
    cancel::cancel(engine, merchant, &request).await
}
