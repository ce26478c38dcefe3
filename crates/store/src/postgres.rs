//! PostgreSQL behind the waist: a small pool, batches pipelined in one flight.
//!
//! Sessions are read-only by default and only a batch's transaction is `read write`, so a read
//! that would write is refused by the server itself. Connections are plain (no TLS yet).

mod connection;
mod failure;
mod leader;
mod pool;
mod transaction;
mod url;

use std::{future::Future, pin::Pin, sync::Arc};

use futures_util::future::{MaybeDone, maybe_done};

pub(crate) use self::transaction::{COLUMNS, REFERENCES, Transaction};
use self::{
    connection::{Connection, Outcome, Prepared},
    failure::{Failure, Step},
    pool::Pool,
};
use crate::{Arg, Batch, CommitError, DbError, Expect, Row, Stmt};

/// Runs of one batch (or read) when deadlocks, serialization failures or broken connections
/// undo it. A batch is a value and nothing of it happened, so running it again is safe.
const TRIES: u32 = 8;

const BEGIN: &str = "begin read write";

/// A handle on the pool; clones share it.
#[derive(Clone)]
pub(crate) struct Postgres(Arc<Pool>);

type Flying<'a> = Pin<Box<dyn Future<Output = Result<Outcome, tokio_postgres::Error>> + Send + 'a>>;

impl Postgres {
    /// Connects once, to say at the start what is wrong with the URL or the server.
    pub(crate) async fn open(url: &str) -> Result<Self, DbError> {
        let pool = Pool::new(url::parse(url)?);
        drop(pool.lease().await.map_err(|error| match error {
            DbError::Unavailable(reason) => DbError::Open(reason),
            other => other,
        })?);
        Ok(Self(Arc::new(pool)))
    }

    pub(crate) async fn commit(&self, batch: &Batch) -> Result<Vec<Vec<Row>>, CommitError> {
        let mut failure = match self.attempt(batch).await {
            Ok(returned) => return Ok(returned),
            Err(failure) => failure,
        };
        if !failure.again {
            return Err(failure.error);
        }
        // Batches that met once would meet again: those that try again go one by one. Those whose
        // connection broke did not meet.
        let _turn = if failure.keep { Some(self.0.again.lock().await) } else { None };
        let mut tries = 1;
        while failure.again && tries < TRIES {
            failure = match self.attempt(batch).await {
                Ok(returned) => return Ok(returned),
                Err(failure) => failure,
            };
            tries += 1;
        }
        Err(failure.error)
    }

    pub(crate) async fn rows(&self, sql: &str, args: &[Arg]) -> Result<Vec<Row>, DbError> {
        let mut tries = 1;
        loop {
            let mut lease = self.0.lease().await?;
            match read(lease.connection(), sql, args).await {
                Ok(rows) => return Ok(rows),
                Err(failure) => {
                    lease.judge(&failure);
                    if !failure.again || tries == TRIES {
                        return Err(failure::of_read(failure.error));
                    }
                    tries += 1;
                }
            }
        }
    }

    /// Runs `script` if `claim` touches a row. Two replicas that claim the same migration meet at
    /// its primary key: the second waits there until the first committed, and then skips.
    pub(crate) async fn run_script(
        &self,
        claim: Option<Stmt>,
        script: &str,
    ) -> Result<bool, DbError> {
        let mut tries = 1;
        loop {
            let mut lease = self.0.lease().await?;
            // Prepared statements of the old schema go with their connections.
            lease.discard();
            match run_script(lease.connection(), claim.as_ref(), script).await {
                Ok(applied) => {
                    self.0.forget();
                    return Ok(applied);
                }
                Err(failure) => {
                    // `create table if not exists` by two at once: the catalogue lets one
                    // fail, by one of several codes. A script without a claim may run again.
                    let raced = claim.is_none();
                    if !(failure.again || raced) || tries == TRIES {
                        return Err(failure::of_read(failure.error));
                    }
                    tries += 1;
                }
            }
        }
    }

    pub(crate) fn close(self) {
        self.0.close();
    }

    async fn attempt(&self, batch: &Batch) -> Result<Vec<Vec<Row>>, Failure> {
        let mut lease = self.0.lease().await?;
        let mut prepared = Vec::with_capacity(batch.statements().len());
        for statement in batch.statements() {
            let ready = lease.connection().prepare(&statement.sql, &statement.args).await;
            prepared.push(ready.inspect_err(|failure| lease.judge(failure))?);
        }
        // Until the transaction is over, a lease that goes (an error, a caller that went away)
        // takes its connection along, and the server rolls back.
        lease.discard();
        let connection = lease.connection();
        let unconditional = batch.statements().iter().all(|one| one.expect == Expect::Any);
        let outcome = if unconditional {
            one_flight(connection, batch, &prepared).await
        } else {
            two_flights(connection, batch, &prepared).await
        };
        match &outcome {
            Ok(_) => lease.keep(),
            Err(failure) => lease.judge(failure),
        }
        outcome
    }

    /// Where the leader is and how many servers there are, for people; `None` with one server.
    pub(crate) fn leader(&self) -> Option<(String, usize)> {
        let leader = self.0.leader.as_ref()?;
        Some((leader.place().unwrap_or_default(), leader.count()))
    }
}

/// A batch that expects nothing is sent with its `commit` behind it: one round trip. When a
/// statement fails the server turns that commit into a rollback.
async fn one_flight(
    connection: &Connection,
    batch: &Batch,
    prepared: &[Arc<Prepared>],
) -> Result<Vec<Vec<Row>>, Failure> {
    let mut flying = departures(connection, batch, prepared);
    flying.push(connection.command("commit"));
    let mut landed = in_order(flying).await;
    let commit = landed.pop();
    let outcomes = arrivals(landed, Step::CommitSent)?;
    if let Some(Err(error)) = commit {
        return Err(Failure::of(&error, Step::Commit));
    }
    Ok(outcomes.into_iter().map(|outcome| outcome.rows).collect())
}

/// A batch with expectations: its statements in one flight, `commit` or `rollback` in another.
async fn two_flights(
    connection: &Connection,
    batch: &Batch,
    prepared: &[Arc<Prepared>],
) -> Result<Vec<Vec<Row>>, Failure> {
    let landed = in_order(departures(connection, batch, prepared)).await;
    match check(batch, landed) {
        Ok(returned) => match connection.command("commit").await {
            Ok(_) => Ok(returned),
            Err(error) => Err(Failure::of(&error, Step::Commit)),
        },
        Err(failure) => {
            let undone = connection.command("rollback").await;
            // Unheard, the server rolls back when the connection goes.
            Err(Failure { keep: failure.keep && undone.is_ok(), ..failure })
        }
    }
}

fn departures<'a>(
    connection: &'a Connection,
    batch: &'a Batch,
    prepared: &'a [Arc<Prepared>],
) -> Vec<Flying<'a>> {
    let mut flying: Vec<Flying<'a>> = vec![connection.command(BEGIN)];
    for (statement, prepared) in batch.statements().iter().zip(prepared) {
        flying.push(Box::pin(connection.run(prepared, &statement.args)));
    }
    flying
}

/// The outcomes of the statements (without that of `begin`), or why the first one failed: those
/// after it only say that the transaction is over.
fn arrivals(
    landed: Vec<Result<Outcome, tokio_postgres::Error>>,
    step: Step,
) -> Result<Vec<Outcome>, Failure> {
    let outcomes: Result<Vec<_>, _> = landed.into_iter().collect();
    let mut outcomes = outcomes.map_err(|error| Failure::of(&error, step))?;
    outcomes.remove(0);
    Ok(outcomes)
}

/// Whichever comes first counts: a row that another writer changed first makes later statements of
/// the batch fail too, and those failures say nothing.
fn check(
    batch: &Batch,
    landed: Vec<Result<Outcome, tokio_postgres::Error>>,
) -> Result<Vec<Vec<Row>>, Failure> {
    let mut landed = landed.into_iter();
    let failed = |error| Failure::of(&error, Step::Statement);
    landed.next().transpose().map_err(failed)?;
    let mut returned = Vec::with_capacity(batch.statements().len());
    for (statement, outcome) in batch.statements().iter().zip(landed) {
        let outcome = outcome.map_err(failed)?;
        if let Some(name) = statement.expect.unmet(outcome.touched) {
            return Err(Failure::told(CommitError::Expectation(name)));
        }
        returned.push(outcome.rows);
    }
    Ok(returned)
}

/// Sends every request in order before waiting for any answer.
async fn in_order(flying: Vec<Flying<'_>>) -> Vec<Result<Outcome, tokio_postgres::Error>> {
    let mut flying: Vec<MaybeDone<Flying<'_>>> = flying.into_iter().map(maybe_done).collect();
    std::future::poll_fn(|context| {
        for one in &mut flying {
            // A request is sent by the first poll; its answer is awaited below.
            let _ = Pin::new(one).poll(context);
        }
        std::task::Poll::Ready(())
    })
    .await;
    let mut landed = Vec::with_capacity(flying.len());
    for one in &mut flying {
        let mut one = Pin::new(one);
        one.as_mut().await;
        landed.extend(one.take_output());
    }
    landed
}

async fn read(connection: &mut Connection, sql: &str, args: &[Arg]) -> Result<Vec<Row>, Failure> {
    let prepared = connection.prepare(sql, args).await?;
    if prepared.returns_nothing() {
        let error = DbError::Sql("this statement writes; only commit() may".to_owned());
        return Err(error.into());
    }
    let outcome = connection.run(&prepared, args).await;
    outcome.map(|outcome| outcome.rows).map_err(|error| Failure::of(&error, Step::Statement))
}

async fn run_script(
    connection: &mut Connection,
    claim: Option<&Stmt>,
    script: &str,
) -> Result<bool, Failure> {
    let failed = |error| Failure::of(&error, Step::Statement);
    // A migration takes the time it takes, and waits for another replica's.
    let begin = "begin read write; set local statement_timeout = 0; set local lock_timeout = 0";
    connection.command(begin).await.map_err(failed)?;
    if let Some(claim) = claim {
        let prepared = connection.prepare(&claim.sql, &claim.args).await?;
        if connection.run(&prepared, &claim.args).await.map_err(failed)?.touched == 0 {
            connection.command("rollback").await.map_err(failed)?;
            return Ok(false);
        }
    }
    connection.command(script).await.map_err(failed)?;
    connection.command("commit").await.map_err(|error| Failure::of(&error, Step::Commit))?;
    Ok(true)
}
