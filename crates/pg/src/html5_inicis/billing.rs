//! Billing keys: issued by the web standard's window (`BILLAUTH(Card)`), on PC and on mobile.
//!
//! The window shows the amount and charges nothing; the approval's answer carries the key.
//! Charges: `billing_charge.rs`, `billing_settle.rs`.

use super::wire::{Memo, Way, client_ip, kst, text, won};
use super::{approve, billing_charge, billing_settle};
use crate::capability::billing::Billing;
use crate::{Approval, Charge, Cx, IssuedKey, KeyIssue, Order, PgError, Settled};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// KG Inicis' billing keys.
#[derive(Debug)]
pub(super) struct InicisBilling;

#[async_trait::async_trait]
impl Billing for InicisBilling {
    fn has_window(&self) -> bool {
        true
    }

    fn has_card_issue(&self) -> bool {
        false
    }

    async fn issue(&self, _cx: &Cx<'_>, _issue: &KeyIssue) -> Result<IssuedKey, PgError> {
        let message = "KG이니시스 빌링키는 결제창(customer_uid)으로만 발급할 수 있습니다.";
        Err(PgError::invalid("card_number", message))
    }

    async fn charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Approval, PgError> {
        billing_charge::charge(cx, charge).await
    }

    async fn settle_charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Settled, PgError> {
        billing_settle::settle(cx, charge).await
    }

    /// The PG has no call for it.
    async fn forget(&self, _cx: &Cx<'_>, _key: &IssuedKey) -> Result<(), PgError> {
        Ok(())
    }
}

/// What charges want back from the issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeyMemo {
    /// The web address charges name as the shop's.
    pub(super) url: String,
}

impl KeyMemo {
    /// Of the order whose window issued the key: the origin the window returned to.
    fn of(order: &Order) -> Self {
        let url = url::Url::parse(&order.return_url).ok();
        Self { url: url.map(|url| url.origin().ascii_serialization()).unwrap_or_default() }
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// The approval of a billing window, its signature checked: the key, and no money.
///
/// `TotPrice` is what the window showed. An answer that repeats it, says 0 or says nothing is worth
/// the order's amount, as V1 shows it; any other amount is passed on for the engine to see. Without
/// a key the outcome is unknown: it may have been a payment after all, and is undone.
pub(super) fn issued(order: &Order, tid: String, answer: &Value) -> Result<Approval, PgError> {
    let field = |name: &str| text(answer, name);
    let missing = |name: &str| PgError::Unknown(format!("the answer has no usable {name}"));
    let key = field("CARD_BillKey");
    if key.is_empty() {
        return Err(missing("CARD_BillKey"));
    }
    let shown = field("TotPrice");
    let amount = match won(&shown) {
        Some(price) if !price.is_zero() => price,
        Some(_) => order.amount,
        None if shown.is_empty() => order.amount,
        None => return Err(missing("TotPrice")),
    };
    let card = approve::card(answer);
    let memo = KeyMemo::of(order).text();
    Ok(Approval {
        tid,
        amount,
        account: None,
        apply_num: Some(field("applNum")).filter(|number| !number.is_empty()),
        at: kst(&field("applDate"), &field("applTime")),
        method: None,
        emb_pg_provider: None,
        card: Some(card.clone()),
        bank: None,
        cash_receipt: false,
        issued_key: Some(IssuedKey { key, card: Some(card), memo }),
        memo: Memo { way: Way::Pc, ip: client_ip(&order.client_ip) }.text(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::order;
    use super::*;
    use serde_json::json;

    fn read(change: impl FnOnce(&mut Value)) -> Result<Approval, PgError> {
        let mut answer: Value =
            serde_json::from_str(include_str!("testdata/pc_billkey.json")).unwrap();
        change(&mut answer);
        let mut order = order("card");
        order.customer_uid = Some("customer-1".into());
        issued(&order, "tid".into(), &answer)
    }

    #[test]
    fn a_key_and_its_card() {
        let approval = read(|_| {}).unwrap();
        assert_eq!((approval.amount.minor(), approval.method), (14000, None));
        assert_eq!(approval.at.unwrap().kst14(), "20231115071320");
        let key = approval.issued_key.unwrap();
        assert_eq!(key.key, "0123456789abcdef0123456789abcdef01234567");
        let card = key.card.clone().unwrap();
        assert_eq!(card.code.as_deref(), Some("366"));
        assert_eq!(card.number.as_deref(), Some("400914*********7"));
        assert_eq!(key.memo, r#"{"url":"https://hub.example"}"#);
        assert!(!format!("{key:?}").contains("0123456789"), "{key:?}");
    }

    #[test]
    fn the_amount_is_only_shown() {
        for shown in [json!("14000"), json!(14000), json!("0"), json!(""), Value::Null] {
            let approval = read(|answer| answer["TotPrice"] = shown.clone()).unwrap();
            assert_eq!(approval.amount.minor(), 14000, "{shown}");
        }
        let other = read(|answer| answer["TotPrice"] = "13999".into()).unwrap();
        assert_eq!(other.amount.minor(), 13999);
        let garbage = read(|answer| answer["TotPrice"] = "1,4".into());
        assert!(matches!(garbage, Err(PgError::Unknown(_))), "{garbage:?}");
    }

    #[test]
    fn without_a_key_nothing_is_known() {
        for key in [json!(""), json!(" "), Value::Null, json!([])] {
            let result = read(|answer| answer["CARD_BillKey"] = key.clone());
            assert!(matches!(result, Err(PgError::Unknown(_))), "{key}: {result:?}");
        }
    }
}
