//! Numbers that grow with time (their index pages stay hot) and locks per payment.

use domain::Millis;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

/// Half of the numbers of 12 digits.
const HALF: u64 = 500_000_000_000;

/// Hands out row numbers and payment numbers.
#[derive(Debug, Default)]
pub struct Ids {
    last_row: AtomicI64,
    last_payment: AtomicU64,
}

impl Ids {
    /// A row number: 43 bits of milliseconds and 20 random bits, never the same or smaller twice
    /// in this process.
    #[must_use]
    pub fn next(&self, at: Millis, random: u64) -> i64 {
        let random = i64::try_from(random & 0x000F_FFFF).unwrap_or(0);
        let fresh = (at.0 << 20) | random;
        let bump = |last: i64| Some(fresh.max(last + 1));
        let last = self.last_row.fetch_update(Ordering::Relaxed, Ordering::Relaxed, bump);
        last.map_or(fresh, |last| fresh.max(last + 1))
    }

    /// The number of an identity verification: half of the 12 digits' space away from the payment
    /// numbers of its day, so that the two never draw the same at the same time. What they drew at
    /// other times the inserts check.
    #[must_use]
    pub fn certification(&self, at: Millis) -> u64 {
        self.payment(at).wrapping_add(HALF)
    }

    /// A payment number of which the last 12 digits are used: milliseconds, or one more than the
    /// last. Another replica may draw the same: the insert says so and the caller draws again.
    #[must_use]
    pub fn payment(&self, at: Millis) -> u64 {
        let fresh = at.0.unsigned_abs();
        let bump = |last: u64| Some(fresh.max(last + 1));
        let last = self.last_payment.fetch_update(Ordering::Relaxed, Ordering::Relaxed, bump);
        last.map_or(fresh, |last| fresh.max(last + 1))
    }
}

/// Async locks by name; a name nobody holds costs nothing.
#[derive(Debug, Default)]
pub struct Locks(Mutex<HashMap<String, Weak<tokio::sync::Mutex<()>>>>);

impl Locks {
    /// Waits until nobody in this process holds the name.
    pub async fn hold(&self, name: &str) -> tokio::sync::OwnedMutexGuard<()> {
        let lock = {
            let mut known = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if known.len() > 4_096 {
                known.retain(|_, lock| lock.strong_count() > 0);
            }
            match known.get(name).and_then(Weak::upgrade) {
                Some(lock) => lock,
                None => {
                    let lock = Arc::new(tokio::sync::Mutex::new(()));
                    known.insert(name.to_owned(), Arc::downgrade(&lock));
                    lock
                }
            }
        };
        lock.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifications_and_payments_never_meet() {
        let ids = Ids::default();
        let (digits, ms) = (1_000_000_000_000, 1_700_000_000_000);
        let payments: Vec<u64> = (0..50).map(|_| ids.payment(Millis(ms)) % digits).collect();
        let others = (0..50).map(|_| ids.certification(Millis(ms)) % digits);
        assert!(others.into_iter().all(|number| !payments.contains(&number)));
    }

    #[test]
    fn numbers_grow_even_within_a_millisecond_and_when_the_clock_goes_back() {
        let ids = Ids::default();
        let mut last = 0;
        for at in [1_000, 1_000, 1_000, 999, 1_001] {
            let id = ids.next(Millis(at), 5);
            assert!(id > last);
            last = id;
        }
        let first = ids.payment(Millis(1_000));
        assert_eq!(ids.payment(Millis(1_000)), first + 1);
        assert_eq!(ids.payment(Millis(10)), first + 2);
    }
}
