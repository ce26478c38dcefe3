//! What only some PGs can do: a file per capability, with its trait and what goes in and comes out.

pub mod cash_receipt;
pub mod cvs;
pub mod point_login;
pub mod quick_pay;
