//! How an errand ended that got no answer. An errand is a call that changes something at the PG and
//! moves no money: a step of a product order, a delivery's data, a state of an order.

use crate::cx::Cx;
use crate::error::PgError;

/// What a PG says of an errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrandSettled {
    /// It was carried out.
    Done,
    /// It was not, or the PG refused it. Asked too soon this may still change: the engine waits
    /// first.
    NotDone,
}

/// A PG that runs errands.
#[async_trait::async_trait]
pub trait Errands: Send + Sync {
    /// How the errand with the number `cx.operation_id` ended. Changes nothing.
    ///
    /// # Errors
    /// [`PgError`] where there is no usable answer again.
    async fn settle(&self, cx: &Cx<'_>) -> Result<ErrandSettled, PgError>;
}
