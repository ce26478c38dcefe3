//! A PG that pays out only once it knows how the goods travel (V1 behaviour §3.13,
//! `/paymentwall/delivery`). No money moves.

use crate::cx::Cx;
use crate::error::PgError;
use domain::Millis;

/// How the goods of a payment travel. Texts are as the merchant wrote them, empty where it said
/// nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct DeliveryReport {
    /// The merchant's order number.
    pub merchant_uid: String,
    /// `physical` or `digital`.
    pub kind: String,
    /// `order_placed`, `order_shipped`, `delivering` or `delivered`.
    pub status: String,
    /// `yes` or `no`.
    pub refundable: String,
    /// When it is to arrive.
    pub estimated_delivery: Millis,
    /// When the next report is to be expected.
    pub estimated_update: Millis,
    /// The carrier's number and name.
    pub carrier: (String, String),
    /// Why.
    pub reason: String,
    /// More words.
    pub details: String,
    /// Where to: names and values of the `shipping_address_*` fields, without that prefix.
    pub address: Vec<(String, String)>,
}

impl std::fmt::Debug for DeliveryReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("DeliveryReport");
        shown.field("kind", &self.kind).field("status", &self.status).finish_non_exhaustive()
    }
}

/// A PG that does. An errand: [`crate::Errands::settle`] tells how it ended.
#[async_trait::async_trait]
pub trait Deliveries: Send + Sync {
    /// Tells the PG.
    ///
    /// # Errors
    /// [`PgError::Declined`] with a number as code; further lines of its message say more.
    async fn report(&self, cx: &Cx<'_>, tid: &str, report: &DeliveryReport) -> Result<(), PgError>;
}
