//! Identity verification (본인인증): in a window, or with a code by telephone. A file per verb.
//!
//! No money moves, so there is no state machine of `domain`: `ready` becomes `certified` or
//! `failed`, once. Asking the PG for a result changes nothing there, so a lost answer is asked for
//! again by a job until it comes. Whom it is about is sealed at rest and erased on request.

mod change;
mod close;
mod delete;
mod find;
mod open;
mod otp_confirm;
mod otp_request;
mod returned;
mod sealed;
mod settle;
mod window;

pub use close::close;
pub use delete::delete;
pub use find::{View, get};
pub use open::open;
pub use otp_confirm::confirm;
pub use otp_request::{OtpRequest, request};
pub use returned::returned;
pub use settle::settle;
pub use window::{Page, load, window};

use crate::Error;
use store::certifications::CertificationRow;

/// The job that asks for a result whose answer was lost.
pub const JOB: &str = "settle_certification";

/// The states' words.
const READY: &str = "ready";
const CERTIFIED: &str = "certified";
const FAILED: &str = "failed";

/// True while nobody can say how it ends.
#[must_use]
pub fn is_open(row: &CertificationRow) -> bool {
    row.state == READY
}

/// True for somebody who was verified.
#[must_use]
pub fn is_certified(row: &CertificationRow) -> bool {
    row.state == CERTIFIED
}

/// V1's word for a number that is none (V1 behaviour §2.2).
const fn unknown() -> Error {
    Error::NotFound("인증결과가 존재하지 않습니다.")
}
