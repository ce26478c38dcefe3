//! Payments, a file per verb. All writes go through [`crate::commit`].

pub mod accounts;
mod amount;
pub mod approval;
pub mod cancel;
pub mod close;
mod confirm;
pub mod cvs;
pub mod find;
pub mod line;
pub mod nightly;
pub mod notice;
pub mod open;
pub mod order;
pub mod prepare;
pub mod receipt;
pub mod returned;
pub mod settle;
pub mod window;
