//! Asks the PG for what is written down, and writes down how it ended.

use super::write::write;
use super::{asked, back, settle, told, verbs};
use crate::commit::Actor;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use pg::capability::cash_receipt::{Issued, ReceiptOrder};
use pg::{CancelDone, PgError};
use store::Batch;
use store::cash_receipts::CashReceiptRow;

const NOT_ISSUED: &str = "현금영수증 발급에 실패하였습니다.";
const NOT_REVOKED: &str = "현금영수증 취소에 실패하였습니다.";
const ASKING: &str = "PG사의 응답을 받지 못해 결과를 확인하고 있습니다.";

/// Issues a receipt whose intent is committed. An unanswered call is asked about at once, then
/// left to the job.
pub(super) async fn issue(
    engine: &Engine,
    line: &Line,
    row: CashReceiptRow,
    order: &ReceiptOrder,
) -> Result<CashReceiptRow> {
    let operation = row.operation_id.clone();
    let error = match verbs(line.pg)?.issue(&line.cx(&operation), order).await {
        Ok(issued) => {
            let row = issued_row(row, issued, line.at.0);
            let (row, _) =
                write(engine, line, row, (Actor::Pg, "receipt_issued"), Batch::new()).await?;
            return issued_or(row);
        }
        Err(PgError::Unknown(_) | PgError::Forged(_)) => {
            let (row, _) = settle::now(engine, line, row).await?;
            return issued_or(row);
        }
        Err(error) => told(error, NOT_ISSUED),
    };
    let row = failed_row(row, &error.to_string());
    write(engine, line, row, (Actor::Pg, "receipt_failed"), Batch::new()).await?;
    Err(error)
}

/// Takes a receipt back: writes the intent, asks, writes the end.
pub(super) async fn revoke(
    engine: &Engine,
    line: &Line,
    row: CashReceiptRow,
    actor: Actor,
) -> Result<CashReceiptRow> {
    let intent = CashReceiptRow {
        state: "revoking".to_owned(),
        revoke_asked_at: Some(line.at.0),
        // A new number for each try: a PG takes none twice.
        operation_id: format!("{}c{}", row.receipt_id, row.version),
        settle_attempts: 0,
        message: None,
        ..row
    };
    let (row, mine) =
        write(engine, line, intent, (actor, "receipt_revoking"), Batch::new()).await?;
    if !mine {
        return revoked_or(row);
    }
    let operation = row.operation_id.clone();
    let error = match verbs(line.pg)?.revoke(&line.cx(&operation), &back(&row)?).await {
        Ok(done) => {
            let row = revoked_row(row, done, line.at.0);
            let (row, _) =
                write(engine, line, row, (Actor::Pg, "receipt_revoked"), Batch::new()).await?;
            return revoked_or(row);
        }
        Err(PgError::Unknown(_) | PgError::Forged(_)) => {
            let (row, _) = settle::now(engine, line, row).await?;
            return revoked_or(row);
        }
        Err(error) => told(error, NOT_REVOKED),
    };
    let row = kept_row(row, &error.to_string());
    write(engine, line, row, (Actor::Pg, "receipt_kept"), Batch::new()).await?;
    // Nothing of the merchant's request was wrong.
    Err(match error {
        Error::Invalid { message, .. } => {
            Error::PgRefused { code: String::new(), message: format!("{NOT_REVOKED} {message}") }
        }
        other => other,
    })
}

/// The receipt, or why there is none (yet).
fn issued_or(row: CashReceiptRow) -> Result<CashReceiptRow> {
    match row.state.as_str() {
        "issued" | "revoking" | "revoked" => Ok(row),
        "failed" => Err(refused(NOT_ISSUED, row.message.as_deref().unwrap_or_default())),
        _ => Err(refused(NOT_ISSUED, ASKING)),
    }
}

/// The receipt that is taken back, or why it is not (yet).
fn revoked_or(row: CashReceiptRow) -> Result<CashReceiptRow> {
    match row.state.as_str() {
        "revoked" => Ok(row),
        "revoking" => Err(refused(NOT_REVOKED, ASKING)),
        _ => Err(refused(NOT_REVOKED, row.message.as_deref().unwrap_or_default())),
    }
}

fn refused(prefix: &str, why: &str) -> Error {
    Error::PgRefused { code: String::new(), message: format!("{prefix} {why}").trim().to_owned() }
}

pub(super) fn issued_row(row: CashReceiptRow, issued: Issued, at: i64) -> CashReceiptRow {
    CashReceiptRow {
        state: "issued".to_owned(),
        receipt_tid: Some(domain::text::cut(&issued.tid, 64)),
        apply_num: Some(domain::text::cut(&issued.number, 64)),
        issued_at: Some(issued.at.map_or(at, |at| at.0)),
        message: None,
        ..row
    }
}

pub(super) fn failed_row(row: CashReceiptRow, why: &str) -> CashReceiptRow {
    let message = Some(domain::text::cut(why, 500));
    CashReceiptRow { state: "failed".to_owned(), message, ..row }
}

pub(super) fn revoked_row(row: CashReceiptRow, done: CancelDone, at: i64) -> CashReceiptRow {
    CashReceiptRow {
        state: "revoked".to_owned(),
        revoke_tid: Some(domain::text::cut(&done.tid, 64)),
        revoked_at: Some(done.at.map_or(at, |at| at.0)),
        message: None,
        ..row
    }
}

/// It could not be taken back: it stands.
pub(super) fn kept_row(row: CashReceiptRow, why: &str) -> CashReceiptRow {
    let message = Some(domain::text::cut(why, 500));
    CashReceiptRow { state: "issued".to_owned(), message, ..row }
}

/// The order of a receipt that was just written down.
pub(super) fn order(
    row: &CashReceiptRow,
    identified: super::identifier::Identified,
    purpose: pg::capability::cash_receipt::Purpose,
    buyer: pg::Buyer,
) -> Result<ReceiptOrder> {
    Ok(ReceiptOrder {
        asked: asked(row)?,
        name: row.name.clone().unwrap_or_default(),
        purpose,
        id_kind: identified.kind,
        id: identified.number,
        buyer,
    })
}
