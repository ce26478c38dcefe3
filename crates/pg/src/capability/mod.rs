//! What only some PGs can do: a file per capability with its trait, orders and answers.

pub mod certification;
