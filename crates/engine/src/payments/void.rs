//! An approval that must not stand, because its amount is not the order's, is given back at once.

use super::approval::{or_as_it_is, reload};
use super::line::Line;
use super::settle::attention;
use super::window;
use crate::commit::{Actor, Change, Conflict};
use crate::{Engine, Result};
use domain::payment::{Event, State};
use domain::{MerchantId, Money};
use pg::{Approval, CancelOrder, CancelSettled, PgError};
use store::payments::PaymentRow;

/// The event that says: the PG is about to be asked for the money back. Whoever finds it later must
/// not take the payment for paid before that is settled.
const ASKED: &str = "void_asked";

/// What became of a void that was asked for before.
pub(super) enum Resumed {
    /// It is settled or still being settled; this is how the payment stands.
    Ended(PaymentRow),
    /// None was asked for, or none was done.
    Nothing(PaymentRow),
}

/// Writes down that the approval is to be given back, then asks for that.
pub(super) async fn void(
    engine: &Engine,
    line: &Line,
    refused: Change,
    approved: &Approval,
) -> Result<PaymentRow> {
    let before = refused.row.clone();
    let mut asked = refused;
    asked.row.pg_tid = Some(domain::text::cut(&approved.tid, 64));
    asked.note(ASKED);
    asked.detail("approved", approved.amount.decimal());
    let row = match asked.commit(engine).await {
        Ok(row) => row,
        // Another process was faster: what it found out counts.
        Err(Conflict::Changed) => return reload(engine, &before).await,
        Err(other) => return Err(other.into()),
    };
    let cancel = whole(&row, approved, line);
    let operation = number(&row);
    let done = match line.pg.cancel(&line.cx(&operation), &cancel).await {
        Ok(_) => true,
        Err(PgError::Unavailable(_) | PgError::Invalid { .. }) => false,
        Err(PgError::Declined { .. } | PgError::Unknown(_) | PgError::Forged(_)) => {
            let asked = line.pg.settle_cancel(&line.cx(&operation), &cancel).await;
            matches!(asked, Ok(CancelSettled::Done(_)))
        }
    };
    if done {
        return voided(engine, line, row, Actor::Pg).await;
    }
    // Still unknown: the job asks the PG again and comes back here.
    let mut change = Change::new(engine, row.clone(), Actor::Pg, line.at);
    change.exchanges(&line.take());
    change.note("void_failed");
    or_as_it_is(engine, &row, change.commit(engine).await).await
}

/// Finds out how a void ended that was asked for before. A PG that once told a wrong amount may
/// tell the right one now, and may show the approval as if it were never voided.
pub(super) async fn resume(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
    approved: &Approval,
) -> Result<Resumed> {
    if !matches!(row.payment.state, State::Approving | State::Unknown) {
        return Ok(Resumed::Nothing(row));
    }
    let merchant = MerchantId(row.merchant_id);
    let events = store::history::of_payment(&engine.db, merchant, &row.imp_uid).await?;
    let Some(asked) = events.iter().rfind(|event| event.event == ASKED) else {
        return Ok(Resumed::Nothing(row));
    };
    let graced = (line.at.0 - asked.at) / 1000 >= engine.settings.settle_grace_seconds;
    let cancel = whole(&row, approved, line);
    let why = match line.pg.settle_cancel(&line.cx(&number(&row)), &cancel).await {
        Ok(CancelSettled::Done(_)) => {
            return Ok(Resumed::Ended(voided(engine, line, row, Actor::Job).await?));
        }
        Ok(CancelSettled::NotDone) if graced => return Ok(Resumed::Nothing(row)),
        Ok(CancelSettled::NotDone) => "too soon to believe".to_owned(),
        Ok(CancelSettled::CannotTell(why)) => why,
        Err(error) => error.to_string(),
    };
    let mut change = Change::new(engine, row.clone(), Actor::Job, line.at);
    change.exchanges(&line.take());
    change.row.settle_attempts += 1;
    change.note("void_settle_tried");
    change.detail("why", why.clone());
    if graced {
        let person = attention(&change.row, "approval_unknown", &why, line.at);
        store::attentions::raise(&mut change.batch, &person);
    }
    let row = or_as_it_is(engine, &row, change.commit(engine).await).await?;
    Ok(Resumed::Ended(row))
}

async fn voided(engine: &Engine, line: &Line, row: PaymentRow, actor: Actor) -> Result<PaymentRow> {
    let mut change = Change::new(engine, row.clone(), actor, line.at);
    change.exchanges(&line.take());
    change.apply(Event::Voided)?;
    let text = "승인된 금액이 결제요청금액과 달라 자동으로 취소되었습니다.";
    window::failed_facts(&mut change, "F1004", text, line.at.0);
    or_as_it_is(engine, &row, change.commit(engine).await).await
}

/// The void's own number, the same however often it is asked for.
fn number(row: &PaymentRow) -> String {
    format!("{}v", row.imp_uid)
}

fn whole(row: &PaymentRow, approved: &Approval, line: &Line) -> CancelOrder {
    let amount: Money = approved.amount;
    CancelOrder {
        cancel_id: number(row),
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        tid: approved.tid.clone(),
        method: approved.method.clone().or_else(|| row.pay_method.clone()).unwrap_or_default(),
        total: amount,
        left: amount,
        amount,
        earlier: 0,
        deposited: false,
        tax_free: None,
        vat_amount: None,
        reason: "결제금액 불일치".to_owned(),
        refund: None,
        item: None,
        memo: approved.memo.clone(),
        paid_at: line.at,
        asked_at: line.at,
    }
}
