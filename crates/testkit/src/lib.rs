//! What tests of several crates share: throw-away databases, and (with the feature `hub`) a whole
//! hub with a clock and a wire that the test holds.

#[cfg(feature = "hub")]
pub mod browser;
#[cfg(feature = "engine")]
pub mod clock;
pub mod cluster;
pub mod dbs;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "hub")]
pub mod hub;
#[cfg(feature = "hub")]
pub mod merchant;
#[cfg(feature = "engine")]
pub mod outbound;
pub mod postgres;
#[cfg(feature = "engine")]
pub mod random;
pub mod relay;
#[cfg(feature = "hub")]
mod wires;
