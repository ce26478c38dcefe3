//! The nightly cancel of test payments (V1 behaviour §4.1, §9-34): off unless the operator turns it
//! on. Ten minutes before midnight in Korea everything test channels hold is cancelled.
//!
//! Two jobs: one per merchant and night finds the payments, one per payment cancels it. Live
//! channels are never touched. A virtual account that was paid stays: giving its money back needs
//! an account nobody named.

use super::cancel::{CancelRequest, cancel as give_back};
use crate::commit::Actor;
use crate::jobs::next::Next;
use crate::{Engine, Result};
use domain::payment::State;
use domain::{MerchantId, Millis};
use store::payments::PaymentRow;
use store::{Batch, jobs};

/// The kind of the job of a night; the key is the merchant.
pub const NIGHT: &str = "nightly_cancel";
/// The kind of the job of one payment; the key is its imp_uid.
pub const ONE: &str = "test_cancel";

/// V1's reason.
const REASON: &str = "테스트모드 자동취소";

/// The payment was just paid: this night it is cancelled, if it is a test and the operator says so.
pub(crate) fn tonight(engine: &Engine, batch: &mut Batch, row: &PaymentRow, at: Millis) {
    if engine.settings.nightly_cancel && may_go(row) {
        let merchant = MerchantId(row.merchant_id);
        jobs::enqueue(batch, merchant, NIGHT, &row.merchant_id.to_string(), evening(at));
    }
}

/// The next 23:50 in Korea.
fn evening(at: Millis) -> Millis {
    const DAY: i64 = 86_400;
    const KST: i64 = 9 * 3_600;
    let local = at.seconds() + KST;
    let today = local - local.rem_euclid(DAY) + DAY - 600;
    Millis::from_seconds(if local < today { today } else { today + DAY } - KST)
}

/// A test payment that holds money which can go back as it came.
fn may_go(row: &PaymentRow) -> bool {
    let holds = matches!(row.payment.state, State::Paid { .. } | State::PartCancelled { .. });
    let issue = row.customer_uid_usage.as_deref() == Some("issue");
    holds && row.mode == "test" && row.vbank_num.is_none() && !issue
}

/// The job of a night: a job for each payment.
///
/// # Errors
/// Of the database; the runner tries again.
pub async fn night(engine: &Engine, merchant: MerchantId) -> Result<Next> {
    if !engine.settings.nightly_cancel {
        return Ok(Next::Done);
    }
    let at = crate::merchants::now_of(engine, merchant).await?;
    let rows = store::payment_lists::held_in_tests(&engine.db, merchant).await?;
    for some in rows.chunks(200) {
        let mut batch = Batch::new();
        for row in some.iter().filter(|row| may_go(row)) {
            jobs::enqueue(&mut batch, merchant, ONE, &row.imp_uid, at);
        }
        engine.db.commit(batch).await?;
    }
    engine.wake.notify_one();
    Ok(Next::Done)
}

/// The job of one payment. What the PG refuses stays until the next night that has something to do;
/// what it does not answer is settled like every cancel.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn one(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<Next> {
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?;
    if !engine.settings.nightly_cancel || !row.is_some_and(|row| may_go(&row)) {
        return Ok(Next::Done);
    }
    let request = CancelRequest {
        reason: Some(REASON.to_owned()),
        actor: Actor::Job,
        ..CancelRequest::of(imp_uid)
    };
    match give_back(engine, merchant, &request).await {
        Ok(_) => Ok(Next::Done),
        Err(fault) if fault.is_fault() => Err(fault),
        Err(refusal) => {
            tracing::warn!(imp_uid, %refusal, "a test payment is not cancelled this night");
            Ok(Next::Done)
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn the_evening_is_ten_to_midnight_in_korea() {
        for (at, expected) in [
            ("20231115000000", "20231115235000"),
            ("20231115071320", "20231115235000"),
            ("20231115234959", "20231115235000"),
            ("20231115235000", "20231116235000"),
            ("20231231235959", "20240101235000"),
        ] {
            assert_eq!(evening(Millis::parse_kst(at).unwrap()).kst14(), expected, "{at}");
        }
    }
}
