//! Charges planned for later, a file per verb.

pub mod change;
pub mod get;
pub mod list;
pub mod plan;
pub mod revoke;
