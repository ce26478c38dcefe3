//! Birth dates as identity verification has them: a day of the Korean calendar, and an age.

use crate::Millis;
use time::{Date, Month, PrimitiveDateTime, Time};

/// The day somebody was born.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Birth(Date);

/// A birth date is personal: logs show that there is one.
impl std::fmt::Debug for Birth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Birth(***)")
    }
}

impl Birth {
    /// Reads `YYYYMMDD` or `YYYY-MM-DD`. `None` if there is no such day, or it is before 1850.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = match text.len() {
            8 => text.to_owned(),
            10 if text.split('-').map(str::len).eq([4, 2, 2]) => text.replace('-', ""),
            _ => return None,
        };
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let year = digits.get(..4)?.parse().ok().filter(|year| *year >= 1850)?;
        let month = Month::try_from(digits.get(4..6)?.parse::<u8>().ok()?).ok()?;
        let day = digits.get(6..8)?.parse().ok()?;
        Date::from_calendar_date(year, month, day).ok().map(Self)
    }

    /// From the first seven digits of a Korean resident number: `YYMMDD` and the digit that says
    /// the century, the sex and whether the person is a foreigner (1 to 8).
    #[must_use]
    pub fn resident(yymmdd: &str, digit: u8) -> Option<Self> {
        let century = match digit {
            1 | 2 | 5 | 6 => "19",
            3 | 4 | 7 | 8 => "20",
            _ => return None,
        };
        (yymmdd.len() == 6).then(|| Self::parse(&format!("{century}{yymmdd}"))).flatten()
    }

    /// `YYYY-MM-DD`.
    #[must_use]
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }

    /// Midnight in Korea at the beginning of that day.
    #[must_use]
    pub fn midnight(self) -> Millis {
        Millis::from_kst(PrimitiveDateTime::new(self.0, Time::MIDNIGHT))
    }

    /// Full years at a moment, by the Korean calendar; negative before the birth. Who was born on
    /// 29 February is a year older on 1 March of a common year.
    #[must_use]
    pub fn years_at(self, at: Millis) -> i64 {
        let today = at.kst().date();
        let day = |date: Date| (u8::from(date.month()), date.day());
        let years = i64::from(today.year()) - i64::from(self.0.year());
        if day(today) < day(self.0) { years - 1 } else { years }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(day: &str, hour: u8) -> Millis {
        let date = Birth::parse(day).unwrap().0;
        Millis::from_kst(PrimitiveDateTime::new(date, Time::from_hms(hour, 0, 0).unwrap()))
    }

    #[test]
    fn reads_both_forms_and_refuses_days_that_are_none() {
        let birth = Birth::parse("19900101").unwrap();
        assert_eq!(Birth::parse("1990-01-01"), Some(birth));
        assert_eq!(birth.iso(), "1990-01-01");
        for wrong in ["", "900101", "1990-1-01", "19900230", "18000101", "1990/01/01", "199001011"]
        {
            assert_eq!(Birth::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Birth::parse("１９９０0101"), None);
    }

    #[test]
    fn the_midnight_is_koreas() {
        // The pair seen in a log of V1.
        assert_eq!(Birth::parse("19900101").unwrap().midnight().seconds(), 631_119_600);
        assert_eq!(Birth::parse("19500625").unwrap().midnight().seconds(), -616_064_400);
    }

    #[test]
    fn the_digit_says_the_century() {
        let of = |digit| Birth::resident("040229", digit).map(Birth::iso);
        for digit in [3, 4, 7, 8] {
            assert_eq!(of(digit).as_deref(), Some("2004-02-29"));
        }
        for digit in [1, 2, 5, 6] {
            assert_eq!(of(digit).as_deref(), Some("1904-02-29"));
        }
        assert_eq!((of(0), of(9), Birth::resident("40229", 3)), (None, None, None));
    }

    #[test]
    fn ages_change_at_koreas_midnight() {
        let birth = Birth::parse("20050715").unwrap();
        assert_eq!(birth.years_at(at("20240714", 23)), 18);
        assert_eq!(birth.years_at(at("20240715", 0)), 19);
        assert_eq!(birth.years_at(at("20050714", 0)), -1);
        let leap = Birth::parse("20040229").unwrap();
        assert_eq!(leap.years_at(at("20230228", 12)), 18);
        assert_eq!(leap.years_at(at("20230301", 0)), 19);
    }

    #[test]
    fn a_birth_date_is_not_shown() {
        assert_eq!(format!("{:?}", Birth::parse("19900101").unwrap()), "Birth(***)");
    }
}
