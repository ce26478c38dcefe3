//! Unknown outcomes: ask the PG until it says, explicitly, how an approval or a cancel ended.

use super::line::Line;
use super::{accounts, approval, cancel, cvs, window};
use crate::commit::{Actor, Change, Conflict};
use crate::jobs::next::Next;
use crate::{Engine, Error, Result, billing};
use domain::payment::{Event, State};
use domain::{Millis, retry};
use pg::{PgError, Settled};
use store::attentions::AttentionRow;
use store::checkouts::CheckoutRow;
use store::payments::PaymentRow;

/// The job `settle_approval`: the key is the imp_uid.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn approval(engine: &Engine, imp_uid: &str) -> Result<Next> {
    let _held = engine.locks.hold(imp_uid).await;
    let Some(row) = store::payments::find_any(&engine.db, imp_uid).await? else {
        return Ok(Next::Done);
    };
    if !unsettled(&row) {
        return Ok(Next::Done);
    }
    let line = Line::open(engine, &row).await?;
    let Some(row) = overtake(engine, &line, row).await? else {
        return Ok(Next::Again { run_at: line.at });
    };
    let Some(checkout) = store::checkouts::by_payment(&engine.db, imp_uid).await? else {
        // No window: an account asked for by the merchant's server, or a charge of a billing key.
        let settled = match row.pay_method.as_deref() {
            Some("vbank") => account_now(engine, &line, row).await,
            Some(cvs::METHOD) => cvs_now(engine, &line, row).await,
            _ => charge_now(engine, &line, row).await,
        };
        return settled.map(|(_, next)| next);
    };
    approval_now(engine, &line, &checkout, row).await.map(|(_, next)| next)
}

pub(crate) fn unsettled(row: &PaymentRow) -> bool {
    matches!(row.payment.state, State::Approving | State::Unknown)
}

/// Some PGs settle by undoing. Before one is asked, whoever in another process still has the first
/// answer to write down is overtaken: it finds the payment changed, and leaves the end to the job.
/// `None` if it was faster.
async fn overtake(engine: &Engine, line: &Line, row: PaymentRow) -> Result<Option<PaymentRow>> {
    let graced = elapsed(line.at, row.approving_at) >= engine.settings.settle_grace_seconds;
    if row.payment.state != State::Approving || row.settle_attempts > 0 || !graced {
        return Ok(Some(row));
    }
    let mut change = Change::new(engine, row, Actor::Job, line.at);
    change.note("settle_begun");
    match change.commit(engine).await {
        Ok(row) => Ok(Some(row)),
        Err(Conflict::Changed) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// Asks once. The caller holds the payment's lock.
pub(super) async fn approval_now(
    engine: &Engine,
    line: &Line,
    checkout: &CheckoutRow,
    row: PaymentRow,
) -> Result<(PaymentRow, Next)> {
    let order = super::order::order(engine, &row, checkout);
    let operation = row.operation_id.clone().unwrap_or_default();
    let auth = row.pg_auth.clone().unwrap_or_default();
    let answer = line.pg.settle_approval(&line.cx(&operation), &order, &row.pg_memo, &auth).await;
    ended(engine, line, row, answer).await
}

/// Asks once how a charge of a billing key ended. The caller holds the payment's lock.
pub(crate) async fn charge_now(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
) -> Result<(PaymentRow, Next)> {
    let verbs = line.pg.billing().ok_or_else(|| Error::internal("no billing"))?;
    let context = billing::key::of_payment(&row.imp_uid);
    let sealed = row.pg_auth.clone().unwrap_or_default();
    let key = billing::key::open(engine, &context, &sealed)?;
    let charge = billing::order::order(&row, key);
    let operation = row.operation_id.clone().unwrap_or_default();
    let answer = verbs.settle_charge(&line.cx(&operation), &charge).await;
    ended(engine, line, row, answer).await
}

/// Asks once how an account's issue ended. The caller holds the payment's lock.
pub(super) async fn account_now(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
) -> Result<(PaymentRow, Next)> {
    let order = accounts::issue::order(engine, &row)?;
    let operation = row.operation_id.clone().unwrap_or_default();
    let verbs = accounts::issue::accounts(line)?;
    let answer = verbs.settle_issue(&line.cx(&operation), &order).await;
    ended(engine, line, row, answer).await
}

/// Asks once how the issue of a store's number ended. The caller holds the payment's lock.
pub(super) async fn cvs_now(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
) -> Result<(PaymentRow, Next)> {
    let order = cvs::issue::order(engine, &row)?;
    let operation = row.operation_id.clone().unwrap_or_default();
    let answer = cvs::issue::verbs(line)?.settle_issue(&line.cx(&operation), &order).await;
    ended(engine, line, row, answer).await
}

async fn ended(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
    answer: std::result::Result<Settled, PgError>,
) -> Result<(PaymentRow, Next)> {
    let graced = elapsed(line.at, row.approving_at) >= engine.settings.settle_grace_seconds;
    match answer {
        Ok(Settled::Approved(approved)) => {
            let row = approval::conclude(engine, line, row, *approved, Actor::Job).await?;
            Ok(with_next(line, row))
        }
        Ok(Settled::Voided) => {
            let text = "PG사의 응답을 받지 못해 결제가 취소되었습니다. 청구되지 않습니다.";
            Ok(with_next(line, voided(engine, line, row, text).await?))
        }
        Ok(Settled::Nothing) if graced => {
            let text = "결제가 승인되지 않았습니다. 청구되지 않습니다.";
            Ok(with_next(line, voided(engine, line, row, text).await?))
        }
        Ok(Settled::Nothing) => tried(engine, line, row, "too soon to believe", None).await,
        Ok(Settled::CannotTell(why)) => {
            let person = attention(&row, "approval_unknown", &why, line.at);
            tried(engine, line, row, &why, Some(person)).await
        }
        // An error never settles anything; one that stays is a person's business too.
        Err(error) => {
            let why = error.to_string();
            let silent = row.settle_attempts + 1 >= retry::SILENT_AFTER;
            let person = silent.then(|| attention(&row, "approval_unknown", &why, line.at));
            tried(engine, line, row, &why, person).await
        }
    }
}

fn elapsed(at: Millis, since: Option<i64>) -> i64 {
    since.map_or(i64::MAX, |since| (at.0 - since) / 1000)
}

fn again(at: Millis, row: &PaymentRow) -> Next {
    let attempts = u32::try_from(row.settle_attempts).unwrap_or(u32::MAX);
    Next::Again { run_at: at.plus_seconds(retry::settle_delay(attempts)) }
}

/// The job goes on as long as the payment is not settled, whoever changed it last.
fn with_next(line: &Line, row: PaymentRow) -> (PaymentRow, Next) {
    let next = if unsettled(&row) { again(line.at, &row) } else { Next::Done };
    (row, next)
}

async fn voided(engine: &Engine, line: &Line, row: PaymentRow, text: &str) -> Result<PaymentRow> {
    let scheduled = row.customer_uid_usage.as_deref() == Some("payment.scheduled");
    let mut change = Change::new(engine, row.clone(), Actor::Job, line.at);
    change.exchanges(&line.take());
    change.notify_failure = scheduled;
    change.apply(Event::Voided)?;
    window::failed_facts(&mut change, "F500", text, line.at.0);
    approval::or_as_it_is(engine, &row, change.commit(engine).await).await
}

async fn tried(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
    why: &str,
    person: Option<AttentionRow>,
) -> Result<(PaymentRow, Next)> {
    let mut change = Change::new(engine, row.clone(), Actor::Job, line.at);
    change.exchanges(&line.take());
    change.row.settle_attempts += 1;
    change.note("settle_tried");
    change.detail("why", why);
    if let Some(person) = &person {
        store::attentions::raise(&mut change.batch, person);
    }
    let row = approval::or_as_it_is(engine, &row, change.commit(engine).await).await?;
    Ok(with_next(line, row))
}

/// Something only a person can find out in the PG's own admin pages.
pub(crate) fn attention(row: &PaymentRow, kind: &str, why: &str, at: Millis) -> AttentionRow {
    AttentionRow {
        id: format!("{kind}:{}", row.imp_uid),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone(),
        at: at.0,
        kind: kind.to_owned(),
        detail: domain::text::cut(why, 500),
        resolved_at: None,
        resolved_by: None,
    }
}

/// As [`attention`], about one thing of several a payment may have: each is raised by itself.
pub(crate) fn attention_about(
    row: &PaymentRow,
    (kind, which): (&str, &str),
    why: &str,
    at: Millis,
) -> AttentionRow {
    let plain = attention(row, kind, why, at);
    AttentionRow { id: format!("{}:{}", plain.id, domain::text::cut(which, 100)), ..plain }
}

/// Staff say that the PG has no approval, or that they undid it there.
///
/// # Errors
/// [`Error::NotFound`] if its outcome is not unknown any more.
pub(crate) async fn nothing_stands(
    engine: &Engine,
    row: PaymentRow,
    by: &str,
) -> Result<PaymentRow> {
    let _held = engine.locks.hold(&row.imp_uid).await;
    let row = approval::reload(engine, &row).await?;
    if !unsettled(&row) {
        return Err(Error::NotFound("이미 처리되었거나 없는 항목입니다."));
    }
    let at = crate::merchants::now_of(engine, domain::MerchantId(row.merchant_id)).await?;
    let scheduled = row.customer_uid_usage.as_deref() == Some("payment.scheduled");
    let mut change = Change::new(engine, row, Actor::Console, at);
    change.notify_failure = scheduled;
    change.by = Some(by.to_owned());
    change.detail("by", by);
    change.apply(Event::Voided)?;
    let text = "담당자가 PG사에서 확인하여 승인되지 않은 것으로 처리하였습니다.";
    window::failed_facts(&mut change, "F500", text, at.0);
    Ok(change.commit(engine).await?)
}

/// The job `settle_cancel`: the key is the imp_uid, whose one open cancel is asked about.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn cancel(engine: &Engine, imp_uid: &str) -> Result<Next> {
    let _held = engine.locks.hold(imp_uid).await;
    let Some(row) = store::payments::find_any(&engine.db, imp_uid).await? else {
        return Ok(Next::Done);
    };
    let line = Line::open(engine, &row).await?;
    let (row, attempts) = cancel::settle_now(engine, &line, row).await?;
    if row.payment.pending_cancel().is_none() {
        return Ok(Next::Done);
    }
    let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
    Ok(Next::Again { run_at: line.at.plus_seconds(retry::settle_delay(attempts)) })
}
