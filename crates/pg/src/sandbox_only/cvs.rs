//! Numbers to pay at a convenience store.

use super::SandboxOnly;
use super::approve::approval;
use super::settle;
use super::wire::call;
use crate::capability::cvs::{Cvs, CvsOrder};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Approval, Settled};
use serde_json::json;

#[async_trait::async_trait]
impl Cvs for SandboxOnly {
    async fn issue(&self, cx: &Cx<'_>, order: &CvsOrder) -> Result<Approval, PgError> {
        if !self.facts.currencies.contains(&order.amount.currency()) {
            return Err(PgError::invalid("currency", "지원하지 않는 통화입니다."));
        }
        let data = json!({
            "order_no": order.imp_uid,
            "name": order.name,
            "amount": order.amount.minor(),
            "currency": order.amount.currency().code(),
            "barcode": order.barcode,
            "due": order.due.map(|due| due.0),
            "notice_url": order.notice_url,
        });
        approval(&call(self, cx, "cvs", data).await?, &order.imp_uid)
    }

    async fn settle_issue(&self, cx: &Cx<'_>, order: &CvsOrder) -> Result<Settled, PgError> {
        settle::approval(self, cx, &order.imp_uid).await
    }

    fn confirm_event(&self) -> &'static str {
        "Galaxia.Cvs.Confirm"
    }
}
