//! Billing keys at rest: sealed, opened only to charge.

use crate::{Engine, Error, Result, draw};
use pg::{Card, IssuedKey};
use serde::{Deserialize, Serialize};
use store::customers::CustomerRow;

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Sealed {
    key: String,
    memo: String,
    card: Option<Card>,
}

/// Seals a key; `context` must be the same when opening.
///
/// # Errors
/// Faults of ours.
pub fn seal(engine: &Engine, context: &str, key: &IssuedKey) -> Result<String> {
    let plain = Sealed { key: key.key.clone(), memo: key.memo.clone(), card: key.card.clone() };
    let plain = serde_json::to_string(&plain).map_err(Error::internal)?;
    engine.keyring.seal(context, &plain, draw::nonce(&*engine.random))
}

/// Opens a sealed key.
///
/// # Errors
/// [`Error::Internal`] if it was sealed with another master key, or moved.
pub fn open(engine: &Engine, context: &str, sealed: &str) -> Result<IssuedKey> {
    let plain = engine.keyring.open(context, sealed)?;
    let read: Sealed = serde_json::from_str(&plain).map_err(Error::internal)?;
    Ok(IssuedKey { key: read.key, memo: read.memo, card: read.card })
}

/// The context of a customer's key.
#[must_use]
pub fn of_customer(merchant_id: i64, customer_uid: &str) -> String {
    format!("customers/{merchant_id}/{customer_uid}")
}

/// The context of a key a payment carries while it is being charged.
#[must_use]
pub fn of_payment(imp_uid: &str) -> String {
    format!("payments/{imp_uid}/key")
}

/// A customer's key.
///
/// # Errors
/// As [`open`].
pub fn of_row(engine: &Engine, row: &CustomerRow) -> Result<IssuedKey> {
    open(engine, &of_customer(row.merchant_id, &row.customer_uid), &row.sealed_key)
}
