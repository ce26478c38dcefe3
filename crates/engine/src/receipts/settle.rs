//! How an unanswered call ended: the PG is asked until it says, or a person does.

use super::ask::{failed_row, issued_row, kept_row, revoked_row};
use super::write::write;
use super::{asked, back, verbs};
use crate::commit::Actor;
use crate::jobs::next::Next;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{MerchantId, retry};
use pg::CancelSettled;
use pg::capability::cash_receipt::IssueSettled;
use store::Batch;
use store::attentions::{self, AttentionRow};
use store::cash_receipts::{self, CashReceiptRow};

/// The name of the lock under which a receipt changes: its payment's where it has one.
pub(super) fn lock(row: &CashReceiptRow) -> String {
    match &row.imp_uid {
        Some(imp_uid) => imp_uid.clone(),
        None => elsewhere(MerchantId(row.merchant_id), &row.merchant_uid),
    }
}

/// The lock of a sale made elsewhere.
pub(super) fn elsewhere(merchant: MerchantId, merchant_uid: &str) -> String {
    format!("receipt:{}:{merchant_uid}", merchant.0)
}

/// The line to a receipt's PG.
pub(super) async fn line(engine: &Engine, row: &CashReceiptRow) -> Result<Line> {
    let merchant = MerchantId(row.merchant_id);
    let channel = store::channels::find(&engine.db, merchant, row.channel_id).await?;
    let channel = channel.ok_or_else(|| Error::internal("the receipt's channel is gone"))?;
    Line::of_channel(engine, &channel, row.imp_uid.as_deref().unwrap_or_default()).await
}

/// The job.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn settle(engine: &Engine, receipt_id: &str) -> Result<Next> {
    let Some(row) = cash_receipts::find_any(&engine.db, receipt_id).await? else {
        return Ok(Next::Done);
    };
    let _held = engine.locks.hold(&lock(&row)).await;
    let Some(row) = cash_receipts::find_any(&engine.db, receipt_id).await? else {
        return Ok(Next::Done);
    };
    let line = line(engine, &row).await?;
    now(engine, &line, row).await.map(|(_, next)| next)
}

/// As [`now`], unless another process may still be waiting for the answer.
pub(super) async fn idle(
    engine: &Engine,
    line: &Line,
    row: CashReceiptRow,
) -> Result<CashReceiptRow> {
    if is_open(&row) && graced(engine, line, &row) {
        return now(engine, line, row).await.map(|(row, _)| row);
    }
    Ok(row)
}

/// The PG may yet say how it ended.
pub(super) fn is_open(row: &CashReceiptRow) -> bool {
    matches!(row.state.as_str(), "issuing" | "revoking")
}

fn graced(engine: &Engine, line: &Line, row: &CashReceiptRow) -> bool {
    let since = row.revoke_asked_at.unwrap_or(row.asked_at);
    (line.at.0 - since) / 1000 >= engine.settings.settle_grace_seconds
}

/// What asking brought.
enum Said {
    /// It ended: the row as it is then, and its word in the history.
    Ended(Box<CashReceiptRow>, &'static str),
    /// Ask again.
    Later(String),
    /// Only a person can find out.
    Person(String),
}

/// Asks once. The caller holds the lock.
pub(super) async fn now(
    engine: &Engine,
    line: &Line,
    row: CashReceiptRow,
) -> Result<(CashReceiptRow, Next)> {
    let graced = graced(engine, line, &row);
    let said = match row.state.as_str() {
        "issuing" => issuing(line, &row, graced).await?,
        "revoking" => revoking(line, &row, graced).await?,
        _ => return Ok((row, Next::Done)),
    };
    let mut extra = Batch::new();
    let said = match said {
        Said::Later(why) if row.settle_attempts + 1 >= retry::SILENT_AFTER => Said::Person(why),
        other => other,
    };
    let said = match said {
        Said::Person(why) => by_person(engine, &row, why, &mut extra, line).await?,
        other => other,
    };
    let (next_row, event) = match said {
        Said::Ended(row, event) => (*row, event),
        Said::Later(why) | Said::Person(why) => {
            let message = Some(domain::text::cut(&why, 500));
            let settle_attempts = row.settle_attempts + 1;
            (CashReceiptRow { settle_attempts, message, ..row }, "receipt_settle_tried")
        }
    };
    if !is_open(&next_row) {
        let id = attention_id(&next_row.operation_id);
        let merchant = MerchantId(next_row.merchant_id);
        attentions::close_one(&mut extra, merchant, &id, Actor::Job.as_str(), line.at.0);
    }
    let (row, _) = write(engine, line, next_row, (Actor::Job, event), extra).await?;
    let next = if is_open(&row) {
        let attempts = u32::try_from(row.settle_attempts).unwrap_or(u32::MAX);
        Next::Again { run_at: line.at.plus_seconds(retry::settle_delay(attempts)) }
    } else {
        Next::Done
    };
    Ok((row, next))
}

async fn issuing(line: &Line, row: &CashReceiptRow, graced: bool) -> Result<Said> {
    let ended = |why: &str| Said::Ended(Box::new(failed_row(row.clone(), why)), "receipt_failed");
    let answer = verbs(line.pg)?.settle_issue(&line.cx(&row.operation_id), &asked(row)?).await;
    Ok(match answer {
        Ok(IssueSettled::Issued(issued)) => {
            Said::Ended(Box::new(issued_row(row.clone(), issued, line.at.0)), "receipt_issued")
        }
        Ok(IssueSettled::Voided) => ended("PG사의 응답을 받지 못해 발급이 취소되었습니다."),
        Ok(IssueSettled::Nothing) if graced => ended("PG사에 발급 내역이 없습니다."),
        Ok(IssueSettled::Nothing) => Said::Later("too soon to believe".to_owned()),
        Ok(IssueSettled::CannotTell(why)) => Said::Person(why),
        Err(error) => Said::Later(error.to_string()),
    })
}

async fn revoking(line: &Line, row: &CashReceiptRow, graced: bool) -> Result<Said> {
    let answer = verbs(line.pg)?.settle_revoke(&line.cx(&row.operation_id), &back(row)?).await;
    Ok(match answer {
        Ok(CancelSettled::Done(done)) => {
            Said::Ended(Box::new(revoked_row(row.clone(), done, line.at.0)), "receipt_revoked")
        }
        Ok(CancelSettled::NotDone) if graced => {
            let why = "PG사에 취소 내역이 없습니다. 취소되지 않았습니다.";
            Said::Ended(Box::new(kept_row(row.clone(), why)), "receipt_kept")
        }
        Ok(CancelSettled::NotDone) => Said::Later("too soon to believe".to_owned()),
        Ok(CancelSettled::CannotTell(why)) => Said::Person(why),
        Err(error) => Said::Later(error.to_string()),
    })
}

fn attention_id(operation_id: &str) -> String {
    format!("cash_receipt_unknown:{operation_id}")
}

/// Whoever marks the attention as dealt with says by that: there is no valid receipt at the PG. The
/// text asks for it.
async fn by_person(
    engine: &Engine,
    row: &CashReceiptRow,
    why: String,
    batch: &mut Batch,
    line: &Line,
) -> Result<Said> {
    let id = attention_id(&row.operation_id);
    let merchant = MerchantId(row.merchant_id);
    if attentions::is_resolved(&engine.db, merchant, &id).await? {
        let done = pg::CancelDone { tid: String::new(), at: None };
        return Ok(match row.state.as_str() {
            "issuing" => {
                let text = "담당자가 PG사에서 확인하여 발급되지 않은 것으로 처리하였습니다.";
                Said::Ended(Box::new(failed_row(row.clone(), text)), "receipt_failed")
            }
            _ => {
                Said::Ended(Box::new(revoked_row(row.clone(), done, line.at.0)), "receipt_revoked")
            }
        });
    }
    let text = "PG사 관리자에서 이 현금영수증이 남아 있는지 확인하고, 남아 있으면 그곳에서 취소한 뒤 \
                처리 완료로 표시해 주세요.";
    let person = AttentionRow {
        id,
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone().unwrap_or_default(),
        at: line.at.0,
        kind: "cash_receipt_unknown".to_owned(),
        detail: domain::text::cut(&format!("{why} ({}) {text}", row.merchant_uid), 500),
        resolved_at: None,
        resolved_by: None,
    };
    attentions::raise(batch, &person);
    Ok(Said::Person(why))
}
