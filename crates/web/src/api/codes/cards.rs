//! `GET /cards` and `GET /cards/{code}`.

use crate::api::Answer;
use crate::extract::{Merchant, One};
use engine::rows::CARDS;

/// Every card.
pub async fn all(_: Merchant) -> Answer {
    super::all(CARDS)
}

/// The card with this code.
pub async fn one(_: Merchant, One(code): One) -> Answer {
    super::one(CARDS, &code)
}
