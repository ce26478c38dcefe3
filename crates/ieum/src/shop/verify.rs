//! The decision both guides ask a merchant's server to make: paid and the right amount, an account
//! issued, or a failure.

use super::{Inner, rest};
use serde_json::Value;

/// How the shop judges a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Paid, and the amount is what the order costs.
    Paid,
    /// A virtual account waits for its deposit.
    AccountIssued,
    /// Anything else.
    Failed,
}

impl Outcome {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::AccountIssued => "vbank_issued",
            Self::Failed => "failed",
        }
    }
}

/// What the shop found out.
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) payment: Value,
}

/// Reads the payment from the hub and judges it.
pub(super) async fn verify(shop: &Inner, imp_uid: &str) -> anyhow::Result<Verdict> {
    let payment = rest::payment(shop, imp_uid).await?.unwrap_or_default();
    let outcome = judge(&payment);
    Ok(Verdict { outcome, payment })
}

fn judge(payment: &Value) -> Outcome {
    let text = |key: &str| payment[key].as_str().unwrap_or_default();
    // The catalogue: one product, priced in won and in dollars.
    let price = match text("currency") {
        "KRW" => "14000",
        "USD" => "1.2",
        _ => return Outcome::Failed,
    };
    // The number as it was written, so that 1.2 is not a float.
    let amount = payment["amount"].to_string();
    match text("status") {
        "paid" if amount == price => Outcome::Paid,
        "ready" if text("pay_method") == "vbank" && !text("vbank_num").is_empty() => {
            Outcome::AccountIssued
        }
        _ => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_paid_with_the_right_amount_is_paid() {
        let paid = |amount: Value, currency: &str| {
            judge(&json!({ "status": "paid", "amount": amount, "currency": currency }))
        };
        assert_eq!(paid(json!(14000), "KRW"), Outcome::Paid);
        assert_eq!(paid(json!(1.2), "USD"), Outcome::Paid);
        assert_eq!(paid(json!(100), "KRW"), Outcome::Failed);
        assert_eq!(paid(json!(14000), "USD"), Outcome::Failed);
        assert_eq!(judge(&Value::Null), Outcome::Failed);
        let account = json!({
            "status": "ready", "pay_method": "vbank", "vbank_num": "1", "currency": "KRW"
        });
        assert_eq!(judge(&account), Outcome::AccountIssued);
    }
}
