//! What the sandbox's own books say, for reconciliation: every operation is remembered by its
//! number.

use super::SandboxOnly;
use super::approve::approval as read;
use super::settle;
use crate::capability::inquiry::{Inquiries, Inquiry, Known, Told};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelOrder, CancelSettled};

#[async_trait::async_trait]
impl Inquiries for SandboxOnly {
    async fn payment(&self, cx: &Cx<'_>, inquiry: &Inquiry) -> Result<Told, PgError> {
        let Some(found) = settle::lookup(self, cx).await? else { return Ok(Told::Nothing) };
        let approval = read(&found, &inquiry.imp_uid)?;
        if approval.account.is_some() {
            return Ok(Told::CannotTell("발급 내역으로는 입금을 알 수 없습니다.".into()));
        }
        Ok(Told::Known(Known {
            tid: approval.tid,
            mid: String::new(),
            amount: approval.amount,
            at: approval.at,
            back: None,
        }))
    }

    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
        settle::cancel(self, cx, cancel).await
    }
}
