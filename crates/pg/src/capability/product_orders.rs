//! A PG where every product of a payment is an order of its own, with a state the seller and the
//! buyer change until it is delivered, given back or exchanged (V1 behaviour §3.13).
//!
//! Words of states and claims are the PG's, unchanged. Steps that give money back are no part of
//! this: they are cancels ([`crate::Pg::cancel`] with [`crate::CancelOrder::item`]), so that the
//! state and the money change together or not at all.

use crate::cx::Cx;
use crate::error::PgError;
use domain::{Millis, Money};
use serde::{Deserialize, Serialize};

/// One product of a payment. What is not known is empty or `None`.
#[derive(Clone, PartialEq, Eq)]
pub struct ProductOrder {
    /// The PG's number of it.
    pub id: String,
    /// The order number of its payment: our imp_uid.
    pub order_no: String,
    /// `PAYED`, `DELIVERING`, ...
    pub status: String,
    /// `CANCEL`, `RETURN`, `EXCHANGE`, ...; `None` if there never was a claim.
    pub claim_type: Option<String>,
    /// `CANCEL_REQUEST`, `COLLECTING`, ...
    pub claim_status: Option<String>,
    /// The merchant's number of the product.
    pub product_id: String,
    /// Its name.
    pub product_name: String,
    /// The merchant's number of the option; empty without one.
    pub option_id: String,
    /// The option in words; empty without one.
    pub option_name: String,
    /// What was paid for it, deliveries apart.
    pub amount: Money,
    /// What was paid for its delivery.
    pub delivery: Money,
    /// How many.
    pub quantity: i64,
    /// Who ordered.
    pub orderer: Orderer,
    /// Where it goes.
    pub address: Address,
    /// What the buyer tells the carrier.
    pub memo: Option<String>,
    /// Until when it is to be sent.
    pub due: Option<Millis>,
    /// The buyer's number for customs.
    pub individual_code: Option<String>,
}

impl std::fmt::Debug for ProductOrder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("ProductOrder");
        shown.field("id", &self.id).field("status", &self.status);
        shown.field("claim_status", &self.claim_status).finish_non_exhaustive()
    }
}

impl ProductOrder {
    /// What goes back to the buyer with it: product and delivery. `None` if that is no amount.
    #[must_use]
    pub fn whole(&self) -> Option<Money> {
        let minor = self.amount.minor().checked_add(self.delivery.minor())?;
        Money::new(minor, self.amount.currency()).ok()
    }
}

/// Who ordered.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Orderer {
    /// Name.
    pub name: String,
    /// The PG's name of the buyer, masked.
    pub id: String,
    /// Telephone.
    pub tel: String,
}

/// Where a product goes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub base: String,
    /// Floor, door.
    pub detail: Option<String>,
    /// Postcode.
    pub postcode: String,
    /// Telephone.
    pub tel1: String,
    /// Another one.
    pub tel2: Option<String>,
    /// Who receives it.
    pub name: String,
}

/// What a seller does with a product order that moves no money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes the order on.
    Place,
    /// Sends it.
    Ship {
        /// How.
        delivery: Delivery,
        /// When.
        at: Millis,
    },
    /// Asks for a return in the buyer's place.
    RequestReturn {
        /// How it comes back.
        delivery: Delivery,
        /// A word of the PG.
        reason: String,
    },
    /// Says no to a return.
    RejectReturn {
        /// For the buyer.
        memo: String,
    },
    /// Holds a return until something is paid or arrives.
    WithholdReturn {
        /// A word of the PG.
        reason: String,
        /// For the buyer.
        memo: String,
        /// What the buyer is to pay, minor units; noted, never taken off the refund.
        extra_charge: i64,
    },
    /// Ends that.
    ResolveReturn,
    /// The product to be exchanged has arrived.
    CollectExchanged,
    /// Sends its replacement.
    ShipExchanged {
        /// How.
        delivery: Delivery,
    },
}

impl Step {
    /// Its word in V1's paths.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Ship { .. } => "ship",
            Self::RequestReturn { .. } => "request-return",
            Self::RejectReturn { .. } => "reject-return",
            Self::WithholdReturn { .. } => "withhold-return",
            Self::ResolveReturn => "resolve-return",
            Self::CollectExchanged => "collect-exchanged",
            Self::ShipExchanged { .. } => "ship-exchanged",
        }
    }
}

/// How something travels, in the PG's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `DELIVERY`, `RETURN_INDIVIDUAL`, ...
    pub method: String,
    /// The carrier's code.
    pub company: Option<String>,
    /// The carrier's number.
    pub tracking: Option<String>,
}

/// A step that gives money back, as part of a cancel. Kept with the cancel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemCancel {
    /// The product order.
    pub id: String,
    /// Which step.
    pub kind: ItemCancelKind,
}

/// Which step gives money back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemCancelKind {
    /// The seller cancels.
    Cancel {
        /// A word of the PG.
        reason: String,
    },
    /// The seller agrees to a cancel the buyer asked for.
    ApproveCancel,
    /// The seller agrees to a return.
    ApproveReturn {
        /// For the buyer; may be empty.
        memo: String,
    },
}

impl ItemCancelKind {
    /// Its word in V1's paths.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Cancel { .. } => "cancel",
            Self::ApproveCancel => "approve-cancel",
            Self::ApproveReturn { .. } => "approve-return",
        }
    }

    /// A product order once this was done with it, should the PG not say so any more.
    #[must_use]
    pub fn ended(&self, order: ProductOrder) -> ProductOrder {
        let (status, kind, claim) = match self {
            Self::Cancel { .. } | Self::ApproveCancel => ("CANCELED", "CANCEL", "CANCEL_DONE"),
            Self::ApproveReturn { .. } => ("RETURNED", "RETURN", "RETURN_DONE"),
        };
        ProductOrder {
            status: status.to_owned(),
            claim_type: Some(kind.to_owned()),
            claim_status: Some(claim.to_owned()),
            ..order
        }
    }
}

/// Which reviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewKind {
    /// A line.
    General,
    /// A title and a text.
    Premium,
}

impl ReviewKind {
    /// V1's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Premium => "premium",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::General, Self::Premium].into_iter().find(|kind| kind.word() == word)
    }
}

/// What a buyer wrote about a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// The PG's number of it.
    pub id: String,
    /// The order number of its payment: our imp_uid.
    pub order_no: String,
    /// The PG's number for how content the buyer is.
    pub score: String,
    /// The line, or the title.
    pub title: String,
    /// The text; none of a general review.
    pub content: Option<String>,
    /// The product order.
    pub product_order: String,
    /// The merchant's number of the product.
    pub product_id: String,
    /// Its name.
    pub product_name: String,
    /// The option in words; empty without one.
    pub option_name: String,
    /// The PG's name of the buyer, masked.
    pub writer: String,
    /// When it was written.
    pub created_at: Millis,
    /// When it was changed.
    pub modified_at: Option<Millis>,
}

/// A PG with product orders.
#[async_trait::async_trait]
pub trait ProductOrders: Send + Sync {
    /// The product orders of a payment, in the order they were bought.
    async fn of_payment(&self, cx: &Cx<'_>, order_no: &str) -> Result<Vec<ProductOrder>, PgError>;

    /// The product order with this number. The caller checks whose it is.
    async fn find(&self, cx: &Cx<'_>, id: &str) -> Result<Option<ProductOrder>, PgError>;

    /// Takes a step; the product order as it is then. Called once per operation; without an answer
    /// [`crate::Errands::settle`] tells how it ended.
    ///
    /// # Errors
    /// [`PgError::Declined`] if the product order's state does not allow it: nothing changed.
    async fn step(&self, cx: &Cx<'_>, id: &str, step: &Step) -> Result<ProductOrder, PgError>;

    /// Reviews written between two moments, both included, oldest first. The caller checks whose
    /// they are.
    async fn reviews(
        &self,
        cx: &Cx<'_>,
        (from, to): (Millis, Millis),
        kind: ReviewKind,
    ) -> Result<Vec<Review>, PgError>;
}
