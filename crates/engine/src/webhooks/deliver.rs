//! Sends a webhook once and says when to send it again.
//!
//! V1 tries once, or (opt-in) five times more at one-minute steps and only after HTTP 5xx. Here
//! every webhook is tried for three days, after network errors and all answers but 2xx and 410
//! alike: a receiver that was deployed with a wrong route (404) or behind a login page (302) loses
//! nothing that way. 410 is how a receiver says that it wants no more.

use super::message::{Event, Message};
use crate::jobs::next::Next;
use crate::{Destination, Engine, Error, Result, merchants};
use domain::{MerchantId, retry};
use pg::{Response, TransportError};
use std::time::Duration;
use store::webhooks::{self, AttemptRow, WebhookRow};
use store::{Batch, CommitError};

/// How much of an answer is kept, in bytes.
const KEPT: usize = 4_096;

/// At most so many are sent to one receiver at once by this process: one that hangs must not keep
/// the others' waiting.
const AT_ONCE: i64 = 16;

/// How long one waits for its turn at a receiver before it makes room for others, and for how many
/// seconds.
const TURN: Duration = Duration::from_secs(1);
const ROOM_SECONDS: i64 = 10;

/// Sends the webhook and writes the attempt down; the job runner calls it.
///
/// # Errors
/// Of the database: the job runs again then and the receiver may get the message twice.
pub async fn deliver(engine: &Engine, merchant: MerchantId, webhook_id: i64) -> Result<Next> {
    let Some(row) = webhooks::find(&engine.db, merchant, webhook_id).await? else {
        return Ok(Next::Done);
    };
    if row.delivered_at.is_some() || row.gave_up_at.is_some() {
        return Ok(Next::Done);
    }
    let turn = turn(&row);
    let Ok(_held) = tokio::time::timeout(TURN, engine.locks.hold(&turn)).await else {
        let at = merchants::now_of(engine, merchant).await?;
        return Ok(Next::Again { run_at: at.plus_seconds(ROOM_SECONDS) });
    };
    let event = Event::stored(row.event.as_deref());
    let message = Message {
        imp_uid: &row.imp_uid,
        merchant_uid: &row.merchant_uid,
        status: &row.status,
        cancellation_id: row.cancellation_id.as_deref(),
        event: event.as_ref(),
    };
    let answer = post(engine, &message, &row.url, &row.format).await;
    let at = merchants::now_of(engine, merchant).await?;
    let attempt = AttemptRow {
        webhook_id,
        attempt: row.attempts + 1,
        merchant_id: merchant.0,
        at,
        elapsed_ms: answer.elapsed_ms,
        http_status: answer.status,
        response: answer.response.clone(),
        error: answer.error.clone(),
    };
    let mut after = WebhookRow { attempts: attempt.attempt, ..row };
    let mut next = Next::Done;
    match (answer.verdict(), delay(after.attempts)) {
        (Verdict::Taken, _) => after.delivered_at = Some(at),
        (Verdict::Again, Some(seconds)) => next = Next::Again { run_at: at.plus_seconds(seconds) },
        (Verdict::Again, None) | (Verdict::Gone, _) => after.gave_up_at = Some(at),
    }
    let mut batch = Batch::new();
    webhooks::record(&mut batch, &after, &attempt);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(next),
        // Whoever held the job before us was slower than its lease and wrote this attempt down
        // just now: look again at how it stands.
        Err(CommitError::Expectation("attempt known")) => Ok(Next::Again { run_at: at }),
        Err(other) => Err(other.into()),
    }
}

/// One of the turns at a webhook's receiver: its scheme, host and port, and a number.
fn turn(row: &WebhookRow) -> String {
    let receiver: Vec<&str> = row.url.split('/').take(3).collect();
    format!("webhook:{}:{}", receiver.join("/"), row.id.rem_euclid(AT_ONCE))
}

fn delay(attempts: i64) -> Option<i64> {
    retry::webhook_delay(usize::try_from(attempts).unwrap_or(usize::MAX))
}

/// What became of one POST.
pub(super) struct Answer {
    pub(super) elapsed_ms: i64,
    pub(super) status: Option<i64>,
    pub(super) response: Option<String>,
    pub(super) error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Taken,
    Again,
    Gone,
}

impl Answer {
    fn verdict(&self) -> Verdict {
        match self.status {
            Some(200..=299) => Verdict::Taken,
            Some(410) => Verdict::Gone,
            Some(_) | None => Verdict::Again,
        }
    }
}

/// Posts a message and waits for the receiver.
pub(super) async fn post(
    engine: &Engine,
    message: &Message<'_>,
    url: &str,
    format: &str,
) -> Answer {
    let destination = Destination::Webhook { timeout_ms: engine.settings.webhook_timeout_ms };
    let started = engine.now();
    let result = engine.outbound.send(message.request(url, format), destination).await;
    let elapsed_ms = (engine.now().0 - started.0).max(0);
    read(elapsed_ms, result)
}

fn read(elapsed_ms: i64, result: std::result::Result<Response, TransportError>) -> Answer {
    match result {
        Ok(response) => Answer {
            elapsed_ms,
            status: Some(i64::from(response.status)),
            response: Some(beginning(&response.body)),
            error: None,
        },
        Err(error) => {
            let error = Some(domain::text::cut(&error.to_string(), 500));
            Answer { elapsed_ms, status: None, response: None, error }
        }
    }
}

/// The first of an answer as text, without what a database refuses.
fn beginning(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(KEPT)]);
    text.replace('\0', "\u{fffd}")
}

/// The webhook number in a job's key.
///
/// # Errors
/// [`Error::Internal`] if it is none.
pub fn number(key: &str) -> Result<i64> {
    key.parse().map_err(|_| Error::internal(format!("no webhook number: {key}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &[u8]) -> Answer {
        let response = Response { status, content_type: String::new(), body: body.to_vec() };
        read(1, Ok(response))
    }

    #[test]
    fn only_2xx_is_taken_and_only_410_ends_it() {
        for (status, verdict) in [
            (200, Verdict::Taken),
            (204, Verdict::Taken),
            (302, Verdict::Again),
            (404, Verdict::Again),
            (410, Verdict::Gone),
            (500, Verdict::Again),
        ] {
            assert_eq!(answered(status, b"").verdict(), verdict, "{status}");
        }
        let lost = read(1, Err(TransportError::NoAnswer("timed out".to_owned())));
        assert_eq!(lost.verdict(), Verdict::Again);
        assert_eq!(lost.error.as_deref(), Some("no answer: timed out"));
    }

    #[test]
    fn answers_are_cut_and_made_storable() {
        let answer = answered(200, &[b'a'; 10_000]);
        assert_eq!(answer.response.map(|text| text.len()), Some(KEPT));
        assert_eq!(answered(200, b"a\0\xff").response.as_deref(), Some("a\u{fffd}\u{fffd}"));
    }
}
