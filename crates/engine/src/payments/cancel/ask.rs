//! Asks the PG for a cancel whose intent is committed, and writes down how it ended.

use crate::commit::{Actor, Change, Conflict};
use crate::payments::approval::{ROUNDS, reload};
use crate::payments::line::Line;
use crate::payments::order::cancel_order;
use crate::payments::settle::attention_about;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use domain::payment::Event;
use pg::{CancelDone, CancelSettled, PgError};
use store::cancels::CancelRow;
use store::payments::PaymentRow;

/// How a cancel ended.
enum End {
    Done(CancelDone),
    Refused(String),
}

/// Asks once; an unanswered call is asked about at once, then left to the job.
pub(super) async fn ask(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
    cancel: CancelRow,
) -> Result<PaymentRow> {
    let order = cancel_order(&row, &cancel, earlier(engine, &row).await?);
    let operation = cancel.cancel_id.clone();
    let error = match line.pg.cancel(&line.cx(&operation), &order).await {
        Ok(done) => {
            let end = End::Done(done);
            let (row, mine) = finish(engine, line, row, &cancel, &end, Actor::Pg).await?;
            return if mine { Ok(row) } else { ended(engine, row, &cancel.cancel_id).await };
        }
        Err(PgError::Unknown(why)) => {
            let mut change = Change::new(engine, row, Actor::Pg, line.at);
            change.exchanges(&line.take());
            change.apply(Event::CancelNoAnswer)?;
            change.detail("why", why);
            let row = change.commit(engine).await?;
            let row = settle_now(engine, line, row).await?.0;
            if row.payment.pending_cancel().is_none() {
                return ended(engine, row, &cancel.cancel_id).await;
            }
            let text = "PG사의 응답을 받지 못해 취소 결과를 확인하고 있습니다.";
            return Err(Error::PgRefused { code: "F500".into(), message: text.into() });
        }
        Err(error) => error,
    };
    let message = match Error::from(error) {
        Error::PgRefused { message, .. } => format!("결제취소에 실패하였습니다. {message}"),
        other => return Err(other),
    };
    let end = End::Refused(message.clone());
    let (row, mine) = finish(engine, line, row, &cancel, &end, Actor::Pg).await?;
    if !mine {
        return ended(engine, row, &cancel.cancel_id).await;
    }
    Err(Error::PgRefused { code: String::new(), message })
}

/// As [`settle_now`], unless the open cancel may still be waiting for its answer in another
/// process: asking about it, or repeating it, would then cross the first call.
pub(super) async fn settle_idle(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
) -> Result<PaymentRow> {
    let merchant = MerchantId(row.merchant_id);
    let open = store::cancels::open_of_payment(&engine.db, merchant, &row.imp_uid).await?;
    let Some(cancel) = open else { return reload(engine, &row).await };
    if graced(engine, line, &cancel) {
        return settle_now(engine, line, row).await.map(|(row, _)| row);
    }
    Ok(row)
}

/// Whoever asked for this cancel has its answer by now, or never will.
fn graced(engine: &Engine, line: &Line, cancel: &CancelRow) -> bool {
    (line.at.0 - cancel.asked_at) / 1000 >= engine.settings.settle_grace_seconds
}

/// Asks about the open cancel of a payment once; the caller holds the payment's lock. Gives the row
/// as it is then and how often this cancel was asked about.
///
/// # Errors
/// Faults of ours.
pub async fn settle_now(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
) -> Result<(PaymentRow, i64)> {
    let merchant = MerchantId(row.merchant_id);
    let open = store::cancels::open_of_payment(&engine.db, merchant, &row.imp_uid).await?;
    let Some(cancel) = open else { return Ok((row, 0)) };
    let attempts = cancel.settle_attempts + 1;
    let order = cancel_order(&row, &cancel, earlier(engine, &row).await?);
    let operation = cancel.cancel_id.clone();
    let graced = graced(engine, line, &cancel);
    let why = match line.pg.settle_cancel(&line.cx(&operation), &order).await {
        Ok(CancelSettled::Done(done)) => {
            let end = End::Done(done);
            let (row, _) = finish(engine, line, row, &cancel, &end, Actor::Job).await?;
            return Ok((row, attempts));
        }
        Ok(CancelSettled::NotDone) if graced => {
            let end = End::Refused("PG사에 취소 내역이 없습니다. 취소되지 않았습니다.".into());
            let (row, _) = finish(engine, line, row, &cancel, &end, Actor::Job).await?;
            return Ok((row, attempts));
        }
        Ok(CancelSettled::NotDone) => "too soon to believe".to_owned(),
        Ok(CancelSettled::CannotTell(why)) => why,
        Err(error) => error.to_string(),
    };
    let mut change = Change::new(engine, row, Actor::Job, line.at);
    change.exchanges(&line.take());
    change.note("cancel_settle_tried");
    change.detail("why", why.clone());
    store::cancels::count_attempt(&mut change.batch, merchant, &cancel.cancel_id);
    if graced {
        let about = ("cancel_unknown", cancel.cancel_id.as_str());
        let person = attention_about(&change.row, about, &why, line.at);
        store::attentions::raise(&mut change.batch, &person);
    }
    Ok((change.commit(engine).await?, attempts))
}

/// Staff say how the open cancel of a payment ended, having looked at the PG's own pages.
///
/// # Errors
/// [`Error::NotFound`] if none is open.
pub async fn decide(
    engine: &Engine,
    row: PaymentRow,
    cancel_id: &str,
    done: bool,
    by: &str,
) -> Result<PaymentRow> {
    let _held = engine.locks.hold(&row.imp_uid).await;
    let row = reload(engine, &row).await?;
    let merchant = MerchantId(row.merchant_id);
    let open = store::cancels::open_of_payment(&engine.db, merchant, &row.imp_uid).await?;
    let cancel = open.filter(|open| open.cancel_id == cancel_id);
    let gone = Error::NotFound("이미 처리되었거나 없는 항목입니다.");
    let Some(cancel) = cancel else { return Err(gone) };
    let line = Line::open(engine, &row).await?;
    let end = match done {
        true => End::Done(CancelDone { tid: String::new(), at: None }),
        false => End::Refused("담당자가 PG사에서 확인하였습니다. 취소되지 않았습니다.".into()),
    };
    let mut change = Change::new(engine, row, Actor::Console, line.at);
    change.by = Some(by.to_owned());
    change.detail("by", by);
    finished(&mut change, &line, cancel, &end)?;
    Ok(change.commit(engine).await?)
}

async fn earlier(engine: &Engine, row: &PaymentRow) -> Result<i64> {
    let merchant = MerchantId(row.merchant_id);
    let all = store::cancels::of_payment(&engine.db, merchant, &row.imp_uid).await?;
    let done = all.iter().filter(|cancel| cancel.state == "done").count();
    i64::try_from(done).map_err(Error::internal)
}

/// Writes down how a cancel ended. False with the row if another process had settled this very
/// cancel by then: what that found out counts.
async fn finish(
    engine: &Engine,
    line: &Line,
    mut row: PaymentRow,
    cancel: &CancelRow,
    end: &End,
    actor: Actor,
) -> Result<(PaymentRow, bool)> {
    let exchanges = line.take();
    let merchant = MerchantId(row.merchant_id);
    for _ in 0..ROUNDS {
        let mut change = Change::new(engine, row.clone(), actor, line.at);
        change.exchanges(&exchanges);
        finished(&mut change, line, cancel.clone(), end)?;
        match change.commit(engine).await {
            Ok(row) => return Ok((row, true)),
            Err(Conflict::Changed) => row = reload(engine, &row).await?,
            Err(other) => return Err(other.into()),
        }
        let open = store::cancels::open_of_payment(&engine.db, merchant, &row.imp_uid).await?;
        if open.is_none_or(|open| open.cancel_id != cancel.cancel_id) {
            return Ok((row, false));
        }
    }
    Err(Error::internal("the payment kept changing"))
}

fn finished(
    change: &mut Change,
    line: &Line,
    mut cancel: CancelRow,
    end: &End,
) -> std::result::Result<(), Conflict> {
    change.detail("cancel_id", cancel.cancel_id.clone());
    change.operation(&cancel.cancel_id);
    match end {
        End::Done(done) => {
            change.apply(Event::CancelDone)?;
            let at = done.at.unwrap_or(line.at).0;
            "done".clone_into(&mut cancel.state);
            cancel.done_at = Some(at);
            cancel.pg_tid = Some(domain::text::cut(&done.tid, 64));
            change.row.cancelled_at = Some(at);
            change.row.cancel_reason =
                Some(cancel.reason.clone()).filter(|reason| !reason.is_empty());
            change.notify_cancel = cancel.webhook_at.map(|_| cancel.cancel_id.clone());
        }
        End::Refused(message) => {
            change.apply(Event::CancelRefused)?;
            "refused".clone_into(&mut cancel.state);
            change.detail("message", message.clone());
            cancel.message = Some(domain::text::cut(message, 500));
        }
    }
    store::cancels::finish(&mut change.batch, &cancel);
    Ok(())
}

/// The answer for a cancel that was settled while its caller waited.
async fn ended(engine: &Engine, row: PaymentRow, cancel_id: &str) -> Result<PaymentRow> {
    let merchant = MerchantId(row.merchant_id);
    let all = store::cancels::of_payment(&engine.db, merchant, &row.imp_uid).await?;
    match all.into_iter().find(|cancel| cancel.cancel_id == cancel_id) {
        Some(cancel) if cancel.state == "done" => Ok(row),
        other => {
            let message = other.and_then(|cancel| cancel.message).unwrap_or_default();
            Err(Error::PgRefused { code: String::new(), message })
        }
    }
}
