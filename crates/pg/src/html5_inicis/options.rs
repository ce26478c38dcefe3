//! The windows' option lists: what we need in them, what the order says, and what the merchant's
//! page passed through `bypass`.

use super::wire::won;
use crate::Order;
use domain::Money;
use serde_json::Value;

/// Options of ours a merchant's page may not switch: they keep the protocol checkable, or would
/// make the window do something else than the order says (issue a billing key).
const RESERVED: &[&str] = &["centercd", "billauth", "amt_hash", "twotrs_isp_noti"];

/// `acceptmethod` of the PC window, joined by `:`.
pub(super) fn accept_method(order: &Order, due: Option<&str>) -> String {
    let mut ours = vec!["centerCd(Y)".to_owned()];
    if order.customer_uid.is_some() {
        ours.push("BILLAUTH(Card)".into());
    } else {
        ours.push(format!("HPP({})", hpp(order)));
        ours.extend(due.map(|due| format!("vbank({})", &due[..12])));
        if order.escrow {
            ours.push("useescrow".into());
        }
    }
    // Amounts under 1,000 won are refused by the window without this.
    if order.amount.minor() < 1000 {
        ours.push("below1000".into());
    }
    merge(ours, &passed(&order.param, "acceptmethod", ':'), '(', ":")
}

/// `P_RESERVED` of the mobile window, joined by `&`.
pub(super) fn reserved(order: &Order, hashed: bool) -> String {
    let mut ours: Vec<String> =
        ["centerCd=Y", "twotrs_isp=Y", "block_isp=Y", "twotrs_isp_noti=N"].map(String::from).into();
    if hashed {
        ours.push("amt_hash=Y".into());
    }
    if order.escrow {
        ours.push("useescrow=Y".into());
    }
    if order.amount.minor() < 1000 {
        ours.push("below1000=Y".into());
    }
    if let Some(scheme) = order.param.get("app_scheme").and_then(Value::as_str)
        && !scheme.is_empty()
    {
        let tail = if scheme.contains("://") { "" } else { "://" };
        ours.push(format!("app_scheme={scheme}{tail}"));
    }
    merge(ours, &passed(&order.param, "P_RESERVED", '&'), '=', "&")
}

/// `HPP(1)` is for contents, `HPP(2)` for goods.
pub(super) fn hpp(order: &Order) -> &'static str {
    if order.digital { "1" } else { "2" }
}

/// `offerPeriod` of a billing window, from V1's `period`: two days, or `M2` and `Y2` for a charge
/// every month or year. Anything else is left out, the window does without.
pub(super) fn offer_period(order: &Order) -> Option<String> {
    let period = order.param.get("period")?;
    let text = |name: &str| period.get(name).and_then(Value::as_str).unwrap_or_default();
    let day = |text: &str| text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (from, to) = (text("from"), text("to"));
    match text("interval") {
        _ if day(from) && day(to) => Some(format!("{from}-{to}")),
        "month" => Some("M2".into()),
        "year" => Some("Y2".into()),
        _ => None,
    }
}

/// Instalments offered by the PC window. V1's list means "up to its largest" here.
pub(super) fn quota_base(order: &Order) -> Option<String> {
    let top = top_quota(order)?;
    Some(if top < 2 { "0".into() } else { joined(2..=top, |n| n.to_string()) })
}

/// Instalments offered by the mobile window, where the lump sum is 01.
pub(super) fn mobile_quota_base(order: &Order) -> Option<String> {
    Some(joined(1..=top_quota(order)?.max(1), |n| format!("{n:02}")))
}

fn joined(range: std::ops::RangeInclusive<i64>, text: impl Fn(i64) -> String) -> String {
    range.map(text).collect::<Vec<_>>().join(":")
}

fn top_quota(order: &Order) -> Option<i64> {
    let list = order.param.get("display")?.get("card_quota")?.as_array()?;
    Some(list.iter().filter_map(Value::as_i64).max().unwrap_or(0).clamp(0, 36))
}

/// VAT and tax-free part as digits, if the merchant gave either. VAT left out is the usual tenth.
pub(super) fn taxes(
    amount: Money,
    tax_free: Option<Money>,
    vat_amount: Option<Money>,
) -> Option<(String, String)> {
    if tax_free.is_none() && vat_amount.is_none() {
        return None;
    }
    let free = tax_free.map_or(0, Money::minor);
    let vat = vat_amount.map_or_else(|| amount.minor().saturating_sub(free) / 11, Money::minor);
    won(&vat.to_string()).map(|vat| (vat.minor().to_string(), free.to_string()))
}

/// The options in `bypass.{name}`, whether the page gave a joined text or a list.
fn passed(param: &Value, name: &str, separator: char) -> Vec<String> {
    let Some(value) = param.get("bypass").and_then(|bypass| bypass.get(name)) else {
        return Vec::new();
    };
    let texts: Vec<&str> = match value {
        Value::String(text) => text.split(separator).collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    texts.into_iter().map(str::trim).filter(|text| !text.is_empty()).map(String::from).collect()
}

/// Ours first; of theirs those whose name ours does not have. `cut` ends an option's name.
fn merge(mut ours: Vec<String>, theirs: &[String], cut: char, joiner: &str) -> String {
    let name =
        |option: &str| option.split(cut).next().unwrap_or_default().trim().to_ascii_lowercase();
    for option in theirs {
        let theirs = name(option);
        let safe = !RESERVED.contains(&theirs.as_str()) && !option.contains(joiner);
        if safe && !ours.iter().any(|known| name(known) == theirs) {
            ours.push(option.clone());
        }
    }
    ours.join(joiner)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::order;
    use super::*;
    use serde_json::json;

    #[test]
    fn accept_method_merges_and_keeps_ours() {
        let mut order = order("vbank");
        order.param = json!({"bypass": {"acceptmethod":
            "noeasypay:SKIN(#fff):centerCd(N):HPP(1):BILLAUTH(Card)::vbank(20200101)"}});
        let text = accept_method(&order, Some("20261231235900"));
        assert_eq!(text, "centerCd(Y):HPP(2):vbank(202612312359):noeasypay:SKIN(#fff)");
        order.digital = true;
        order.escrow = true;
        order.amount = won("900").unwrap();
        order.param = json!({"bypass": {"acceptmethod": ["cardpoint", "no_receipt:centerCd(N)"]}});
        let text = accept_method(&order, None);
        assert_eq!(text, "centerCd(Y):HPP(1):useescrow:below1000:cardpoint");
    }

    #[test]
    fn billing_windows_say_so_and_for_how_long() {
        let mut order = order("card");
        order.customer_uid = Some("customer-1".into());
        order.escrow = true;
        order.param = json!({"bypass": {"acceptmethod": "noeasypay:BILLAUTH(HPP)"}});
        assert_eq!(accept_method(&order, None), "centerCd(Y):BILLAUTH(Card):noeasypay");
        order.amount = won("0").unwrap();
        order.param = json!({});
        assert_eq!(accept_method(&order, None), "centerCd(Y):BILLAUTH(Card):below1000");
        for (period, text) in [
            (json!({"from": "20260101", "to": "20261231"}), Some("20260101-20261231")),
            (json!({"interval": "month"}), Some("M2")),
            (json!({"interval": "year"}), Some("Y2")),
            (json!({"from": "2026-01-01", "to": "20261231"}), None),
            (json!({"interval": "day"}), None),
            (json!("month"), None),
        ] {
            order.param = json!({ "period": period });
            assert_eq!(offer_period(&order).as_deref(), text, "{period}");
        }
    }

    #[test]
    fn reserved_merges_and_keeps_ours() {
        let mut order = order("card");
        order.param = json!({"app_scheme": "shop",
            "bypass": {"P_RESERVED": "noeasypay=Y&centerCd=N&amt_hash=N&cp_yn=Y"}});
        let text = reserved(&order, false);
        let ours = "centerCd=Y&twotrs_isp=Y&block_isp=Y&twotrs_isp_noti=N";
        assert_eq!(text, format!("{ours}&app_scheme=shop://&noeasypay=Y&cp_yn=Y"));
        order.param = json!({"app_scheme": "shop://pay?a=1", "bypass": 7});
        assert_eq!(reserved(&order, true), format!("{ours}&amt_hash=Y&app_scheme=shop://pay?a=1"));
    }

    #[test]
    fn instalments_go_up_to_the_largest() {
        let mut order = order("card");
        assert_eq!(quota_base(&order), None);
        for (list, pc, mobile) in [
            (json!([]), "0", "01"),
            (json!([3]), "2:3", "01:02:03"),
            (json!([2, 4]), "2:3:4", "01:02:03:04"),
        ] {
            order.param = json!({"display": {"card_quota": list}});
            assert_eq!(quota_base(&order).as_deref(), Some(pc));
            assert_eq!(mobile_quota_base(&order).as_deref(), Some(mobile));
        }
    }

    #[test]
    fn taxes_only_when_the_merchant_spoke() {
        let amount = won("14000").unwrap();
        assert_eq!(taxes(amount, None, None), None);
        assert_eq!(taxes(amount, won("3000"), None), Some(("1000".into(), "3000".into())));
        assert_eq!(taxes(amount, won("0"), won("0")), Some(("0".into(), "0".into())));
    }
}
