//! Reconciliation: what our books hold of a channel, runs, breaks and how files are to be read.

mod breaks;
mod ours;
mod runs;

pub use breaks::{
    BreakRow, OPEN, absent, breaks_of, decide, elsewhere, find_break, list_breaks, open_count,
    put_break,
};
pub use ours::{HeldRow, held_between, held_named, named_tid, open_between};
pub use runs::{RunRow, find_run, insert_run, list_runs, mapping, put_mapping};
