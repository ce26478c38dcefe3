//! What tests of several crates share: throw-away databases, and (with the feature `hub`) a whole
//! hub with a clock and a wire that the test holds.

pub mod dbs;
pub mod postgres;
