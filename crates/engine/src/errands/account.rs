//! An open account that its PG changed: what is to be deposited, and until when.
//!
//! Until the end of such an errand is known nobody can say what the bank takes, so whoever has to
//! know (a deposit of another amount, a cancel) asks first.

use crate::commit::{Actor, Change, Conflict};
use crate::payments::approval::{ROUNDS, reload};
use crate::payments::line::Line;
use crate::payments::settle::attention;
use crate::{Engine, Error, Result};
use domain::payment::{Event, Illegal, State};
use domain::{MerchantId, Money};
use store::errands::ErrandRow;
use store::payments::PaymentRow;
use store::{Batch, attentions};

/// Kind and target of these errands.
pub(super) const KIND: &str = "account";

/// The PG changed it: the payment's amount and deadline change in the batch that ends the errand.
pub(super) async fn changed(
    engine: &Engine,
    line: &Line,
    ended: ErrandRow,
    ending: Batch,
) -> Result<ErrandRow> {
    let merchant = MerchantId(ended.merchant_id);
    let row = store::payments::find(&engine.db, merchant, &ended.imp_uid).await?;
    let mut row = row.ok_or_else(|| Error::internal("the errand's payment is gone"))?;
    for _ in 0..ROUNDS {
        let mut change = Change::new(engine, row.clone(), Actor::Pg, line.at);
        let wanted = match ended.amount {
            Some(minor) => Money::new(minor, row.payment.amount.currency()),
            None => Ok(row.payment.amount),
        };
        change.batch.extend(ending.clone());
        match change.apply(Event::AccountChanged(wanted.map_err(Error::internal)?)) {
            Ok(()) => {
                change.row.vbank_due_at = ended.due_at.or(row.vbank_due_at);
                change.detail("amount", change.row.payment.amount.decimal());
                change.detail("due_at", change.row.vbank_due_at);
            }
            // The end of the cancel decides what the change meant.
            Err(Conflict::Illegal(Illegal::Busy)) => {
                return Ok(ErrandRow { state: "asked".to_owned(), ended_at: None, ..ended });
            }
            Err(Conflict::Illegal(Illegal::State)) => over(&mut change, &row, &ended, line),
            Err(other) => return Err(other.into()),
        }
        match change.commit(engine).await {
            Ok(_) => return Ok(ended),
            Err(Conflict::Changed) => row = reload(engine, &row).await?,
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("the payment kept changing"))
}

/// The account is no longer open here. Closed, nothing hangs on it; paid into, the PG contradicts
/// itself, and a person must look.
fn over(change: &mut Change, row: &PaymentRow, ended: &ErrandRow, line: &Line) {
    change.note("account_changed_late");
    if let State::Paid { .. } | State::PartCancelled { .. } = row.payment.state
        && ended.amount.is_some_and(|minor| minor != row.payment.amount.minor())
    {
        let why = "입금된 가상계좌의 금액이 PG사에서 변경되었습니다. 입금액을 확인해 주세요.";
        let person = attention(row, "account_changed_late", why, line.at);
        attentions::raise(&mut change.batch, &person);
    }
}

/// Finds out how a change of this payment's account ended, if one was asked for and its end is not
/// known. `false` if it is still not known; the payment may have changed.
///
/// # Errors
/// Faults of ours.
pub(crate) async fn known(engine: &Engine, line: &Line, row: &PaymentRow) -> Result<bool> {
    if !matches!(row.payment.state, State::AccountIssued { .. }) {
        return Ok(true);
    }
    let merchant = MerchantId(row.merchant_id);
    let open = || store::errands::open(&engine.db, merchant, &row.imp_uid, KIND);
    if open().await?.is_none() {
        return Ok(true);
    }
    let _held = engine.locks.hold(&format!("errand:{}:{KIND}", row.imp_uid)).await;
    // Whoever held the lock may have settled it.
    let Some(asked) = open().await? else { return Ok(true) };
    Ok(super::settle::now(engine, line, asked).await?.state != "asked")
}
