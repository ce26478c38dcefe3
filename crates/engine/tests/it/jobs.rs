//! Taking and running jobs.

use crate::rows;
use domain::payment::Status;
use domain::{MerchantId, Millis};
use engine::{Engine, jobs, merchants, webhooks};
use std::collections::HashSet;
use std::sync::Arc;
use store::Batch;
use store::jobs::{Claim, JobRow};
use testkit::dbs::on_both;
use testkit::engine::TestEngine;

async fn queue(engine: &Engine, merchant: MerchantId, key: &str, run_at: Millis) {
    let mut batch = Batch::new();
    store::jobs::enqueue(&mut batch, merchant, "webhook", key, run_at);
    engine.db.commit(batch).await.unwrap();
}

async fn claim(engine: &Engine, by: &str, limit: i64) -> Vec<JobRow> {
    let now = engine.now();
    let claim = Claim {
        now,
        lease_until: now.plus_seconds(60),
        lease_by: by,
        limit,
        kinds: &["webhook"],
        merchant: None,
    };
    store::jobs::claim(&engine.db, &claim).await.unwrap()
}

#[tokio::test]
async fn due_jobs_are_taken_oldest_first_and_by_one_only() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let merchant = MerchantId(hub.merchant("owner").await.merchant.id);
        let now = hub.clock.read();
        for (key, after) in [("c", -1), ("a", -3), ("b", -2), ("later", 1)] {
            queue(&hub.engine, merchant, key, now.plus_seconds(after)).await;
        }
        let keys = |jobs: &[JobRow]| jobs.iter().map(|job| job.key().to_owned()).collect();
        let first: Vec<String> = keys(&claim(&hub.engine, "one", 2).await);
        assert_eq!(first, ["a", "b"]);
        let rest: Vec<String> = keys(&claim(&hub.engine, "two", 9).await);
        assert_eq!(rest, ["c"]);
        // Whoever took them died: after the lease they are there again.
        hub.clock.advance(60);
        assert_eq!(claim(&hub.engine, "three", 9).await.len(), 4);
    })
    .await;
}

#[tokio::test]
async fn claimers_at_once_never_share_a_job() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let merchant = MerchantId(hub.merchant("owner").await.merchant.id);
        for key in 0..60 {
            queue(&hub.engine, merchant, &key.to_string(), hub.clock.read()).await;
        }
        let mut claims = tokio::task::JoinSet::new();
        for by in 0..12 {
            let engine = hub.engine.clone();
            claims.spawn(async move { claim(&engine, &format!("claimer {by}"), 7).await });
        }
        let mut seen = HashSet::new();
        for job in claims.join_all().await.into_iter().flatten() {
            assert!(seen.insert(job.id.clone()), "{} was taken twice", job.id);
        }
        // Those passed over while another took them are still there.
        while let Some(job) = claim(&hub.engine, "last", 1).await.pop() {
            assert!(seen.insert(job.id.clone()), "{} was taken twice", job.id);
        }
        assert_eq!(seen.len(), 60);
    })
    .await;
}

#[tokio::test]
async fn a_job_is_queued_once_at_the_earlier_time_and_again_if_it_runs() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let merchant = MerchantId(hub.merchant("owner").await.merchant.id);
        let now = hub.clock.read();
        queue(&hub.engine, merchant, "a", now.plus_seconds(50)).await;
        queue(&hub.engine, merchant, "a", now).await;
        queue(&hub.engine, merchant, "a", now.plus_seconds(90)).await;
        let jobs = store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap();
        assert_eq!(jobs.len(), 1);
        assert_eq!(jobs[0].run_at, now);

        // Queued while it runs: finishing it does not lose that, and nobody has it meanwhile.
        let taken = claim(&hub.engine, "one", 9).await.remove(0);
        queue(&hub.engine, merchant, "a", now).await;
        assert!(claim(&hub.engine, "two", 9).await.is_empty());
        let mut batch = Batch::new();
        store::jobs::complete(&mut batch, &taken);
        hub.engine.db.commit(batch).await.unwrap();
        let taken = claim(&hub.engine, "two", 9).await.remove(0);

        // Whoever lost the job to another can neither end it nor put it off.
        hub.clock.advance(60);
        let other = claim(&hub.engine, "three", 9).await.remove(0);
        let mut batch = Batch::new();
        store::jobs::complete(&mut batch, &taken);
        store::jobs::reschedule(&mut batch, &taken, now.plus_seconds(999));
        hub.engine.db.commit(batch).await.unwrap();
        let jobs = store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap();
        assert_eq!(jobs, std::slice::from_ref(&other));
        let mut batch = Batch::new();
        store::jobs::complete(&mut batch, &other);
        hub.engine.db.commit(batch).await.unwrap();
        assert!(store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn jobs_are_due_in_their_merchants_time() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let one = MerchantId(hub.merchant("one").await.merchant.id);
        let two = MerchantId(hub.merchant("two").await.merchant.id);
        let tomorrow = hub.clock.read().plus_seconds(86_400);
        queue(&hub.engine, one, "1", tomorrow).await;
        queue(&hub.engine, two, "2", tomorrow).await;
        let mut batch = Batch::new();
        store::merchants::advance_clock(&mut batch, one, 86_400_000);
        hub.engine.db.commit(batch).await.unwrap();
        let taken = claim(&hub.engine, "one", 9).await;
        assert_eq!(taken.iter().map(|job| job.key()).collect::<Vec<_>>(), ["1"]);
        hub.clock.advance(86_399);
        assert!(store::jobs::due(&hub.engine.db, two, hub.engine.now()).await.unwrap().is_empty());
        hub.clock.advance(1);
        let due = store::jobs::due(&hub.engine.db, two, hub.engine.now()).await.unwrap();
        assert_eq!(due.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn moving_the_clock_does_what_has_become_due() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        let url = "https://shop.test/hook";
        merchants::set_webhook(&hub.engine, merchant, "owner", url, "json").await.unwrap();
        hub.outbound.answer_with(503, "");
        let mut batch = Batch::new();
        let payment = rows::payment(&made, "imp_1");
        let at = hub.clock.read();
        webhooks::emit(&hub.engine, &mut batch, &payment, Status::Paid, None, at).await.unwrap();
        hub.engine.db.commit(batch).await.unwrap();
        merchants::advance(&hub.engine, merchant, 1).await.unwrap();
        assert_eq!(hub.outbound.sent().len(), 1);
        merchants::advance(&hub.engine, merchant, 3).await.unwrap();
        assert_eq!(hub.outbound.sent().len(), 1, "the next try is 5 s after the first");
        hub.outbound.answer_with(200, "");
        // The way is long and the job is done where it is due, not at the end.
        let end = merchants::advance(&hub.engine, merchant, 30 * 86_400).await.unwrap();
        assert_eq!(end, at.plus_seconds(4 + 30 * 86_400));
        assert_eq!(hub.outbound.sent().len(), 2);
        let log = webhooks::of_payment(&hub.engine, merchant, "imp_1").await.unwrap();
        assert_eq!(log[0].webhook.delivered_at, Some(at.plus_seconds(5)));
    })
    .await;
}

#[tokio::test]
async fn a_job_that_panics_or_fails_comes_again_and_hurts_no_other() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        hub.outbound.answer(|sent| match sent.text().contains("imp_bad") {
            true => panic!("the wire broke"),
            false => Ok(pg::Response::text("ok")),
        });
        let url = "https://shop.test/hook";
        merchants::set_webhook(&hub.engine, merchant, "owner", url, "json").await.unwrap();
        let at = hub.clock.read();
        let mut batch = Batch::new();
        for uid in ["imp_1", "imp_bad", "imp_2"] {
            let payment = rows::payment(&made, uid);
            let status = Status::Paid;
            webhooks::emit(&hub.engine, &mut batch, &payment, status, None, at).await.unwrap();
        }
        store::jobs::enqueue(&mut batch, merchant, "webhook", "no number", at);
        hub.engine.db.commit(batch).await.unwrap();
        assert_eq!(jobs::run_once(&hub.engine).await, 4);
        for (uid, attempts) in [("imp_1", 1), ("imp_2", 1), ("imp_bad", 0)] {
            let log = webhooks::of_payment(&hub.engine, merchant, uid).await.unwrap();
            assert_eq!(log[0].webhook.attempts, attempts, "{uid}");
        }
        let left = store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap();
        assert_eq!(left.len(), 2);
        for job in &left {
            assert_eq!(job.run_at, at.plus_seconds(2));
            assert_eq!((job.attempts, job.lease_until, &job.lease_by), (1, None, &None));
        }
    })
    .await;
}

#[tokio::test]
async fn kinds_this_program_does_not_know_are_left_alone() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let merchant = MerchantId(hub.merchant("owner").await.merchant.id);
        let mut batch = Batch::new();
        store::jobs::enqueue(&mut batch, merchant, "of_next_year", "x", hub.clock.read());
        hub.engine.db.commit(batch).await.unwrap();
        assert_eq!(jobs::run_once(&hub.engine).await, 0);
        assert_eq!(jobs::run_due(&hub.engine, merchant).await.unwrap(), 0);
        assert_eq!(store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_runner_does_what_is_queued_and_ends_what_it_began() {
    on_both(async |test| {
        let hub = TestEngine::new(test);
        let made = hub.merchant("owner").await;
        let merchant = MerchantId(made.merchant.id);
        let url = "https://shop.test/hook";
        merchants::set_webhook(&hub.engine, merchant, "owner", url, "json").await.unwrap();
        let reached = Arc::new(tokio::sync::Semaphore::new(0));
        let (told, stop) = (Arc::clone(&reached), Arc::new(tokio::sync::Notify::new()));
        hub.outbound.answer_later(move |_| {
            let told = Arc::clone(&told);
            async move {
                told.add_permits(1);
                // Long enough for the shutdown to come first.
                for _ in 0..50 {
                    tokio::task::yield_now().await;
                }
                Ok(pg::Response::text("ok"))
            }
        });
        let stopping = Arc::clone(&stop);
        let shutdown = async move { stopping.notified().await };
        let runner = tokio::spawn(jobs::run_forever(hub.engine.clone(), shutdown));
        let mut batch = Batch::new();
        let (payment, at) = (rows::payment(&made, "imp_1"), hub.clock.read());
        webhooks::emit(&hub.engine, &mut batch, &payment, Status::Paid, None, at).await.unwrap();
        hub.engine.db.commit(batch).await.unwrap();
        hub.engine.wake.notify_one();
        reached.acquire().await.unwrap().forget();
        stop.notify_one();
        runner.await.unwrap();
        let log = webhooks::of_payment(&hub.engine, merchant, "imp_1").await.unwrap();
        assert!(log[0].webhook.delivered_at.is_some());
        assert!(store::jobs::list(&hub.engine.db, merchant, 9).await.unwrap().is_empty());
    })
    .await;
}
