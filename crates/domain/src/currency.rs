//! Currencies the hub can hold, each with the number of decimals of its minor unit (ISO 4217).

/// A currency by its ISO 4217 letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Currency {
    /// South Korean won, no minor unit.
    Krw,
    /// United States dollar.
    Usd,
    /// Euro.
    Eur,
    /// Japanese yen, no minor unit.
    Jpy,
    /// Pound sterling.
    Gbp,
    /// Chinese yuan.
    Cny,
    /// Thai baht.
    Thb,
    /// Singapore dollar.
    Sgd,
    /// Russian rouble.
    Rub,
    /// Hong Kong dollar.
    Hkd,
    /// Canadian dollar.
    Cad,
    /// Australian dollar.
    Aud,
}

use Currency::{Aud, Cad, Cny, Eur, Gbp, Hkd, Jpy, Krw, Rub, Sgd, Thb, Usd};

impl Currency {
    /// Every currency, for tables and tests.
    pub const ALL: [Self; 12] = [Krw, Usd, Eur, Jpy, Gbp, Cny, Thb, Sgd, Rub, Hkd, Cad, Aud];

    /// The ISO 4217 letters in upper case.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Krw => "KRW",
            Usd => "USD",
            Eur => "EUR",
            Jpy => "JPY",
            Gbp => "GBP",
            Cny => "CNY",
            Thb => "THB",
            Sgd => "SGD",
            Rub => "RUB",
            Hkd => "HKD",
            Cad => "CAD",
            Aud => "AUD",
        }
    }

    /// Reads ISO 4217 letters in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.code().eq_ignore_ascii_case(code))
    }

    /// How many decimals one unit has: 0 for won and yen, 2 otherwise.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Krw | Jpy => 0,
            Usd | Eur | Gbp | Cny | Thb | Sgd | Rub | Hkd | Cad | Aud => 2,
        }
    }
}
