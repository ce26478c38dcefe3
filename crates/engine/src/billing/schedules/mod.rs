//! Charges planned for later, a file per verb.

pub mod check;
pub mod find;
pub mod plan;
pub mod revoke;
pub mod run;

pub use find::{get, list};
pub use plan::{Plan, PlanRequest, plan, replan, reschedule};
pub use revoke::revoke;
pub use run::{retry, run};

use crate::Error;
use store::CommitError;

/// The kind of the job that runs a plan.
pub const JOB: &str = "schedule";

/// The key of a plan's job: orders are unique per merchant only.
#[must_use]
pub fn job_key(merchant_id: i64, merchant_uid: &str) -> String {
    format!("{merchant_id}/{merchant_uid}")
}

/// A plan that another process changed first is refused, not broken.
fn meanwhile(error: CommitError) -> Error {
    match error {
        CommitError::Expectation("schedule changed") => {
            Error::Refused("다른 요청이 처리 중입니다. 다시 시도해 주세요.".into())
        }
        other => other.into(),
    }
}

const MISSING: &str = "예약결제건이 존재하지 않습니다.";
