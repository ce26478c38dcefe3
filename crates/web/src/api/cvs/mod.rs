//! `/cvs`: payments at a convenience store (V1 behaviour §3.11).

pub mod close;
pub mod issue;
