//! The one thread that writes the books: many requests, one fsync.
//!
//! While a commit waits for the disk further requests queue, and the next transaction takes them
//! all. Each has a savepoint of its own, so a failing one undoes only itself. An answer leaves
//! after the commit that made it durable, never before.

use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
    thread::JoinHandle,
};
use tokio::sync::{mpsc, oneshot};

/// Requests in one transaction; more would only lengthen the wait of the first.
const GROUP: usize = 128;

/// Random numbers reserved at a time, so that most requests need not write the counter.
const RESERVE: i64 = 1024;

/// Why nothing of a request was booked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// The PG refuses, in its own words.
    #[error("{0}")]
    Refused(String),
    /// The books cannot be written or must not hold what was to be written.
    #[error("the books could not be written: {0}")]
    Books(String),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Books(error.to_string())
    }
}

/// What work has at hand.
pub(crate) struct Desk<'a> {
    /// Inside the request's savepoint.
    pub(crate) connection: &'a Connection,
    draws: &'a mut Draws,
}

impl Desk<'_> {
    /// Random bits, never the same twice over the life of the books.
    pub(crate) fn draw(&mut self) -> Result<u64, Failure> {
        self.draws.draw(self.connection)
    }
}

trait Job: Send {
    /// True if what it wrote shall stay.
    fn run(&mut self, desk: Desk<'_>) -> bool;
    /// Answers; `lost` says why the whole transaction came to nothing.
    fn end(self: Box<Self>, lost: Option<&str>);
}

struct Task<W, T> {
    work: Option<W>,
    done: Option<Result<T, Failure>>,
    reply: oneshot::Sender<Result<T, Failure>>,
}

impl<W, T> Job for Task<W, T>
where
    W: FnOnce(Desk<'_>) -> Result<T, Failure> + Send,
    T: Send,
{
    fn run(&mut self, desk: Desk<'_>) -> bool {
        self.done = self.work.take().map(|work| work(desk));
        matches!(self.done, Some(Ok(_)))
    }

    fn end(self: Box<Self>, lost: Option<&str>) {
        let answer = match (lost, self.done) {
            // A refusal wrote nothing, so it stands whatever became of the others.
            (_, Some(Err(failure))) => Err(failure),
            (Some(lost), _) => Err(Failure::Books(lost.to_owned())),
            (None, Some(Ok(done))) => Ok(done),
            (None, None) => Err(Failure::Books("the simulator panicked".to_owned())),
        };
        // Who asked may have gone; the books stand all the same.
        let _ = self.reply.send(answer);
    }
}

pub(crate) struct Writer {
    /// `None` only while being dropped.
    jobs: Option<mpsc::UnboundedSender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    /// Callers that wait for their answer.
    waiting: AtomicUsize,
}

/// One caller that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Writer {
    pub(crate) fn start(connection: Connection, seed: u64) -> Result<Self, String> {
        let (jobs, queue) = mpsc::unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("sandbox-books".to_owned())
            .spawn(move || run(&connection, Draws::new(seed), queue))
            .map_err(|error| error.to_string())?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), waiting: AtomicUsize::new(0) })
    }

    /// Does `work` in a transaction and returns when that is on disk. Once sent it is done even if
    /// the caller goes away.
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, Failure>
    where
        W: FnOnce(Desk<'_>) -> Result<T, Failure> + Send + 'static,
        T: Send + 'static,
    {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        let (reply, answer) = oneshot::channel();
        let gone = || Failure::Books("their thread is gone".to_owned());
        let job = Box::new(Task { work: Some(work), done: None, reply });
        self.jobs.as_ref().ok_or_else(gone)?.send(job).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }

    /// How many callers wait for their answer.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::SeqCst)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the sandbox's books panicked");
        }
    }
}

fn run(
    connection: &Connection,
    mut draws: Draws,
    mut queue: mpsc::UnboundedReceiver<Box<dyn Job>>,
) {
    while let Some(first) = queue.blocking_recv() {
        group(connection, &mut draws, first, &mut queue);
    }
}

/// One transaction over `first` and what else is queued.
fn group(
    connection: &Connection,
    draws: &mut Draws,
    first: Box<dyn Job>,
    queue: &mut mpsc::UnboundedReceiver<Box<dyn Job>>,
) {
    let mut lost = command(connection, "begin immediate").err();
    let mut jobs = Vec::new();
    let mut next = Some(first);
    while let Some(mut job) = next.take() {
        if lost.is_none() {
            lost = attempt(connection, draws, &mut *job).err();
        }
        jobs.push(job);
        if jobs.len() < GROUP {
            next = queue.try_recv().ok();
        }
    }
    if lost.is_none() {
        lost = command(connection, "commit").err();
    }
    if !connection.is_autocommit()
        && let Err(error) = command(connection, "rollback")
    {
        tracing::error!(%error, "the sandbox's books cannot be rolled back");
    }
    draws.settle(lost.is_none());
    for job in jobs {
        job.end(lost.as_deref());
    }
}

/// Runs one job in its savepoint. An error means that the whole transaction is lost.
fn attempt(connection: &Connection, draws: &mut Draws, job: &mut dyn Job) -> Result<(), String> {
    command(connection, "savepoint request")?;
    let run = || job.run(Desk { connection, draws });
    // A simulator that panics loses its request, not the books and not the thread.
    let keep = catch_unwind(AssertUnwindSafe(run)).unwrap_or(false);
    if connection.is_autocommit() {
        // A full disk and the like end the transaction without being asked.
        return Err("the database ended the transaction by itself".to_owned());
    }
    if !keep {
        command(connection, "rollback to request")?;
        draws.settle(false);
    }
    command(connection, "release request")
}

fn command(connection: &Connection, sql: &str) -> Result<(), String> {
    let run = || connection.prepare_cached(sql)?.raw_execute();
    run().map(drop).map_err(|error| error.to_string())
}

/// Numbers from the seed: the n-th is the same in every run over fresh books.
struct Draws {
    seed: u64,
    next: i64,
    limit: i64,
    /// The reservation is not committed yet.
    fresh: bool,
}

impl Draws {
    fn new(seed: u64) -> Self {
        Self { seed, next: 0, limit: 0, fresh: false }
    }

    fn draw(&mut self, connection: &Connection) -> Result<u64, Failure> {
        if self.next == self.limit {
            let sql = "update sim_draws set next = next + ?1 returning next";
            let mut statement = connection.prepare_cached(sql)?;
            self.limit = statement.query_row([RESERVE], |row| row.get(0))?;
            self.next = self.limit - RESERVE;
            self.fresh = true;
        }
        let number = self.next;
        self.next += 1;
        Ok(mix(self.seed, number.unsigned_abs()))
    }

    /// After a commit the reservation holds; after a rollback it is made anew.
    fn settle(&mut self, committed: bool) {
        if !committed && self.fresh {
            self.next = self.limit;
        }
        self.fresh = self.fresh && !committed;
    }
}

/// SplitMix64: the `number`-th output of a generator seeded with `seed`.
pub(crate) fn mix(seed: u64, number: u64) -> u64 {
    let mut z = seed.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
