//! Where Ieum keeps what it knows: one text of SQL for SQLite and PostgreSQL.
//!
//! This is the only crate that knows there are two databases, and inside it only `db` and
//! `transaction` (and the two drivers behind them, `sqlite` and `postgres`) do. A table module
//! holds free functions that read through [`Db::row`] and [`Db::rows`], and functions that append
//! statements to a [`Batch`]; only [`Db::commit`] writes. To add a table: a numbered file in
//! `migrations/`, a line in `migrate.rs`, a module here.
//!
//! The common SQL: `$1` parameters (a number may appear several times), columns of `text` and
//! `bigint` only, `insert .. on conflict`, `returning`, `update .. where version = $n`, nullable
//! `*_at` columns instead of booleans, `cast(sum(x) as bigint)` for sums, no deferred constraints.

pub mod api_keys;
pub mod attentions;
pub mod audits;
pub mod backup;
mod batch;
pub mod cancels;
pub mod cash_receipts;
pub mod certifications;
pub mod channels;
pub mod checkouts;
pub mod confirm_urls;
pub mod copy;
pub mod customers;
mod db;
pub mod errands;
mod error;
pub mod escrows;
pub mod exchanges;
pub mod history;
pub mod idempotency;
pub mod jobs;
pub mod ledger;
pub mod merchants;
pub mod migrate;
pub mod notices;
pub mod partners;
pub mod payment_lists;
pub mod payments;
mod postgres;
pub mod prepares;
pub mod quick_prepares;
pub mod recon;
pub mod schedules;
pub mod search;
mod sqlite;
pub mod staff;
pub mod statistics;
mod transaction;
pub mod webhooks;

pub use batch::{Arg, Batch, Expect, Row, Stmt};
pub use db::{Db, Kind};
pub use error::{CommitError, DbError};
pub use transaction::Transaction;
