//! Virtual accounts: opened without a window, changed, and whose they are.

use super::SandboxOnly;
use super::approve::approval;
use super::naver::about;
use super::wire::{call, text};
use crate::capability::account_changes::{AccountChange, AccountChanges};
use crate::capability::holders::Holders;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{AccountOrder, Approval};
use serde_json::json;

/// The PG that tells whose account a number is.
pub(super) const HOLDERS: &str = "settle";

/// Opens an account.
pub(super) async fn issue(
    pg: &SandboxOnly,
    cx: &Cx<'_>,
    order: &AccountOrder,
) -> Result<Approval, PgError> {
    if !pg.facts.currencies.contains(&order.amount.currency()) {
        return Err(PgError::invalid("currency", "지원하지 않는 통화입니다."));
    }
    if order.holder.is_empty() && pg.facts.accounts == Some(true) {
        return Err(PgError::invalid("vbank_holder", "예금주 이름이 필요합니다."));
    }
    if order.due <= cx.at {
        return Err(PgError::invalid("vbank_due", "입금기한이 이미 지났습니다."));
    }
    let data = json!({
        "order_no": order.imp_uid,
        "name": order.name,
        "amount": order.amount.minor(),
        "currency": order.amount.currency().code(),
        "bank_code": order.bank_code,
        "due": order.due.0,
        "holder": order.holder,
        "notice_url": order.notice_url,
    });
    approval(&call(pg, cx, "account", data).await?, &order.imp_uid)
}

#[async_trait::async_trait]
impl AccountChanges for SandboxOnly {
    async fn change(&self, cx: &Cx<'_>, tid: &str, change: &AccountChange) -> Result<(), PgError> {
        if change.due.is_some_and(|due| due <= cx.at) {
            return Err(PgError::invalid("vbank_due", "입금기한이 이미 지났습니다."));
        }
        let data = json!({
            "tid": tid,
            "amount": change.amount.map(domain::Money::minor),
            "due": change.due.map(|due| due.0),
        });
        about(&call(self, cx, "account-change", data).await?, tid)
    }
}

#[async_trait::async_trait]
impl Holders for SandboxOnly {
    async fn holder(
        &self,
        cx: &Cx<'_>,
        bank_code: &str,
        number: &str,
    ) -> Result<Option<String>, PgError> {
        let data = json!({ "bank_code": bank_code, "account_no": number });
        let answer = call(self, cx, "account-holder", data).await?;
        Ok(Some(text(&answer, "holder").to_owned()).filter(|holder| !holder.is_empty()))
    }
}
