//! Takes jobs by lease and runs them side by side. Many processes may do so at once.

use super::{LANES, Lane, Next};
use crate::{Engine, Error, Result, draw, merchants};
use domain::{MerchantId, Millis, retry};
use std::sync::Arc;
use std::time::Duration;
use store::jobs::{self, Claim, JobRow};
use store::{Batch, CommitError};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// The least a runner has a job, milliseconds: room for a slow database.
const LEAST_LEASE_MS: i64 = 15_000;

/// How often a runner looks by itself; after a commit of this process it is woken at once.
const POLL: Duration = Duration::from_millis(250);

/// How often [`run_due`] looks whether another runner is done with a job.
const PATIENCE: Duration = Duration::from_millis(20);

/// Runs what is due, at most 64 jobs, and waits for them. Gives how many it took.
pub async fn run_once(engine: &Engine) -> usize {
    let kinds: Vec<&str> = LANES.iter().flat_map(|lane| lane.kinds).copied().collect();
    match take(engine, &kinds, 64, None).await {
        Ok(jobs) => run_all(engine, jobs).await,
        Err(error) => {
            tracing::error!(%error, "jobs cannot be taken");
            0
        }
    }
}

/// Runs one merchant's jobs until none is due, those included that become due meanwhile. Waits
/// for jobs another runner has. Gives how many it ran itself.
///
/// # Errors
/// Of the database; [`Error::Busy`] if there is no end to it.
pub async fn run_due(engine: &Engine, merchant: MerchantId) -> Result<usize> {
    let kinds: Vec<&str> = LANES.iter().flat_map(|lane| lane.kinds).copied().collect();
    let mut done = 0;
    // Two minutes of waiting is longer than any lease lasts.
    for _ in 0..6_000 {
        let jobs = take(engine, &kinds, 64, Some(merchant)).await?;
        if !jobs.is_empty() {
            done += run_all(engine, jobs).await;
            continue;
        }
        let due = jobs::due(&engine.db, merchant, engine.now()).await?;
        if due.iter().all(|job| !kinds.contains(&job.kind.as_str())) {
            return Ok(done);
        }
        tokio::time::sleep(PATIENCE).await;
    }
    Err(Error::Busy)
}

/// Runs jobs until `shutdown`, then waits for those that run.
pub async fn run_forever(engine: Engine, shutdown: impl Future<Output = ()>) {
    let (stop, stopped) = watch::channel(false);
    let woken = Arc::new(Notify::new());
    let mut lanes = JoinSet::new();
    for lane in &LANES {
        lanes.spawn(run_lane(engine.clone(), lane, Arc::clone(&woken), stopped.clone()));
    }
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        // `wake` wakes one waiter, which is us; every lane is to look.
        tokio::select! {
            () = shutdown.as_mut() => break,
            () = engine.wake.notified() => woken.notify_waiters(),
        }
    }
    // Fails only if every lane ended already.
    let _ = stop.send(true);
    while lanes.join_next().await.is_some() {}
}

async fn run_lane(
    engine: Engine,
    lane: &'static Lane,
    woken: Arc<Notify>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut running = JoinSet::new();
    while !*stopped.borrow_and_update() {
        // Listening begins before looking: what is committed in between wakes us.
        let mut woken = std::pin::pin!(woken.notified());
        woken.as_mut().enable();
        let room = lane.at_once.saturating_sub(running.len());
        let jobs = match room {
            0 => Ok(Vec::new()),
            room => take(&engine, lane.kinds, room, None).await,
        };
        match jobs {
            Ok(jobs) => {
                for job in jobs {
                    running.spawn(execute(engine.clone(), job));
                }
            }
            Err(error) => tracing::error!(%error, "jobs cannot be taken"),
        }
        tokio::select! {
            _ = stopped.changed() => {}
            Some(_) = running.join_next() => {}
            () = woken => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn take(
    engine: &Engine,
    kinds: &[&str],
    limit: usize,
    merchant: Option<MerchantId>,
) -> std::result::Result<Vec<JobRow>, CommitError> {
    let now = engine.now();
    let lease_by = draw::hex(&*engine.random, 8);
    let claim = Claim {
        now,
        lease_until: Millis(now.0.saturating_add(lease_ms(engine))),
        lease_by: &lease_by,
        limit: i64::try_from(limit).unwrap_or(i64::MAX),
        kinds,
        merchant,
    };
    jobs::claim(&engine.db, &claim).await
}

/// How long a runner has a job; whoever dies with one gives it back no later than this. A job may
/// wait for two exchanges, and its lease must not end before.
fn lease_ms(engine: &Engine) -> i64 {
    let settings = &engine.settings;
    let longest = settings.pg_timeout_ms.max(settings.webhook_timeout_ms).saturating_mul(2);
    LEAST_LEASE_MS.max(i64::try_from(longest).unwrap_or(i64::MAX))
}

async fn run_all(engine: &Engine, jobs: Vec<JobRow>) -> usize {
    let mut running = JoinSet::new();
    for job in jobs {
        running.spawn(execute(engine.clone(), job));
    }
    let mut done = 0;
    while running.join_next().await.is_some() {
        done += 1;
    }
    done
}

/// Runs one job and writes down how it ended. A job that fails or panics comes again later, and
/// hurts no other.
async fn execute(engine: Engine, job: JobRow) {
    let work = {
        let (engine, job) = (engine.clone(), job.clone());
        tokio::spawn(async move { super::run(&engine, &job).await })
    };
    let mut batch = Batch::new();
    match work.await {
        Ok(Ok(Next::Done)) => jobs::complete(&mut batch, &job),
        Ok(Ok(Next::Again { run_at })) => jobs::reschedule(&mut batch, &job, run_at),
        Ok(Err(error)) => {
            tracing::error!(job = job.id, %error, "a job failed and will run again");
            jobs::reschedule(&mut batch, &job, later(&engine, &job).await);
        }
        Err(error) => {
            tracing::error!(job = job.id, %error, "a job broke off and will run again");
            jobs::reschedule(&mut batch, &job, later(&engine, &job).await);
        }
    }
    if let Err(error) = engine.db.commit(batch).await {
        tracing::error!(job = job.id, %error, "a job's end was not written down: it runs again");
    }
}

async fn later(engine: &Engine, job: &JobRow) -> Millis {
    let now = merchants::now_of(engine, MerchantId(job.merchant_id)).await;
    let now = now.unwrap_or_else(|_| engine.now());
    now.plus_seconds(retry::settle_delay(u32::try_from(job.attempts).unwrap_or(u32::MAX)))
}
