//! The page of a session opens: what the browser must do to see the PG's window.

use super::change::{change, fail, line, reload};
use super::{is_open, sealed};
use crate::payments::window::{failure, mapped};
use crate::{Engine, Result};
use pg::Window;
use pg::capability::certification::CertifyOrder;
use store::certifications::{self, CertificationRow};

/// What the page of a session shows.
pub enum Page {
    /// Go on to the PG's window; with whose service asks. URLs are already mapped.
    Window(Box<CertificationRow>, Window, String),
    /// It is over, or the PG is being asked: show or deliver.
    Over(Box<CertificationRow>),
}

/// The window of a session.
///
/// # Errors
/// [`crate::Error::NotFound`] for an unknown session; faults of ours.
pub async fn window(engine: &Engine, session: &str) -> Result<Page> {
    let row = load(engine, session).await?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    let row = reload(engine, &row).await?;
    if !is_open(&row) || row.asking_at.is_some() {
        return Ok(Page::Over(Box::new(row)));
    }
    let asked = sealed::open_asked(engine, &row)?;
    let line = line(engine, &row).await?;
    let order = CertifyOrder {
        imp_uid: row.imp_uid.clone(),
        company: asked.company.clone(),
        prefill: asked.prefill,
        language: row.language.clone(),
        return_url: format!(
            "{}/callback/{}/certified/{session}",
            engine.settings.public_url, row.pg
        ),
    };
    // A page that is loaded again opens another window of the same verification.
    let operation = format!("{}w{}", row.imp_uid, row.version);
    let opened = line.pg.open(&line.cx(&operation), &order).await;
    let row = change(engine, &line, row, |row| {
        match &opened {
            Ok(opened) => row.pg_tid = Some(opened.memo.clone()),
            // Nobody can have been verified before there was a window.
            Err(error) => {
                let (code, message) = failure(error);
                fail(row, &code, &message, line.at.0);
            }
        }
        Ok(())
    })
    .await?;
    match opened {
        Ok(opened) if is_open(&row) => {
            let window = mapped(opened.window, &line);
            Ok(Page::Window(Box::new(row), window, asked.company))
        }
        Ok(_) | Err(_) => Ok(Page::Over(Box::new(row))),
    }
}

/// The verification of a session.
///
/// # Errors
/// [`crate::Error::NotFound`] for an unknown session.
pub async fn load(engine: &Engine, session: &str) -> Result<CertificationRow> {
    if session.is_empty() || !session.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(super::unknown());
    }
    certifications::by_session(&engine.db, session).await?.ok_or_else(super::unknown)
}
