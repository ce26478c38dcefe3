//! `GET /payments/{imp_uid}/balance`: what is left, split by tax (V1 behaviour §3.3). V1 has it
//! from one PG only; here it follows from the payment and its cancels.

use crate::api::Answer;
use crate::api::payment_json::money;
use crate::extract::{Merchant, One};
use crate::{App, error};
use axum::extract::State;
use domain::{Currency, Millis, Money, MoneyError};
use engine::Error;
use engine::payments::find::{self, View};
use serde_json::{Map, Value, json};

/// What is left of a payment.
pub async fn balance(State(app): State<App>, merchant: Merchant, One(imp_uid): One) -> Answer {
    let view = find::get(&app.engine, merchant.id, &imp_uid).await?;
    Ok(error::ok(shown(&view).map_err(Error::internal)?))
}

/// Parts of an amount, minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Sold without VAT.
    pub tax_free: i64,
    /// Sold with VAT, without the VAT.
    pub supply: i64,
    /// VAT.
    pub vat: i64,
}

impl Parts {
    /// Splits an amount (V1 behaviour §4.3, "Tax"): where no VAT is said it is an eleventh of what
    /// is not tax-free, rounded down. Foreign currencies carry no Korean VAT.
    #[must_use]
    pub fn of(amount: Money, tax_free: Option<i64>, vat: Option<i64>) -> Self {
        let all = amount.minor();
        let tax_free = tax_free.unwrap_or(0).clamp(0, all);
        let taxed = all - tax_free;
        let usual = if amount.currency() == Currency::Krw { taxed / 11 } else { 0 };
        let vat = vat.unwrap_or(usual).clamp(0, taxed);
        Self { tax_free, supply: taxed - vat, vat }
    }

    /// Less what went back. Whatever the parts of the refund claimed, the sum is right.
    fn less(self, back: Self) -> Self {
        let left = (self.sum() - back.sum()).max(0);
        let tax_free = (self.tax_free - back.tax_free).clamp(0, left);
        let vat = (self.vat - back.vat).clamp(0, left - tax_free);
        Self { tax_free, supply: left - tax_free - vat, vat }
    }

    const fn sum(self) -> i64 {
        self.tax_free + self.supply + self.vat
    }

    fn json(self, currency: Currency) -> Result<Value, MoneyError> {
        let mut map = Map::new();
        let parts = [
            ("tax_free", self.tax_free),
            ("supply", self.supply),
            ("vat", self.vat),
            ("service", 0),
        ];
        for (key, minor) in parts {
            map.insert(key.to_owned(), money(Money::new(minor, currency)?));
        }
        Ok(Value::Object(map))
    }
}

fn shown(view: &View) -> Result<Value, MoneyError> {
    let row = &view.row;
    let (amount, currency) = (row.payment.amount, row.payment.amount.currency());
    let receipt = row.cash_receipt_at.is_some();
    let mut left = Parts::default();
    let mut histories = Vec::new();
    if let Some(paid_at) = row.paid_at {
        left = Parts::of(amount, row.tax_free, row.vat_amount);
        histories.push(entry(left, currency, receipt, Some(paid_at))?);
        for cancel in view.cancels.iter().filter(|cancel| cancel.state == "done") {
            let back = Money::new(cancel.amount, currency)?;
            left = left.less(Parts::of(back, cancel.tax_free, cancel.vat_amount));
            histories.push(entry(left, currency, receipt, cancel.done_at)?);
        }
    }
    let mut map = Map::new();
    map.insert("amount".to_owned(), money(amount));
    if let Value::Object(parts) = entry(left, currency, receipt, None)? {
        map.extend(parts);
    }
    map.insert("histories".to_owned(), Value::Array(histories));
    Ok(Value::Object(map))
}

/// The four kinds of money V1 names; ours is all of the first means of payment.
fn entry(
    left: Parts,
    currency: Currency,
    receipt: bool,
    created: Option<i64>,
) -> Result<Value, MoneyError> {
    let nothing = Parts::default();
    let mut entry = json!({
        "cash_receipt": if receipt { left } else { nothing }.json(currency)?,
        "primary": left.json(currency)?,
        "secondary": nothing.json(currency)?,
        "discount": nothing.json(currency)?,
    });
    if let Some(created) = created {
        entry["created"] = json!(Millis(created).seconds());
    }
    Ok(entry)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn parts(minor: i64, tax_free: Option<i64>, vat: Option<i64>) -> Parts {
        Parts::of(Money::new(minor, Currency::Krw).unwrap(), tax_free, vat)
    }

    #[test]
    fn an_eleventh_of_what_is_taxed() {
        assert_eq!(parts(14_000, None, None), Parts { tax_free: 0, supply: 12_728, vat: 1_272 });
        assert_eq!(parts(1_100, Some(1_100), None), Parts { tax_free: 1_100, supply: 0, vat: 0 });
        assert_eq!(
            parts(1_100, Some(550), Some(40)),
            Parts { tax_free: 550, supply: 510, vat: 40 }
        );
        let dollars = Parts::of(Money::new(120, Currency::Usd).unwrap(), None, None);
        assert_eq!(dollars, Parts { tax_free: 0, supply: 120, vat: 0 });
    }

    #[test]
    fn what_is_left_always_sums_up() {
        let whole = parts(14_000, None, None);
        let left = whole.less(parts(4_000, None, None));
        assert_eq!(left, Parts { tax_free: 0, supply: 9_091, vat: 909 });
        assert_eq!(left.less(parts(10_000, None, None)), Parts::default());
        // A refund that claims more of a part than there is.
        let odd = whole.less(parts(4_000, Some(4_000), Some(0)));
        assert_eq!(odd.sum(), 10_000);
        let odd = whole.less(parts(4_000, None, Some(4_000)));
        assert_eq!((odd.sum(), odd.vat), (10_000, 0));
    }

    #[test]
    fn foreign_money_is_written_exactly() {
        let parts = Parts { tax_free: 0, supply: 120, vat: 0 };
        let json = parts.json(Currency::Usd).unwrap().to_string();
        assert_eq!(json, r#"{"tax_free":0,"supply":1.2,"vat":0,"service":0}"#);
    }
}
