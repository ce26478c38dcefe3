//! The buyer closes the overlay.

use super::window::{fail, load};
use crate::commit::{Actor, Change, Conflict};
use crate::{Engine, Error, Result};
use domain::payment::State;
use store::checkouts::CheckoutRow;
use store::payments::PaymentRow;

/// Ends an attempt whose PG was not asked yet. `None` while an approval is under way: it is too
/// late to close, the result will come. An attempt that is over is given as it is.
///
/// # Errors
/// [`crate::Error::NotFound`] for an unknown session; faults of ours.
pub async fn close(engine: &Engine, session: &str) -> Result<(CheckoutRow, Option<PaymentRow>)> {
    let (checkout, row) = load(engine, session).await?;
    if matches!(row.payment.state, State::Approving | State::Unknown) {
        return Ok((checkout, None));
    }
    let _held = engine.locks.hold(&row.imp_uid).await;
    let (_, row) = load(engine, session).await?;
    match row.payment.state {
        State::Approving | State::Unknown => Ok((checkout, None)),
        State::Ready => {
            let merchant = domain::MerchantId(row.merchant_id);
            let at = crate::merchants::now_of(engine, merchant).await?;
            let pg = pg::find(&row.pg).ok_or_else(|| Error::internal("no connector for the PG"))?;
            let mut change = Change::new(engine, row, Actor::Page, at);
            fail(&mut change, "F400", pg.spec().closed_text, at.0)?;
            match change.commit(engine).await {
                // The window came back at another process meanwhile: too late.
                Err(Conflict::Changed) => Ok((checkout, None)),
                committed => Ok((checkout, Some(committed?))),
            }
        }
        State::AccountIssued { .. }
        | State::Paid { .. }
        | State::PartCancelled { .. }
        | State::Cancelled
        | State::Failed => Ok((checkout, Some(row))),
    }
}
