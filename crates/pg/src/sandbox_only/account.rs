//! Virtual accounts without a window.

use super::SandboxOnly;
use super::approve::approval;
use super::wire::call;
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{AccountOrder, Approval};
use serde_json::json;

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
