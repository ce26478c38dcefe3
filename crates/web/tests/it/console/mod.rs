//! The console as a browser without JavaScript sees it.

mod client;
mod devs;
mod lists;
mod nasty;
mod pages;
mod reconciliation;
mod settings;
mod signing_in;
mod tiers;
