//! Tests of the engine, each on both databases.
#![expect(clippy::unwrap_used, reason = "tests")]

// The name every other crate knows it by.
extern crate ieum_engine as engine;

mod api_keys;
mod channels;
mod jobs;
mod merchants;
mod reconcile;
mod rows;
mod staff;
mod webhooks;
