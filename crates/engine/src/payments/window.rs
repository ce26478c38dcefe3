//! The checkout page opens: what the browser must do to see the PG's window.

use super::line::Line;
use crate::commit::{Actor, Change, Conflict};
use crate::{Engine, Error, Result};
use domain::payment::{Event, State};
use pg::{PgError, Window};
use store::checkouts::CheckoutRow;
use store::payments::PaymentRow;

/// What the checkout page shows.
#[derive(Debug)]
pub enum Page {
    /// Go on to the PG's window; URLs are already mapped to where the PG really is.
    Window(Box<PaymentRow>, Window),
    /// The attempt is over (or cannot begin): show or deliver its result.
    Over(Box<PaymentRow>),
}

/// The window of a session.
///
/// # Errors
/// [`Error::NotFound`] for an unknown session; faults of ours.
pub async fn window(engine: &Engine, session: &str) -> Result<(CheckoutRow, Page)> {
    let (checkout, row) = load(engine, session).await?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    let (_, row) = load(engine, session).await?;
    if row.payment.state != State::Ready {
        return Ok((checkout, Page::Over(Box::new(row))));
    }
    let line = Line::open(engine, &row).await?;
    let mut order = super::order::order(engine, &row, &checkout);
    if line.pg.quick_pay().is_some()
        && let Some(fields) = order.param.as_object_mut()
    {
        let merchant = domain::MerchantId(row.merchant_id);
        let prepared = crate::quick::prepare::find(engine, merchant, &row.merchant_uid).await?;
        fields.insert("prepared".to_owned(), prepared.unwrap_or_default());
    }
    // A page that is loaded again opens another window of the same attempt.
    let operation = format!("{}w{}", row.imp_uid, row.version);
    let opened = line.pg.open(&line.cx(&operation), &order).await;
    let mut change = Change::new(engine, row.clone(), Actor::Page, line.at);
    change.exchanges(&line.take());
    match opened {
        Ok(opened) => {
            change.row.pg_memo = opened.memo;
            change.note("window_opened");
            let row = change.commit(engine).await?;
            let window = mapped(opened.window, &line);
            Ok((checkout, Page::Window(Box::new(row), window)))
        }
        Err(error) => {
            // Nothing can have been charged before the buyer saw a window.
            let (code, message) = failure(&error);
            fail(&mut change, &code, &message, line.at.0)?;
            Ok((checkout, Page::Over(Box::new(change.commit(engine).await?))))
        }
    }
}

/// The checkout and payment of a session.
///
/// # Errors
/// [`Error::NotFound`] for an unknown session.
pub async fn load(engine: &Engine, session: &str) -> Result<(CheckoutRow, PaymentRow)> {
    let missing = || Error::NotFound("존재하지 않는 결제입니다.");
    if !session.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(missing());
    }
    let checkout = store::checkouts::by_session(&engine.db, session).await;
    let checkout = checkout.map_err(crate::Error::before)?.ok_or_else(missing)?;
    let merchant = domain::MerchantId(checkout.merchant_id);
    let row = store::payments::find(&engine.db, merchant, &checkout.imp_uid).await?;
    Ok((checkout, row.ok_or_else(missing)?))
}

/// Applies a failure the PG or the buyer declared.
pub(crate) fn fail(
    change: &mut Change,
    code: &str,
    message: &str,
    at: i64,
) -> std::result::Result<(), Conflict> {
    change.apply(Event::Declined)?;
    failed_facts(change, code, message, at);
    Ok(())
}

/// What a failed payment says about itself.
pub(super) fn failed_facts(change: &mut Change, code: &str, message: &str, at: i64) {
    change.row.failed_at = Some(at);
    change.row.fail_code = Some(domain::text::cut(code, 64)).filter(|code| !code.is_empty());
    change.row.fail_reason = Some(domain::text::cut(message, 500));
    change.row.pg_auth = None;
    change.detail("reason", message);
}

/// The code and text of a PG error for the page. A decline keeps the PG's own.
pub(crate) fn failure(error: &PgError) -> (String, String) {
    match (error, Error::from(error.clone())) {
        (PgError::Declined { code, message }, _) => (code.clone(), message.clone()),
        (_, Error::PgRefused { code, message }) => (code, message),
        (_, other) => ("F500".into(), other.to_string()),
    }
}

/// A window with its addresses where the PG really is.
pub(crate) fn mapped<P: ?Sized>(window: Window, line: &Line<P>) -> Window {
    match window {
        Window::Redirect { url } => Window::Redirect { url: line.browser_url(&url) },
        Window::Form { action, charset, fields } => {
            Window::Form { action: line.browser_url(&action), charset, fields }
        }
        Window::Script { src, charset, fields, boot } => {
            Window::Script { src: line.browser_url(&src), charset, fields, boot }
        }
    }
}
