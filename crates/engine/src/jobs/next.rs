//! What a job says when it has run; apart from the list of jobs, which names them all.

use domain::Millis;

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is nothing more to do.
    Done,
    /// Run it again.
    Again {
        /// When, by the merchant's clock.
        run_at: Millis,
    },
}
