//! Virtual accounts asked for by the merchant's server (V1 behaviour §3.8), a file per verb.

pub mod change;
pub mod close;
pub mod holder;
pub mod issue;

use crate::{Engine, Error, Result};
use domain::payment::State;
use domain::{MerchantId, Millis};
use store::payments::PaymentRow;

/// The furthest deadline, seconds from now: further ones are mistakes, mostly milliseconds.
const FURTHEST: i64 = 10 * 366 * 86_400;

/// A deadline the merchant gave in unix seconds.
///
/// # Errors
/// [`Error::Invalid`] for one that is over, or too far.
fn deadline(seconds: i64, at: Millis) -> Result<Millis> {
    let wrong = |text: &str| Error::invalid("vbank_due", text);
    let due = seconds.checked_mul(1000);
    let due = due.ok_or_else(|| wrong("초 단위의 UNIX timestamp여야 합니다."))?;
    if due > at.plus_seconds(FURTHEST).0 {
        return Err(wrong("너무 먼 기한입니다. 초 단위의 UNIX timestamp여야 합니다."));
    }
    // PGs know whole minutes: what would be this very minute for them is over.
    if due / 60_000 <= at.0 / 60_000 {
        return Err(wrong("입금기한은 현재 시각보다 나중이어야 합니다."));
    }
    Ok(Millis(due))
}

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
