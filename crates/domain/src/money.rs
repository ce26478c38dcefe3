//! Amounts of money: an integer of minor units with its currency, checked arithmetic, no floats.

use crate::Currency;

/// An amount in the minor unit of its currency: 14,000 won is `14000`, 1.20 dollars is `120`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why a text or a calculation is not an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The text is not a decimal number.
    #[error("not a decimal number")]
    NotANumber,
    /// More decimals than the currency has, such as 1.5 won.
    #[error("more decimals than the currency has")]
    TooPrecise,
    /// Below zero where only zero or more makes sense.
    #[error("below zero")]
    Negative,
    /// Larger than the hub can hold.
    #[error("too large")]
    TooLarge,
    /// Two amounts of different currencies met.
    #[error("different currencies")]
    Currencies,
}

/// The largest amount the hub takes: 15 digits, which a JSON double still carries exactly.
const LIMIT: i64 = 999_999_999_999_999;

impl Money {
    /// An amount of `minor` units. Negative amounts and amounts over 15 digits are refused.
    ///
    /// # Errors
    /// [`MoneyError::Negative`] or [`MoneyError::TooLarge`].
    pub const fn new(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        if minor < 0 {
            return Err(MoneyError::Negative);
        }
        if minor > LIMIT {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { minor, currency })
    }

    /// Nothing, in a currency.
    #[must_use]
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// Reads the decimal text of major units exactly: `"1.2"` dollars is 120. Exponents of the
    /// JSON number grammar are read too (`1e3`); spaces, signs and separators are refused.
    ///
    /// # Errors
    /// Every variant of [`MoneyError`] but `Currencies`.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        if let Some(rest) = text.strip_prefix('-') {
            let magnitude = Self::parse(rest, currency)?;
            return if magnitude.minor == 0 { Ok(magnitude) } else { Err(MoneyError::Negative) };
        }
        let (digits, exponent) = scientific(text)?;
        let shift = exponent.checked_add(i64::from(currency.decimals()));
        let shift = shift.ok_or(MoneyError::TooLarge)?;
        let mut minor = digits;
        for _ in 0..shift.unsigned_abs().min(40) {
            if shift > 0 {
                minor = minor.checked_mul(10).ok_or(MoneyError::TooLarge)?;
            } else if minor % 10 == 0 {
                minor /= 10;
            } else {
                return Err(MoneyError::TooPrecise);
            }
        }
        let minor = i64::try_from(minor).map_err(|_| MoneyError::TooLarge)?;
        Self::new(minor, currency)
    }

    /// Minor units.
    #[must_use]
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    #[must_use]
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// True for nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The sum.
    ///
    /// # Errors
    /// `Currencies` or `TooLarge`.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        Self::new(self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?, self.currency)
    }

    /// What is left.
    ///
    /// # Errors
    /// `Currencies`, or `Negative` if `other` is more than this.
    pub fn minus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        Self::new(self.minor.checked_sub(other.minor).ok_or(MoneyError::Negative)?, self.currency)
    }

    /// The shortest exact decimal text of major units, as V1 prints JSON numbers: `14000`, `1.2`.
    #[must_use]
    pub fn decimal(self) -> String {
        let text = self.fixed();
        if text.contains('.') {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text
        }
    }

    /// The decimal text with all decimals of the currency: `14000`, `1.20`.
    #[must_use]
    pub fn fixed(self) -> String {
        match self.currency.decimals() {
            0 => self.minor.to_string(),
            decimals => {
                let scale = 10_i64.pow(decimals);
                let width = decimals as usize;
                format!("{}.{:0width$}", self.minor / scale, self.minor % scale)
            }
        }
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency { Ok(()) } else { Err(MoneyError::Currencies) }
    }
}

/// Splits a JSON number into its digits as an integer and the power of ten they carry.
fn scientific(text: &str) -> Result<(i128, i64), MoneyError> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
            (mantissa, exponent.parse::<i16>().map_err(|_| MoneyError::NotANumber)?)
        }
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let ascii = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !ascii(whole) || !ascii(fraction) {
        return Err(MoneyError::NotANumber);
    }
    let fraction = fraction.trim_end_matches('0');
    if whole.len().saturating_add(fraction.len()) > 30 {
        return Err(MoneyError::TooLarge);
    }
    let digits = format!("{whole}{fraction}").parse().map_err(|_| MoneyError::TooLarge)?;
    let scale = i64::try_from(fraction.len()).map_err(|_| MoneyError::TooLarge)?;
    Ok((digits, i64::from(exponent) - scale))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_exactly() {
        for (text, currency, minor, printed) in [
            ("14000", Currency::Krw, 14000, "14000"),
            ("14000.0", Currency::Krw, 14000, "14000"),
            ("1.2", Currency::Usd, 120, "1.2"),
            ("1.20", Currency::Usd, 120, "1.2"),
            ("0.01", Currency::Usd, 1, "0.01"),
            ("1e3", Currency::Krw, 1000, "1000"),
            ("12e-1", Currency::Usd, 120, "1.2"),
            ("0", Currency::Krw, 0, "0"),
            ("-0", Currency::Krw, 0, "0"),
        ] {
            let money = Money::parse(text, currency).unwrap();
            assert_eq!((money.minor(), money.decimal().as_str()), (minor, printed), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_an_amount() {
        for (text, currency, error) in [
            ("1.5", Currency::Krw, MoneyError::TooPrecise),
            ("1.234", Currency::Usd, MoneyError::TooPrecise),
            ("-1", Currency::Krw, MoneyError::Negative),
            ("", Currency::Krw, MoneyError::NotANumber),
            ("1,000", Currency::Krw, MoneyError::NotANumber),
            ("NaN", Currency::Krw, MoneyError::NotANumber),
            ("1e999999", Currency::Krw, MoneyError::NotANumber),
            ("1e999", Currency::Krw, MoneyError::TooLarge),
            ("1e-999", Currency::Krw, MoneyError::TooPrecise),
            ("1000000000000000", Currency::Krw, MoneyError::TooLarge),
        ] {
            assert_eq!(Money::parse(text, currency), Err(error), "{text}");
        }
    }

    #[test]
    fn arithmetic_never_mixes_or_goes_below_zero() {
        let won = |minor| Money::new(minor, Currency::Krw).unwrap();
        let dollar = Money::new(100, Currency::Usd).unwrap();
        assert_eq!(won(100).minus(won(101)), Err(MoneyError::Negative));
        assert_eq!(won(100).plus(dollar), Err(MoneyError::Currencies));
        assert_eq!(won(100).plus(won(1)).unwrap(), won(101));
    }
}
