//! Virtual accounts asked for by the merchant's server (V1 behaviour §3.8), a file per verb.

pub mod change;
pub mod close;
pub mod issue;

use crate::{Engine, Error, Result};
use domain::MerchantId;
use domain::payment::State;
use store::payments::PaymentRow;

/// The merchant's account that still waits for its deposit, however it was issued.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for what is no virtual account, or not `ready` any more.
async fn waiting(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<PaymentRow> {
    let row = super::find::get(engine, merchant, imp_uid).await?.row;
    if row.pay_method.as_deref() != Some("vbank") {
        return Err(Error::invalid("imp_uid", "가상계좌 결제가 아닙니다."));
    }
    match row.payment.state {
        State::AccountIssued { .. } => Ok(row),
        State::Ready | State::Approving | State::Unknown => {
            Err(Error::invalid("imp_uid", "아직 발급되지 않은 가상계좌입니다."))
        }
        State::Paid { .. } | State::PartCancelled { .. } => {
            Err(Error::invalid("imp_uid", "이미 입금된 가상계좌입니다."))
        }
        State::Cancelled => Err(Error::invalid("imp_uid", "이미 취소된 가상계좌입니다.")),
        State::Failed => Err(Error::invalid("imp_uid", "발급에 실패한 가상계좌입니다.")),
    }
}
