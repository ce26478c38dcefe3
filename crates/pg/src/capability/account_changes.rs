//! A PG that changes an account nobody has paid into yet (V1 behaviour §3.8, `PUT /vbanks`).

use crate::cx::Cx;
use crate::error::PgError;
use domain::{Millis, Money};

/// What an account shall be from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountChange {
    /// What is to be deposited, if that changes.
    pub amount: Option<Money>,
    /// Until when, if that changes.
    pub due: Option<Millis>,
}

/// A PG that does. An errand: [`crate::Errands::settle`] tells how it ended.
#[async_trait::async_trait]
pub trait AccountChanges: Send + Sync {
    /// Changes the account of a transaction.
    ///
    /// # Errors
    /// [`PgError::Declined`] if somebody paid in, or it is closed: nothing changed.
    async fn change(&self, cx: &Cx<'_>, tid: &str, change: &AccountChange) -> Result<(), PgError>;
}
