//! What only some PGs can do: a file per capability, with its trait and what goes in and comes out.

pub mod cash_receipt;
pub mod certification;
pub mod cvs;
