//! Points in time as numbers, and the Korean calendar PGs write them in. Nothing here reads a
//! clock.

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// Milliseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Millis(pub i64);

/// Korea Standard Time is UTC+9 all year.
const KST_SECONDS: i32 = 9 * 3600;

impl Millis {
    /// From UNIX seconds; saturates at the ends of `i64`.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// UNIX seconds, rounded down, as V1 prints every time.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Later by some seconds; saturates.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The KST wall clock at this moment; times outside the calendar become its ends.
    #[must_use]
    pub fn kst(self) -> PrimitiveDateTime {
        let nanos = i128::from(self.0) * 1_000_000;
        let utc =
            OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let offset = UtcOffset::from_whole_seconds(KST_SECONDS).unwrap_or(UtcOffset::UTC);
        let local = utc.to_offset(offset);
        PrimitiveDateTime::new(local.date(), local.time())
    }

    /// The moment a KST wall clock shows this.
    #[must_use]
    pub fn from_kst(local: PrimitiveDateTime) -> Self {
        let seconds = local.assume_utc().unix_timestamp() - i64::from(KST_SECONDS);
        Self::from_seconds(seconds)
    }

    /// `YYYYMMDDhhmmss` in KST, the form most PGs use.
    #[must_use]
    pub fn kst14(self) -> String {
        let at = self.kst();
        format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute(),
            at.second()
        )
    }

    /// `YYYYMMDD` in KST.
    #[must_use]
    pub fn kst8(self) -> String {
        self.kst14()[..8].to_owned()
    }

    /// `YYYY-MM-DD hh:mm:ss` in KST, for people.
    #[must_use]
    pub fn kst_text(self) -> String {
        let d = self.kst14();
        let part = |from: usize, to: usize| d[from..to].to_owned();
        format!(
            "{}-{}-{} {}:{}:{}",
            part(0, 4),
            part(4, 6),
            part(6, 8),
            part(8, 10),
            part(10, 12),
            part(12, 14)
        )
    }

    /// Reads digits in KST: `YYYYMMDD` (the last second of that day), `YYYYMMDDhhmm` or
    /// `YYYYMMDDhhmmss`; `-`, `:`, `T` and spaces between them are skipped. `None` if it is none.
    /// These are the forms `vbank_due` may have (V1 behaviour, virtual accounts).
    #[must_use]
    pub fn parse_kst(text: &str) -> Option<Self> {
        let separators = ['-', ':', ' ', 'T'];
        let digits: String = text.trim().chars().filter(|c| !separators.contains(c)).collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number = |from: usize, to: usize| digits.get(from..to)?.parse::<u16>().ok();
        let small = |from: usize, to: usize| u8::try_from(number(from, to)?).ok();
        let month = Month::try_from(small(4, 6)?).ok()?;
        let date = Date::from_calendar_date(i32::from(number(0, 4)?), month, small(6, 8)?).ok()?;
        let (hour, minute, second) = match digits.len() {
            8 => (23, 59, 59),
            12 => (small(8, 10)?, small(10, 12)?, 0),
            14 => (small(8, 10)?, small(10, 12)?, small(12, 14)?),
            _ => return None,
        };
        let clock = Time::from_hms(hour, minute, second).ok()?;
        Some(Self::from_kst(PrimitiveDateTime::new(date, clock)))
    }

    /// 23:59:59 KST of the day `days` after this one.
    #[must_use]
    pub fn end_of_kst_day(self, days: i64) -> Self {
        let day = self.plus_seconds(days.saturating_mul(86_400)).kst8();
        Self::parse_kst(&day).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_wall_clock_both_ways() {
        let at = Millis::from_seconds(1_700_000_000);
        assert_eq!(at.kst14(), "20231115071320");
        assert_eq!(at.kst_text(), "2023-11-15 07:13:20");
        assert_eq!(Millis::parse_kst("20231115071320"), Some(at));
    }

    #[test]
    fn due_dates_in_every_written_form() {
        let day_end = Millis::parse_kst("20231214");
        assert_eq!(day_end.map(Millis::seconds), Some(1_702_565_999));
        assert_eq!(Millis::parse_kst("2023-12-14"), day_end);
        assert_eq!(Millis::parse_kst("2023-12-14 23:59:59"), day_end);
        assert_eq!(Millis::parse_kst("202312142359").map(Millis::seconds), Some(1_702_565_940));
        for wrong in ["", "tomorrow", "20231301", "2023121", "20231214250000", "20231214\u{ff11}"] {
            assert_eq!(Millis::parse_kst(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn end_of_day_counts_korean_days() {
        let at = Millis::from_seconds(1_700_000_010);
        assert_eq!(at.end_of_kst_day(29).seconds(), 1_702_565_999);
    }
}
