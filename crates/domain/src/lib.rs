//! The rules of payments. Pure: no input or output, no clock, no randomness, no floats, no serde.
//!
//! Reading order: [`money`], [`time`], [`id`], [`payment`] (the state machine), [`ledger`],
//! [`retry`], [`reconcile`] (our books against a PG's).

pub mod birth;
pub mod currency;
pub mod id;
pub mod ledger;
pub mod money;
pub mod payment;
pub mod reconcile;
pub mod retry;
pub mod secret;
pub mod text;
pub mod time;

pub use birth::Birth;
pub use currency::Currency;
pub use id::{CancelId, ChannelId, ImpUid, MerchantId};
pub use money::{Money, MoneyError};
pub use secret::Secret;
pub use time::Millis;
