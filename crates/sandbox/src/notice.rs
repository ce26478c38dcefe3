//! What PGs post to the hub. A notice is written in the transaction that caused it and posted
//! after the commit, so neither a crash nor a hub that is down loses one. Every notice is kept and
//! can be sent again: repeated, late and out of order, as real PGs do.

use crate::{
    Millis, NoticeReply, Outgoing, Sandbox,
    books::Amount,
    damage,
    fault::{Kind, Switch},
    lock,
    writer::Failure,
};
use rusqlite::{Connection, OptionalExtension, Row, named_params};
use serde::Serialize;
use std::{sync::Arc, time::Duration};

/// Seconds until a notice the hub did not take is posted again, after each attempt.
pub const RETRY_AFTER_SECONDS: [i64; 3] = [10, 60, 180];

/// How long the hub may take to answer a notice.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much of the hub's answer is kept, in characters.
const KEPT: usize = 200;

/// What became of posting a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NoticeAttempt {
    /// Its number, for [`Sandbox::resend_notice`].
    pub notice: i64,
    /// The simulator's code.
    pub pg: String,
    /// Where it goes.
    pub url: String,
    /// `taken`, `pending` (posted again later), `failed` (given up), `held` (waits for a resend by
    /// hand), `overtaken` (waits for the PG's next notice to go first) or `dropped` (a fault
    /// swallowed it).
    pub state: String,
    /// The hub's HTTP status, if it answered this attempt.
    pub status: Option<u16>,
    /// The start of the hub's answer.
    pub answer: String,
    /// Why it was not taken or not sent.
    pub error: Option<String>,
}

/// What caused notices.
pub(crate) struct Caused<'a> {
    pub(crate) pg: &'static str,
    /// The operation, or `deposit`.
    pub(crate) cause: &'static str,
    pub(crate) amounts: &'a [Amount],
    pub(crate) random: u64,
    /// By the PG's clock.
    pub(crate) at: Millis,
    /// By the sandbox's clock.
    pub(crate) now: Millis,
}

/// Writes the notices of a request and says which they are, in the order to send them.
pub(crate) fn keep(
    connection: &Connection,
    switch: &Switch,
    caused: &Caused<'_>,
    then: Vec<Outgoing>,
) -> Result<Vec<i64>, Failure> {
    let mut kept = Vec::new();
    let overtaken = overtaken(connection, caused.pg)?;
    for outgoing in then {
        let mut copy =
            Copied { outgoing: &outgoing, state: "pending", at: caused.now, last: false };
        let Some(strike) = switch.notice(caused.pg, caused.cause) else {
            kept.push(insert(connection, caused, &copy)?);
            continue;
        };
        let (kind, random) = (strike.kind, caused.random);
        let (content_type, body) = (&outgoing.content_type, &outgoing.body);
        let damaged = damage::body(kind, content_type, body, caused.amounts, random);
        let damaged = Outgoing { body: damaged, ..outgoing.clone() };
        let mut struck = true;
        match kind {
            Kind::DuplicateNotice => kept.push(insert(connection, caused, &copy)?),
            Kind::NoNotice => copy.state = "dropped",
            Kind::LateNotice => copy.state = "held",
            Kind::OvertakenNotice => copy.state = "overtaken",
            Kind::Late(ms) => {
                let ms = i64::try_from(ms).unwrap_or(i64::MAX);
                copy.at = Millis(caused.now.0.saturating_add(ms));
            }
            _ if damaged.body == outgoing.body => struck = false,
            // It was damaged on its way: the PG posts it again as it should be.
            _ => {
                let broken = Copied { outgoing: &damaged, last: true, ..copy };
                kept.push(insert(connection, caused, &broken)?);
                copy.at = caused.now.plus_seconds(RETRY_AFTER_SECONDS[0]);
            }
        }
        kept.push(insert(connection, caused, &copy)?);
        if struck {
            switch.struck(strike);
        } else {
            switch.give_back(strike);
        }
    }
    if !kept.is_empty() {
        kept.extend(follow(connection, caused, overtaken)?);
    }
    Ok(kept)
}

/// The PG's notices that wait for the next one to go first.
fn overtaken(connection: &Connection, pg: &str) -> Result<Vec<i64>, Failure> {
    let sql = "select id from sim_notices where pg = ?1 and state = 'overtaken' order by id";
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map([pg], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

/// Those now follow the notices that overtook them.
fn follow(
    connection: &Connection,
    caused: &Caused<'_>,
    ids: Vec<i64>,
) -> Result<Vec<i64>, Failure> {
    for id in &ids {
        let sql = "update sim_notices set state = 'pending', next_at = ?2 where id = ?1";
        connection.prepare_cached(sql)?.execute([*id, caused.now.0])?;
    }
    Ok(ids)
}

/// A notice as it is about to be kept.
#[derive(Clone, Copy)]
struct Copied<'a> {
    outgoing: &'a Outgoing,
    state: &'static str,
    at: Millis,
    /// It is posted once, whatever the hub says.
    last: bool,
}

fn insert(connection: &Connection, caused: &Caused<'_>, copy: &Copied<'_>) -> Result<i64, Failure> {
    let outgoing = copy.outgoing;
    let attempts = if copy.last { RETRY_AFTER_SECONDS.len() } else { 0 };
    let mut statement = connection.prepare_cached(
        "insert into sim_notices (pg, cause, url, content_type, body, wanted, state, attempts, \
         created_at, next_at) values (:pg, :cause, :url, :content_type, :body, :wanted, :state, \
         :attempts, :created_at, :next_at)",
    )?;
    Ok(statement.insert(named_params! {
        ":pg": caused.pg, ":cause": caused.cause, ":url": outgoing.url,
        ":content_type": outgoing.content_type, ":body": outgoing.body,
        ":wanted": outgoing.wanted, ":state": copy.state, ":attempts": attempts,
        ":created_at": caused.at.0, ":next_at": copy.at.0,
    })?)
}

/// A notice as it is in the books.
struct Kept {
    outgoing: Outgoing,
    state: String,
    attempts: i64,
    next_at: Millis,
    attempt: NoticeAttempt,
}

/// Takes a notice off the list of those on their way, however its sending ends.
struct Flight<'a>(&'a Sandbox, i64);

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        lock(&self.0.in_flight).remove(&self.1);
    }
}

impl Sandbox {
    /// Posts every notice that is due at `now` (by the clock of [`crate::Options::now`]): those the
    /// hub did not take at first and those a crash left behind. For a loop of the caller's.
    ///
    /// # Errors
    /// The books cannot be read.
    pub async fn retry_notices(
        self: &Arc<Self>,
        now: Millis,
    ) -> Result<Vec<NoticeAttempt>, String> {
        let due = self.due(now).map_err(|error| error.to_string())?;
        let mut attempts = Vec::new();
        for id in due {
            match self.deliver(id, Some(now)).await {
                Ok(attempt) => attempts.push(attempt),
                Err(reason) => tracing::debug!(notice = id, reason, "notice left alone"),
            }
        }
        Ok(attempts)
    }

    /// Posts a notice again, whatever became of it before, with the same bytes.
    ///
    /// # Errors
    /// There is no such notice, a fault swallowed it, or it is on its way right now.
    pub async fn resend_notice(self: &Arc<Self>, id: i64) -> Result<NoticeAttempt, String> {
        self.deliver(id, None).await
    }

    /// Posts these in order, now.
    pub(crate) async fn deliver_all(
        self: &Arc<Self>,
        ids: &[i64],
        now: Millis,
    ) -> Vec<NoticeAttempt> {
        let mut attempts = Vec::new();
        for id in ids {
            match self.deliver(*id, Some(now)).await {
                Ok(attempt) => attempts.push(attempt),
                Err(reason) => tracing::warn!(notice = *id, reason, "notice not sent"),
            }
        }
        attempts
    }

    /// Posts one if it is due (`None`: in any case) and writes down what came of it.
    async fn deliver(&self, id: i64, due: Option<Millis>) -> Result<NoticeAttempt, String> {
        if !lock(&self.in_flight).insert(id) {
            return Err(format!("notice {id} is on its way right now"));
        }
        let _flight = Flight(self, id);
        let kept = self.notice(id).map_err(|error| error.to_string())?;
        let kept = kept.ok_or_else(|| format!("there is no notice {id}"))?;
        let mut attempt = kept.attempt;
        match due {
            None if kept.state == "dropped" => {
                return Err(format!("notice {id} was swallowed by the fault no_notice"));
            }
            Some(due) if kept.state != "pending" || kept.next_at > due => {
                attempt.error = Some("not sent now".to_owned());
                return Ok(attempt);
            }
            _ => {}
        }
        let answer = tokio::time::timeout(PATIENCE, self.notifier.post(&kept.outgoing)).await;
        let answer = answer.unwrap_or_else(|_| Err("no answer in time".to_owned()));
        judge(&mut attempt, &kept.outgoing, answer);
        let next_at = if attempt.error.is_none() {
            attempt.state = "taken".to_owned();
            kept.next_at
        } else {
            let (state, next_at) = missed(&kept.state, kept.attempts, (self.now)());
            attempt.state = state.to_owned();
            next_at.unwrap_or(kept.next_at)
        };
        self.write_down(&attempt, next_at).await?;
        Ok(attempt)
    }

    async fn write_down(&self, attempt: &NoticeAttempt, next_at: Millis) -> Result<(), String> {
        let attempt = attempt.clone();
        let written = self.writer.run(move |desk| {
            let mut statement = desk.connection.prepare_cached(
                "update sim_notices set state = :state, attempts = attempts + 1, \
                 status = :status, answer = :answer, error = :error, next_at = :next_at \
                 where id = :id",
            )?;
            statement.execute(named_params! {
                ":state": attempt.state, ":status": attempt.status, ":answer": attempt.answer,
                ":error": attempt.error, ":next_at": next_at.0, ":id": attempt.notice,
            })?;
            Ok(())
        });
        written.await.map_err(|failure| failure.to_string())
    }

    fn due(&self, now: Millis) -> rusqlite::Result<Vec<i64>> {
        let reader = lock(&self.reader);
        let mut statement = reader.prepare_cached(
            "select id from sim_notices where state = 'pending' and next_at <= ?1 order by id",
        )?;
        statement.query_map([now.0], |row| row.get(0))?.collect()
    }

    fn notice(&self, id: i64) -> rusqlite::Result<Option<Kept>> {
        let reader = lock(&self.reader);
        let mut statement = reader.prepare_cached("select * from sim_notices where id = ?1")?;
        statement.query_row([id], |row| self.kept(id, row)).optional()
    }

    fn kept(&self, id: i64, row: &Row<'_>) -> rusqlite::Result<Kept> {
        let (url, state): (String, String) = (row.get("url")?, row.get("state")?);
        let wanted: String = row.get("wanted")?;
        Ok(Kept {
            outgoing: Outgoing {
                url: url.clone(),
                content_type: row.get("content_type")?,
                body: row.get("body")?,
                wanted: self.word(wanted),
            },
            state: state.clone(),
            attempts: row.get("attempts")?,
            next_at: Millis(row.get("next_at")?),
            attempt: NoticeAttempt {
                notice: id,
                pg: row.get("pg")?,
                url,
                state,
                status: None,
                answer: String::new(),
                error: None,
            },
        })
    }

    /// The word as a static text. There are as many as simulators, so each is leaked once.
    fn word(&self, word: String) -> &'static str {
        let mut words = lock(&self.words);
        match words.get(word.as_str()) {
            Some(known) => known,
            None => {
                let word: &'static str = word.leak();
                words.insert(word);
                word
            }
        }
    }
}

/// Reads the hub's answer: it took the notice if it says the word the PG wants.
fn judge(attempt: &mut NoticeAttempt, outgoing: &Outgoing, answer: Result<NoticeReply, String>) {
    match answer {
        Err(reason) => attempt.error = Some(reason),
        Ok(reply) => {
            let text = String::from_utf8_lossy(&reply.body);
            attempt.status = Some(reply.status);
            attempt.answer = text.chars().take(KEPT).collect();
            if !(200..300).contains(&reply.status) {
                attempt.error = Some(format!("HTTP {}", reply.status));
            } else if !text.contains(outgoing.wanted) {
                attempt.error = Some(format!("the answer lacks {:?}", outgoing.wanted));
            }
        }
    }
}

/// State and schedule after an attempt that was not taken; `attempts` were made before it.
fn missed(state: &str, attempts: i64, now: Millis) -> (&'static str, Option<Millis>) {
    let wait = usize::try_from(attempts).ok().and_then(|made| RETRY_AFTER_SECONDS.get(made));
    match (state, wait) {
        // Taken once is taken: the merchant has it.
        ("taken", _) => ("taken", None),
        ("pending", Some(seconds)) => ("pending", Some(now.plus_seconds(*seconds))),
        _ => ("failed", None),
    }
}
