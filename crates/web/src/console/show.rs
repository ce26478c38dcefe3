//! How money, times and words are shown to people. Pure.

use super::texts::{EN, KO, Texts};
use domain::{Currency, Millis, Money};

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    /// Korean, the default.
    Ko,
    /// English.
    En,
}

impl Lang {
    /// Both.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 2] = [Self::Ko, Self::En];

    /// The `lang` attribute.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// The language with this code.
    pub(crate) fn parse(code: &str) -> Option<Self> {
        [Self::Ko, Self::En].into_iter().find(|lang| lang.code() == code)
    }

    /// The first of ours in an `Accept-Language` header; Korean if there is none. Weights are not
    /// read: browsers list languages in the order people want them.
    pub(crate) fn accepted(header: &str) -> Self {
        let mut wanted = header.split(',').map(|tag| tag.split([';', '-']).next().unwrap_or(""));
        wanted.find_map(|tag| Self::parse(&tag.trim().to_ascii_lowercase())).unwrap_or(Self::Ko)
    }

    /// The messages.
    pub(crate) const fn texts(self) -> &'static Texts {
        match self {
            Self::Ko => &KO,
            Self::En => &EN,
        }
    }

    /// Picks one of two.
    pub(crate) const fn pick<'a>(self, (ko, en): (&'a str, &'a str)) -> &'a str {
        match self {
            Self::Ko => ko,
            Self::En => en,
        }
    }
}

/// A moment: short text, exact text in KST for the `title`, and the machine's form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct When {
    /// `11-21 14:03`, with the year if it is another one.
    pub(crate) short: String,
    /// `2026-11-21 14:03:22 KST`.
    pub(crate) exact: String,
    /// ISO 8601 with its offset.
    pub(crate) iso: String,
}

impl When {
    /// `now` decides whether the year is shown.
    pub(crate) fn new(at: Millis, now: Millis) -> Self {
        let text = at.kst_text();
        let same_year = now.kst_text().get(..4) == text.get(..4);
        let from = if same_year { 5 } else { 0 };
        Self {
            short: text.get(from..16).unwrap_or_default().to_owned(),
            iso: format!("{}+09:00", text.replace(' ', "T")),
            exact: format!("{text} KST"),
        }
    }
}

/// `14,000원` (`₩14,000` in English), `$1.20`.
pub(crate) fn money(lang: Lang, money: Money) -> String {
    let digits = grouped(&money.fixed());
    match (money.currency(), lang) {
        (Currency::Krw, Lang::Ko) => format!("{digits}원"),
        (Currency::Krw, Lang::En) => format!("₩{digits}"),
        (Currency::Usd, _) => format!("${digits}"),
        (Currency::Eur, _) => format!("€{digits}"),
        (Currency::Gbp, _) => format!("£{digits}"),
        (Currency::Jpy, _) => format!("¥{digits}"),
        (
            currency @ (Currency::Cny
            | Currency::Thb
            | Currency::Sgd
            | Currency::Rub
            | Currency::Hkd
            | Currency::Cad
            | Currency::Aud),
            _,
        ) => format!("{digits} {}", currency.code()),
    }
}

/// As [`money`], from minor units; negative or absurd sums show as a dash.
pub(crate) fn minor(lang: Lang, minor: i64, currency: Currency) -> String {
    Money::new(minor, currency).map_or_else(|_| "–".to_owned(), |sum| money(lang, sum))
}

/// Digits with commas between thousands; what follows a point stays.
pub(crate) fn grouped(decimal: &str) -> String {
    let (whole, rest) = decimal.split_once('.').map_or((decimal, None), |(w, r)| (w, Some(r)));
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    match rest {
        Some(rest) => format!("{text}.{rest}"),
        None => text,
    }
}

/// `0.42 s`, `12 ms`.
pub(crate) fn took(ms: i64) -> String {
    if ms < 1_000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1_000, ms % 1_000 / 100) }
}

/// A share in per cent with one decimal, rounded down; `–` of nothing.
pub(crate) fn share(part: i64, all: i64) -> String {
    if all <= 0 {
        return "–".to_owned();
    }
    let tenths = part.saturating_mul(1_000) / all;
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// A message with each `{}` replaced in order.
pub(crate) fn fill(message: &str, values: &[&str]) -> String {
    let mut parts = message.split("{}");
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut values = values.iter();
    for part in parts {
        text.push_str(values.next().copied().unwrap_or_default());
        text.push_str(part);
    }
    text
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_write_them() {
        let of = |minor, currency| Money::new(minor, currency).unwrap();
        assert_eq!(money(Lang::Ko, of(14_000, Currency::Krw)), "14,000원");
        assert_eq!(money(Lang::En, of(1_234_567, Currency::Krw)), "₩1,234,567");
        assert_eq!(money(Lang::Ko, of(120, Currency::Usd)), "$1.20");
        assert_eq!(money(Lang::Ko, of(123_456, Currency::Thb)), "1,234.56 THB");
        assert_eq!(minor(Lang::Ko, -1, Currency::Krw), "–");
        assert_eq!(grouped("100"), "100");
    }

    #[test]
    fn times_are_korean_and_exact_when_asked() {
        let at = Millis::from_seconds(1_700_000_000);
        let when = When::new(at, at);
        assert_eq!(when.short, "11-15 07:13");
        assert_eq!(when.exact, "2023-11-15 07:13:20 KST");
        assert_eq!(when.iso, "2023-11-15T07:13:20+09:00");
        let later = at.plus_seconds(366 * 86_400);
        assert_eq!(When::new(at, later).short, "2023-11-15 07:13");
    }

    #[test]
    fn languages_come_from_the_header() {
        assert_eq!(Lang::accepted("en-US,en;q=0.9,ko;q=0.8"), Lang::En);
        assert_eq!(Lang::accepted("fr, ko-KR;q=0.5"), Lang::Ko);
        assert_eq!(Lang::accepted(""), Lang::Ko);
    }

    #[test]
    fn shares_and_messages() {
        assert_eq!((share(2, 3), share(0, 0)), ("66.6%".to_owned(), "–".to_owned()));
        assert_eq!(fill("{}건 중 {}건", &["3", "2"]), "3건 중 2건");
        assert_eq!(took(1_250), "1.2 s");
    }
}
