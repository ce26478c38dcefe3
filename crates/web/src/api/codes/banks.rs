//! `GET /banks` and `GET /banks/{code}`.

use crate::api::Answer;
use crate::extract::{Merchant, One};
use engine::rows::BANKS;

/// Every bank.
pub async fn all(_: Merchant) -> Answer {
    super::all(BANKS)
}

/// The bank with this code.
pub async fn one(_: Merchant, One(code): One) -> Answer {
    super::one(BANKS, &code)
}
