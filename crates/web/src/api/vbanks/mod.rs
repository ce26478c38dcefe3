//! `/vbanks`: virtual accounts by API (V1 behaviour §3.8).

pub mod change;
pub mod close;
pub mod holder;
pub mod issue;
