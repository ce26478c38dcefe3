//! Channels: a merchant's contracts with PGs, their credentials, and which one a payment takes.

pub mod add;
pub mod check;
pub mod credentials;
pub mod delete;
pub mod fields;
pub mod get;
pub mod list;
pub mod resolve;
pub mod set_default;
pub mod update;

pub use add::{AddChannel, add, add_certification};
pub use check::{Check, Step, check};
pub use credentials::{credentials, mode, spec};
pub use delete::delete;
pub use list::{Channel, Value, list};
pub use resolve::{resolve, resolve_certification};
pub use set_default::set_default;
pub use update::{UpdateChannel, update};
