//! What only some PGs can do: a file per capability, with its trait and its words.

pub mod cvs;
