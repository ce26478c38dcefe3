//! Billing keys: from the window or a card's number; charged, looked up, forgotten.

use super::SandboxOnly;
use super::approve::{approval, key};
use super::profile::Keys;
use super::settle;
use super::wire::call;
use crate::capability::billing::Billing;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Approval, Charge, IssuedKey, KeyIssue, Settled};
use serde_json::{Value, json};

#[async_trait::async_trait]
impl Billing for SandboxOnly {
    fn has_window(&self) -> bool {
        self.facts.keys.is_some_and(|keys| keys.window)
    }

    fn has_card_issue(&self) -> bool {
        self.facts.keys.is_some_and(|keys| keys.card)
    }

    fn charges_at_issue(&self) -> bool {
        self.facts.keys.is_some_and(|keys| keys.charges)
    }

    fn methods(&self) -> &'static [&'static str] {
        let of = |keys: Keys| if self.facts.any_method { self.facts.methods } else { keys.methods };
        self.facts.keys.map_or(&[], of)
    }

    async fn issue(&self, cx: &Cx<'_>, issue: &KeyIssue) -> Result<IssuedKey, PgError> {
        let secret = cx.credentials.need("key")?;
        if !self.has_card_issue() {
            let message = format!("{}는 카드번호로 빌링키를 발급하지 않습니다.", self.facts.ko);
            return Err(PgError::invalid("card_number", message));
        }
        let card = &issue.card;
        let plain = zeroize::Zeroizing::new(format!(
            "{}|{}|{}|{}",
            &*card.number, &*card.expiry, &*card.birth, &*card.password
        ));
        let sealed = sealed(secret, &plain)
            .ok_or_else(|| PgError::invalid("card_number", "카드번호를 암호화할 수 없습니다."))?;
        let data = json!({ "order_no": issue.order_no, "card_data": sealed });
        key(call(self, cx, "issue", data).await?.get("issued").unwrap_or(&Value::Null))
    }

    async fn charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Approval, PgError> {
        let data = request(self, cx, charge)?;
        approval(&call(self, cx, "charge", data).await?, &charge.imp_uid)
    }

    async fn settle_charge(&self, cx: &Cx<'_>, charge: &Charge) -> Result<Settled, PgError> {
        settle::approval(self, cx, &charge.imp_uid).await
    }

    async fn forget(&self, cx: &Cx<'_>, key: &IssuedKey) -> Result<(), PgError> {
        call(self, cx, "forget", json!({ "key": key.key })).await.map(drop)
    }
}

fn request(pg: &SandboxOnly, cx: &Cx<'_>, charge: &Charge) -> Result<Value, PgError> {
    cx.credentials.need("mid")?;
    if !pg.facts.currencies.contains(&charge.amount.currency()) {
        return Err(PgError::invalid("currency", "지원하지 않는 통화입니다."));
    }
    if charge.amount.is_zero() {
        return Err(PgError::invalid("amount", "결제 금액은 0보다 커야 합니다."));
    }
    Ok(json!({
        "order_no": charge.imp_uid,
        "name": charge.name,
        "amount": charge.amount.minor(),
        "currency": charge.amount.currency().code(),
        "quota": charge.quota,
        "key": charge.key.key,
    }))
}

/// A text under AES with the key's hash: what must not travel or be logged in the clear.
pub(super) fn sealed(secret: &str, plain: &str) -> Option<String> {
    let hash = crate::crypto::sha256_hex(secret);
    crate::crypto::aes128_ecb_hex(&hash.as_bytes()[..16], plain.as_bytes())
}
