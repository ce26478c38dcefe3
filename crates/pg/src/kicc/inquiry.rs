//! What KICC's books say, for reconciliation: the inquiry by our own number, which knows today and
//! yesterday only.

use super::approve::{Asked, details};
use super::settle::{self, Found, TOO_OLD};
use crate::capability::inquiry::{Inquiries, Inquiry, Known, Told};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{CancelOrder, CancelSettled};

/// KICC's inquiries.
pub(super) struct KiccInquiries;

#[async_trait::async_trait]
impl Inquiries for KiccInquiries {
    async fn payment(&self, cx: &Cx<'_>, inquiry: &Inquiry) -> Result<Told, PgError> {
        if inquiry.method == "vbank" {
            // The answer is that of the issue; KICC tells of a deposit by notice alone.
            return Ok(Told::CannotTell("KICC 조회는 가상계좌 입금을 알려주지 않습니다.".into()));
        }
        let answer = match settle::find(cx, inquiry.asked_at).await? {
            Found::Nothing => return Ok(Told::Nothing),
            Found::TooOld => return Ok(Told::CannotTell(TOO_OLD.into())),
            Found::Answer(answer) => answer,
        };
        let approval = details(&answer, &Asked::new(cx, &inquiry.imp_uid)?)?;
        Ok(Told::Known(Known {
            tid: approval.tid,
            mid: answer.get("mallId"),
            amount: approval.amount,
            at: approval.at,
            back: None,
        }))
    }

    async fn cancel(&self, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
        settle::cancel(cx, cancel).await
    }
}
