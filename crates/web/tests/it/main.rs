//! The REST API over a real engine, called in-process, on both databases.
#![expect(clippy::unwrap_used, reason = "tests")]

mod cancels;
mod codes;
mod console;
mod envelope;
mod hub;
mod lookups;
mod nasty;
mod prepares;
mod receipts;
mod rows;
mod sandbox;
mod tokens;
