//! The REST API over a real engine, called in-process, on both databases.
#![expect(clippy::unwrap_used, reason = "tests")]

mod addresses;
mod cancels;
mod codes;
mod compatibility;
mod console;
mod envelope;
mod hub;
mod idempotency;
mod lookups;
mod nasty;
mod plans;
mod prepares;
mod receipts;
mod rows;
mod sandbox;
mod subscriptions;
mod tokens;
