//! The one thread that writes to SQLite: many batches, one fsync.
//!
//! While a commit waits for the disk, further batches queue; the next transaction takes them all.
//! Each batch has its own savepoint, so a failing one undoes only itself. An answer leaves after
//! the commit that made it durable, never before.

use std::{
    borrow::Cow,
    panic::{AssertUnwindSafe, catch_unwind},
    thread::JoinHandle,
};

use tokio::sync::{
    mpsc::{self, error::TrySendError},
    oneshot,
};

use super::connection::Connection;
use crate::{Batch, CommitError, DbError, Row, Stmt};

/// Jobs that may wait; beyond it callers are told at once instead of waiting without end.
const QUEUE: usize = 4096;

/// Batches in one transaction. More would only lengthen the wait of the first.
const GROUP: usize = 256;

type Answer = Result<Vec<Vec<Row>>, CommitError>;

enum Job {
    Commit(Request),
    Script { claim: Option<Stmt>, script: Cow<'static, str>, reply: oneshot::Sender<Scripted> },
    Close(oneshot::Sender<()>),
}

type Scripted = Result<bool, DbError>;

struct Request {
    batch: Batch,
    reply: oneshot::Sender<Answer>,
}

pub(super) struct Writer {
    /// `None` only while being dropped.
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection) -> Result<Self, DbError> {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || run(connection, queue))
            .map_err(|error| DbError::Open(format!("the writer thread: {error}")))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    pub(super) async fn commit(&self, batch: Batch) -> Answer {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Commit(Request { batch, reply }))?;
        // The writer answers every request it took; silence means that it died in the middle.
        let died = |_| CommitError::Unknown("the writer stopped".to_owned());
        answer.await.map_err(died)?
    }

    pub(super) async fn script(
        &self,
        claim: Option<Stmt>,
        script: Cow<'static, str>,
    ) -> Result<bool, DbError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Script { claim, script, reply })?;
        answer.await.map_err(|_| DbError::Unavailable("the writer stopped".to_owned()))?
    }

    /// Commits what is queued, checkpoints, and returns when the file is let go.
    pub(super) async fn close(&self) {
        let (reply, done) = oneshot::channel();
        let Some(jobs) = &self.jobs else { return };
        if jobs.send(Job::Close(reply)).await.is_ok() {
            // An error means that the writer is gone, which is what was asked for.
            let _ = done.await;
        }
    }

    fn send(&self, job: Job) -> Result<(), DbError> {
        let jobs = self.jobs.as_ref().ok_or(DbError::Closed)?;
        jobs.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => DbError::Overloaded("the write queue is full"),
            TrySendError::Closed(_) => DbError::Closed,
        })
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the SQLite writer thread panicked");
        }
    }
}

fn run(mut connection: Connection, mut queue: mpsc::Receiver<Job>) {
    let mut closing = Vec::new();
    let mut next = None;
    while let Some(job) = next.take().or_else(|| queue.blocking_recv()) {
        match job {
            Job::Commit(first) => next = group(&mut connection, first, &mut queue),
            Job::Script { claim, script, reply } => {
                let applied = run_script(&mut connection, claim.as_ref(), &script);
                // Who asked may have gone; the work is done all the same.
                let _ = reply.send(applied);
            }
            Job::Close(reply) => {
                queue.close();
                closing.push(reply);
            }
        }
    }
    if let Err(error) = connection.checkpoint() {
        // Nothing is lost: the WAL stays and is read at the next start.
        tracing::warn!(%error, "could not fold the WAL into the database file");
    }
    drop(connection);
    for reply in closing {
        let _ = reply.send(());
    }
}

/// One transaction over `first` and what else is queued. Gives back the job that ended the group
/// because it is of another kind.
fn group(
    connection: &mut Connection,
    first: Request,
    queue: &mut mpsc::Receiver<Job>,
) -> Option<Job> {
    let begun = connection.command("begin immediate");
    let mut done: Vec<(oneshot::Sender<Answer>, Answer)> = Vec::new();
    let mut request = Some(first);
    let mut next = None;
    while let Some(Request { batch, reply }) = request.take() {
        let answer = match &begun {
            Ok(()) => attempt(connection, &batch),
            Err(error) => Err(error.clone()),
        };
        done.push((reply, answer));
        if begun.is_ok() && !connection.in_transaction() {
            break;
        }
        if done.len() < GROUP {
            match queue.try_recv() {
                Ok(Job::Commit(another)) => request = Some(another),
                Ok(other) => next = Some(other),
                Err(_) => {}
            }
        }
    }
    let committed = match begun {
        Ok(()) => commit(connection),
        Err(error) => Err(error),
    };
    for (reply, answer) in done {
        let answer = match &committed {
            Ok(()) => answer,
            // A batch that failed by itself keeps its own reason.
            Err(error) => answer.and(Err(error.clone())),
        };
        let _ = reply.send(answer);
    }
    next
}

/// Runs one batch inside the group's transaction; when it fails, only its own work is undone.
fn attempt(connection: &mut Connection, batch: &Batch) -> Answer {
    connection.command("savepoint batch")?;
    let ran = catch_unwind(AssertUnwindSafe(|| statements(connection, batch)));
    let answer = ran.unwrap_or_else(|_| {
        Err(DbError::Sql("the statement panicked; see the log".to_owned()).into())
    });
    if !connection.in_transaction() {
        return answer;
    }
    if answer.is_err() {
        connection.command("rollback to batch").or_else(|_| give_up(connection))?;
    }
    if connection.in_transaction() {
        connection.command("release batch").or_else(|error| {
            give_up(connection)?;
            Err(error)
        })?;
    }
    answer
}

/// Ends the whole group: better all of it undone than a half committed.
fn give_up(connection: &Connection) -> Result<(), CommitError> {
    connection.command("rollback")
}

fn statements(connection: &mut Connection, batch: &Batch) -> Answer {
    let mut returned = Vec::with_capacity(batch.statements().len());
    for statement in batch.statements() {
        let outcome = connection.run(&statement.sql, &statement.args)?;
        if let Some(name) = statement.expect.unmet(outcome.touched) {
            return Err(CommitError::Expectation(name));
        }
        returned.push(outcome.rows);
    }
    Ok(returned)
}

fn commit(connection: &Connection) -> Result<(), CommitError> {
    if !connection.in_transaction() {
        return Err(DbError::Unavailable("the transaction was rolled back".to_owned()).into());
    }
    let Err(error) = connection.command("commit") else { return Ok(()) };
    tracing::error!(%error, "a group commit failed");
    if connection.in_transaction()
        && let Err(error) = connection.command("rollback")
    {
        tracing::error!(%error, "and could not be rolled back");
    }
    Err(match error {
        // The disk failed somewhere between the first byte and the sync. What a restart would
        // find in the WAL nobody can say.
        CommitError::Db(DbError::Unavailable(reason)) => CommitError::Unknown(reason),
        other => other,
    })
}

fn run_script(connection: &mut Connection, claim: Option<&Stmt>, script: &str) -> Scripted {
    let applied = in_transaction(connection, claim, script);
    if connection.in_transaction()
        && let Err(error) = connection.command("rollback")
    {
        tracing::error!(%error, "a failed script could not be rolled back");
    }
    connection.forget();
    applied.map_err(|error| match error {
        CommitError::Db(error) => error,
        other => DbError::Sql(other.to_string()),
    })
}

fn in_transaction(
    connection: &mut Connection,
    claim: Option<&Stmt>,
    script: &str,
) -> Result<bool, CommitError> {
    connection.command("begin immediate")?;
    if let Some(claim) = claim
        && connection.run(&claim.sql, &claim.args)?.touched == 0
    {
        return Ok(false);
    }
    connection.script(script)?;
    connection.command("commit")?;
    Ok(true)
}
