//! `POST /subscribe/payments/foreign`, from V1's early days: a card of another country, which has
//! neither a birth date nor a password to show.

use crate::App;
use crate::api::Answer;
use crate::extract::{Fields, Merchant};
use axum::extract::State;

/// As `onetime`, without what only Korean cards have.
pub async fn foreign(app: State<App>, merchant: Merchant, mut fields: Fields) -> Answer {
    for field in ["birth", "pwd_2digit"] {
        drop(fields.take_secret(field)?);
    }
    super::onetime::onetime(app, merchant, fields).await
}
