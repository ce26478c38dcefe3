//! When to try again: the curve of webhook deliveries and of asking a PG about an unknown outcome.

/// Seconds from one webhook attempt to the next. The sum is 75 h 35 min 5 s (Standard Webhooks
/// 1.0), so that a receiver that is down over a long weekend's first half still gets its notice.
pub const WEBHOOK_SECONDS: [i64; 9] =
    [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Seconds until the next webhook attempt after `attempts` failed ones; `None` when it is over.
#[must_use]
pub fn webhook_delay(attempts: usize) -> Option<i64> {
    attempts.checked_sub(1).and_then(|index| WEBHOOK_SECONDS.get(index)).copied()
}

/// Seconds until a PG is asked again about an unknown outcome: doubling from 2 s, at most an hour.
/// There is no last attempt, since no answer is not a refusal.
#[must_use]
pub fn settle_delay(attempts: u32) -> i64 {
    2_i64.checked_shl(attempts.min(11)).unwrap_or(3_600).min(3_600)
}

/// After so many questions without an answer (over half an hour) a person is told that the PG stays
/// silent. It is asked on all the same.
pub const SILENT_AFTER: i64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_are_tried_for_at_least_75_hours() {
        assert!(WEBHOOK_SECONDS.iter().sum::<i64>() >= 75 * 3_600);
        assert_eq!(webhook_delay(1), Some(5));
        assert_eq!(webhook_delay(WEBHOOK_SECONDS.len() + 1), None);
        assert_eq!(webhook_delay(0), None);
    }

    #[test]
    fn settling_backs_off_and_never_ends() {
        assert_eq!(settle_delay(0), 2);
        assert_eq!(settle_delay(3), 16);
        assert_eq!(settle_delay(60), 3_600);
        let waited: i64 = (0..10).map(settle_delay).sum();
        assert!(SILENT_AFTER == 10 && (1_800..3_600).contains(&waited), "{waited} s");
    }
}
