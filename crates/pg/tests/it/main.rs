//! The conformance suite: what every PG must do, for every method, currency and device it names.
//!
//! Connector and simulator are two independent readings of the PG's manual; here they meet, in
//! process. Whatever happens, the money the PG's books hold is the money the connector reported.

#![expect(clippy::unwrap_used, reason = "tests")]

// A package's own tests know it by its package name; elsewhere it is `pg`.
extern crate ieum_pg as pg;

mod billing;
mod cancel;
mod certify;
mod deliveries;
mod forged;
mod kicc;
mod lost;
mod pay;
mod product_orders;
mod receipts;
mod sandbox_only;
mod spec;
mod stage;
mod vbank;
