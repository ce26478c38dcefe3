//! Bugs planted on purpose, to see that the storm finds them. Only with the feature `planted`, and
//! then only on the thread that asks for one.

use std::cell::Cell;

/// A bug that somebody could have written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// That a PG will be asked is written down only together with its answer.
    CommitAfterCall,
    /// An approval without an answer is taken for a refusal; nobody asks the PG.
    LookupSkipped,
    /// A payment is written over whatever version it has by then.
    VersionUnchecked,
}

thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Plants a bug on this thread, or takes it away.
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether this bug is planted on this thread.
#[must_use]
pub fn is(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}

/// The condition on the version, or one that always holds.
pub(crate) fn version_check(condition: &'static str) -> &'static str {
    if is(Bug::VersionUnchecked) { "$5 > 0" } else { condition }
}
