//! Escrow (V1 behaviour §3.11): deliveries registered at the PG, and what became of them.
//!
//! Names and addresses are for the PG: they are sealed while it is asked and dropped once it
//! answered. What stays is courier, parcel and times.

pub mod changed;
pub mod register;
pub mod settle;
pub mod show;

use crate::commit::{Actor, Change, Conflict};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use pg::capability::escrow::Escrows;
use store::Batch;
use store::escrows::{self, EscrowRow};
use store::payments::PaymentRow;

/// The job that asks how an unanswered registration ended; its key is the imp_uid.
pub const JOB: &str = "settle_escrow";

/// Why something cannot be done with a delivery. V1: HTTP 409.
const NOTHING: &str = "등록된 배송정보가 존재하지 않습니다.";

/// The verbs of a PG.
///
/// # Errors
/// [`Error::Invalid`] (V1 behaviour §3.11: HTTP 400 for a PG that cannot).
fn verbs(pg: &'static dyn pg::Pg) -> Result<&'static dyn Escrows> {
    pg.escrows().ok_or_else(|| {
        let text = format!("{}: 에스크로 배송정보를 지원하지 않는 PG사입니다.", pg.spec().ko);
        Error::invalid("imp_uid", text)
    })
}

/// Writes a delivery with its payment's history. `None` if somebody changed either first.
async fn write(
    engine: &Engine,
    line: &Line,
    payment: &PaymentRow,
    row: EscrowRow,
    (actor, event): (Actor, &str),
    extra: Batch,
) -> Result<Option<EscrowRow>> {
    let row = EscrowRow { version: row.version + 1, ..row };
    let mut change = Change::new(engine, payment.clone(), actor, line.at);
    change.note(event);
    if let Some(message) = &row.message {
        change.detail("message", message.clone());
    }
    change.exchanges(&line.take());
    change.batch.extend(extra);
    escrows::put(&mut change.batch, &row);
    match change.commit(engine).await {
        Ok(_) => Ok(Some(row)),
        Err(Conflict::Changed) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// What seals a delivery while it is asked for.
fn context(merchant: MerchantId, imp_uid: &str) -> String {
    format!("escrow_deliveries/{}/{imp_uid}/asking", merchant.0)
}
