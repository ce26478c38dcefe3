//! How long a login is locked after wrong passwords, and the count for logins nobody has.

use domain::Millis;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Wrong passwords before the first lock.
const FREE: i64 = 5;

/// Until when a login is locked after so many wrong passwords in a row: 1, 2, 4, 8, then 15
/// minutes. `None`: not at all.
#[must_use]
pub fn locked_until(failures: i64, now: Millis) -> Option<Millis> {
    let beyond = u32::try_from(failures.checked_sub(FREE)?).ok()?;
    let minutes = 1_i64.checked_shl(beyond.min(4)).unwrap_or(15).min(15);
    Some(now.plus_seconds(minutes * 60))
}

/// Seconds until a lock ends, at least 1; `None` if it is over.
#[must_use]
pub fn seconds_left(until: Option<Millis>, now: Millis) -> Option<i64> {
    let left = until?.0.saturating_sub(now.0);
    (left > 0).then(|| (left + 999) / 1_000)
}

/// Wrong passwords for logins that do not exist, in memory: they are locked as real ones are, so
/// that a lock does not tell which logins exist.
#[derive(Debug, Default)]
pub struct Strangers(Mutex<HashMap<String, (i64, Millis)>>);

/// More strangers than this are forgotten all at once: the map must not grow with guesses.
const KNOWN: usize = 10_000;

impl Strangers {
    /// Seconds this login is still locked.
    pub(super) fn locked(&self, login: &str, now: Millis) -> Option<i64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seconds_left(known.get(login).map(|(_, until)| *until), now)
    }

    /// Counts a wrong password.
    pub(super) fn count(&self, login: &str, now: Millis) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.clear();
        }
        let entry = known.entry(login.to_owned()).or_insert((0, now));
        entry.0 += 1;
        entry.1 = locked_until(entry.0, now).unwrap_or(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_to_a_quarter_of_an_hour() {
        let minutes =
            |failures| locked_until(failures, Millis(0)).map(|until| until.seconds() / 60);
        assert_eq!(minutes(4), None);
        let grown: Vec<_> = (5..=11).filter_map(minutes).collect();
        assert_eq!(grown, [1, 2, 4, 8, 15, 15, 15]);
    }

    #[test]
    fn strangers_are_locked_as_people_are() {
        let strangers = Strangers::default();
        for _ in 0..5 {
            assert_eq!(strangers.locked("nobody", Millis(0)), None);
            strangers.count("nobody", Millis(0));
        }
        assert_eq!(strangers.locked("nobody", Millis(1)), Some(60));
        assert_eq!(strangers.locked("nobody", Millis(60_000)), None);
        assert_eq!(strangers.locked("other", Millis(1)), None);
    }
}
