//! `/kcpquick`: members with prepaid money (V1 behaviour §3.13).

pub mod autopay;
pub mod members;
pub mod money;
pub mod prepare;
