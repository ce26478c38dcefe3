//! The browser came back from the PG's window: verify, commit the intent, ask for approval.

use super::confirm::confirm;
use super::line::Line;
use super::open::Param;
use super::{approval, settle, window};
use crate::commit::{Actor, Change, Conflict};
use crate::{Engine, Error, Result};
use domain::payment::{Event, State};
use pg::{Outcome, PgError, Returned};
use store::checkouts::CheckoutRow;
use store::payments::PaymentRow;

/// Takes the window's result of a session to its end, or to `Unknown` with a job that will end it.
/// The same result brought twice changes nothing. `query` and `body` are as the browser sent them,
/// `pg` is the code in the return address.
///
/// # Errors
/// [`crate::Error::NotFound`] for an unknown session; faults of ours.
pub async fn returned(
    engine: &Engine,
    pg: &str,
    session: &str,
    query: &str,
    body: &[u8],
) -> Result<(CheckoutRow, PaymentRow)> {
    let (checkout, row) = window::load(engine, session).await?;
    if row.pg != pg {
        return Err(Error::NotFound("존재하지 않는 결제입니다."));
    }
    let _held = engine.locks.hold(&row.imp_uid).await;
    let (_, row) = window::load(engine, session).await?;
    if row.payment.state != State::Ready {
        return Ok((checkout, row));
    }
    let line = Line::open(engine, &row).await?;
    let order = super::order::order(engine, &row, &checkout);
    let back = Returned { order: &order, memo: &row.pg_memo, query, body };
    let outcome = line.pg.read_return(&line.cx(&row.imp_uid), &back);
    let row = match outcome {
        Ok(Outcome::Authorised { auth, tid }) => {
            let confirm_url = Param(&order.param).text("confirm_url");
            let word = match confirm_url.as_str() {
                "" => Ok(()),
                url => confirm(engine, &row, url).await,
            };
            match word {
                Ok(()) => authorised(engine, &line, &checkout, row, auth, tid).await?,
                Err(text) => refused(engine, &line, row, "F1005", &text).await?,
            }
        }
        Ok(Outcome::Closed(refusal) | Outcome::Refused(refusal)) => {
            refused(engine, &line, row, &refusal.code, &refusal.message).await?
        }
        // An address opened by hand, previewed or reloaded: the window may still be open elsewhere.
        Err(PgError::Forged(_)) if body.is_empty() => return Err(nothing()),
        Err(error) => {
            let (code, message) = window::failure(&error);
            refused(engine, &line, row, &code, &message).await?
        }
    };
    Ok((checkout, row))
}

/// The browser brought no PG's word.
fn nothing() -> Error {
    Error::invalid("return", "PG사의 결제 결과가 없습니다.")
}

async fn refused(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
    code: &str,
    message: &str,
) -> Result<PaymentRow> {
    let mut change = Change::new(engine, row.clone(), Actor::Page, line.at);
    window::fail(&mut change, code, message, line.at.0)?;
    approval::or_as_it_is(engine, &row, change.commit(engine).await).await
}

async fn authorised(
    engine: &Engine,
    line: &Line,
    checkout: &CheckoutRow,
    row: PaymentRow,
    auth: String,
    tid: Option<String>,
) -> Result<PaymentRow> {
    // The intent, with all that is needed to find out how it ended should we die after it.
    let mut change = Change::new(engine, row.clone(), Actor::Page, line.at);
    change.apply(Event::ApprovalStarted)?;
    change.row.pg_auth = Some(auth);
    change.row.pg_tid = tid;
    change.row.operation_id = Some(format!("{}a", row.imp_uid));
    change.row.approving_at = Some(line.at.0);
    let row = match change.commit(engine).await {
        Ok(row) => row,
        Err(Conflict::OrderTaken) => {
            let text = "이미 결제가 이루어진 거래건입니다.";
            return refused(engine, line, row, "F1002", text).await;
        }
        other => return approval::or_as_it_is(engine, &row, other).await,
    };
    let order = super::order::order(engine, &row, checkout);
    let operation = row.operation_id.clone().unwrap_or_default();
    let auth = row.pg_auth.clone().unwrap_or_default();
    let answer = line.pg.approve(&line.cx(&operation), &order, &row.pg_memo, &auth).await;
    match answer {
        Ok(approved) => approval::conclude(engine, line, row, approved, Actor::Pg).await,
        #[cfg(feature = "planted")]
        Err(error) if crate::planted::is(crate::planted::Bug::LookupSkipped) => {
            let (code, message) = window::failure(&error);
            refused(engine, line, row, &code, &message).await
        }
        Err(PgError::Unknown(why)) => unknown(engine, line, checkout, row, &why).await,
        Err(error) => {
            let (code, message) = window::failure(&error);
            let mut change = Change::new(engine, row.clone(), Actor::Pg, line.at);
            change.exchanges(&line.take());
            window::fail(&mut change, &code, &message, line.at.0)?;
            approval::or_as_it_is(engine, &row, change.commit(engine).await).await
        }
    }
}

async fn unknown(
    engine: &Engine,
    line: &Line,
    checkout: &CheckoutRow,
    row: PaymentRow,
    why: &str,
) -> Result<PaymentRow> {
    let mut change = Change::new(engine, row.clone(), Actor::Pg, line.at);
    change.exchanges(&line.take());
    change.apply(Event::NoAnswer)?;
    change.detail("why", why);
    let row = match change.commit(engine).await {
        // While the call took its time another process began to settle it, and goes on.
        Err(Conflict::Changed) => return approval::reload(engine, &row).await,
        committed => committed?,
    };
    // Most of the time the PG can say at once; if not, the job goes on asking.
    settle::approval_now(engine, line, checkout, row).await.map(|(row, _)| row)
}
