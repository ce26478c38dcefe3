//! The sandbox from outside: two made-up PGs, real files, real loopback connections.
#![expect(clippy::unwrap_used, reason = "tests")]

// The name the rest of the workspace knows it by.
extern crate ieum_sandbox as sandbox;

mod accidents;
mod ahead;
mod bench;
mod catalogue;
mod deposits;
mod durability;
mod fake;
mod faults;
mod http;
mod notices;
mod refusals;
