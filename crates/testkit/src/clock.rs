//! A clock that moves only when the test says so.

use domain::Millis;
use std::sync::atomic::{AtomicI64, Ordering};

/// Starts at 2023-11-15 07:13:20 KST.
#[derive(Debug)]
pub struct MockClock(AtomicI64);

impl Default for MockClock {
    fn default() -> Self {
        Self(AtomicI64::new(1_700_000_000_000))
    }
}

impl MockClock {
    /// Moves forward by some seconds.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }

    /// Moves forward by some milliseconds.
    pub fn advance_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    /// The time it shows.
    pub fn read(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

impl engine::Clock for MockClock {
    fn now(&self) -> Millis {
        self.read()
    }
}
