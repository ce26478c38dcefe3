//! Work for later: the one list of kinds, and the runner that does it.
//!
//! A job is queued in the batch of the change that wants it (`store::jobs::enqueue`), so it is
//! there if and only if the change is. Jobs run at least once: each must bear being run again.

pub mod next;
pub mod runner;

pub use next::Next;
pub use runner::{run_due, run_forever, run_once};

use crate::billing::schedules;
use crate::payments::nightly;
use crate::{
    Engine, Error, Result, certifications, errands, escrows, idempotency, payments, receipts,
    staff, webhooks,
};
use domain::MerchantId;
use store::jobs::JobRow;

/// Kinds that share one bound on how many run at once, so that slow receivers of webhooks cannot
/// keep an unknown payment waiting.
#[derive(Debug)]
pub struct Lane {
    /// The kinds.
    pub kinds: &'static [&'static str],
    /// At most so many at once in this process.
    pub at_once: usize,
}

/// Every kind of job. A kind that is not here is left to programs that know it.
pub static LANES: [Lane; 3] = [
    Lane {
        kinds: &[
            "settle_approval",
            "settle_cancel",
            certifications::JOB,
            "session_cleanup",
            errands::JOB,
            idempotency::JOB,
            escrows::JOB,
            receipts::JOB,
            receipts::FOLLOW,
            schedules::check::JOB,
            nightly::NIGHT,
            nightly::ONE,
        ],
        at_once: 16,
    },
    Lane { kinds: &[schedules::JOB], at_once: 16 },
    Lane { kinds: &[webhooks::JOB], at_once: 256 },
];

/// Does one job: the other half of the list.
async fn run(engine: &Engine, job: &JobRow) -> Result<Next> {
    let merchant = MerchantId(job.merchant_id);
    match job.kind.as_str() {
        "settle_approval" => payments::settle::approval(engine, job.key()).await,
        "settle_cancel" => payments::settle::cancel(engine, job.key()).await,
        certifications::JOB => {
            certifications::settle(engine, merchant, job.key(), job.attempts).await
        }
        schedules::JOB => schedules::run(engine, merchant, job.key()).await,
        escrows::JOB => escrows::settle::settle(engine, merchant, job.key()).await,
        nightly::NIGHT => nightly::night(engine, merchant).await,
        nightly::ONE => nightly::one(engine, merchant, job.key()).await,
        receipts::JOB => receipts::settle::settle(engine, job.key()).await,
        receipts::FOLLOW => receipts::follow::follow(engine, merchant, job.key()).await,
        schedules::check::JOB => schedules::check::cancel_owed(engine, merchant, job).await,
        errands::JOB => errands::settle(engine, merchant, job.key()).await,
        idempotency::JOB => idempotency::prune(engine, merchant).await,
        "session_cleanup" => staff::clean_up(engine, merchant).await,
        webhooks::JOB => {
            let webhook_id = webhooks::deliver::number(job.key())?;
            webhooks::deliver(engine, merchant, webhook_id).await
        }
        other => Err(Error::internal(format!("no job of kind {other}"))),
    }
}
