//! A code sent to a telephone, and its confirmation.

use super::result::verdict;
use super::wire::{call, number, text};
use crate::capability::certification::{OtpOrder, Verdict};
use crate::cx::Cx;
use crate::error::PgError;
use crate::spec::Spec;
use serde_json::{Value, json};

/// Has a code sent.
pub(super) async fn request(spec: &Spec, cx: &Cx<'_>, order: &OtpOrder) -> Result<String, PgError> {
    let answer = call(spec, cx, "issue", "otp/request", asked(order)).await?;
    number(&text(&answer, "number")).ok_or_else(|| PgError::Unknown("no number".into()))
}

fn asked(order: &OtpOrder) -> Value {
    let reseller = if order.mvno { "_MVNO" } else { "" };
    json!({
        "order_no": order.imp_uid,
        "company": order.company,
        "name": order.name,
        "phone": order.phone,
        "birth": order.birth,
        "gender_digit": order.gender_digit,
        "carrier": format!("{}{reseller}", order.carrier),
        "method": if order.app { "APP" } else { "SMS" },
    })
}

/// Confirms.
pub(super) async fn confirm(
    spec: &Spec,
    cx: &Cx<'_>,
    order_no: &str,
    number: &str,
    otp: Option<&str>,
) -> Result<Verdict, PgError> {
    let fields = json!({ "number": number, "otp": otp });
    verdict(order_no, &call(spec, cx, "approve", "otp/confirm", fields).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resellers_and_apps_are_said() {
        let order = OtpOrder {
            imp_uid: "imp_1".into(),
            company: "상점".into(),
            name: "홍길동".into(),
            phone: "01012345678".into(),
            birth: "900101".into(),
            gender_digit: 1,
            carrier: "KT".into(),
            mvno: true,
            app: false,
        };
        let said = |order: &OtpOrder| {
            let json = asked(order);
            (text(&json, "carrier"), text(&json, "method"))
        };
        assert_eq!(said(&order), ("KT_MVNO".into(), "SMS".into()));
        let order = OtpOrder { mvno: false, app: true, ..order };
        assert_eq!(said(&order), ("KT".into(), "APP".into()));
    }
}
