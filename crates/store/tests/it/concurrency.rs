//! Many at once: nothing is lost, nothing is handed out twice.

use std::collections::BTreeSet;

use store::{Batch, CommitError, Db, args};
use testkit::dbs::on_both_empty;

use crate::{INSERT, count, insert, notes, one};

async fn all<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let handles: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut done = Vec::new();
    for handle in handles {
        done.push(handle.await.unwrap());
    }
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn increments_under_version_checks_lose_nothing() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "a", Some(0)).await;
        all((0..64).map(|_| increment(test.db.clone(), 2))).await;
        let row = one(&test.db, "select number, version from notes").await;
        assert_eq!((row.int("number").unwrap(), row.int("version").unwrap()), (128, 129));
    })
    .await;
}

async fn increment(db: Db, mut times: u32) {
    while times > 0 {
        let row = one(&db, "select number, version from notes where id = 'a'").await;
        let (number, version) = (row.int("number").unwrap(), row.int("version").unwrap());
        let mut batch = Batch::new();
        batch.expect_one(
            "version",
            "update notes set number = $1, version = version + 1 where id = $2 and version = $3",
            args![number + 1, "a", version],
        );
        match db.commit(batch).await {
            Ok(_) => times -= 1,
            Err(CommitError::Expectation("version")) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_claim_hands_each_row_out_once() {
    on_both_empty(async |test| {
        let mut batch = Batch::new();
        batch.push("create table tasks (id bigint primary key, leased_until bigint)", []);
        test.db.commit(batch).await.unwrap();
        let mut batch = Batch::new();
        for id in 0..200 {
            batch.push("insert into tasks (id) values ($1)", args![id]);
        }
        test.db.commit(batch).await.unwrap();
        let claimed = all((0..16).map(|_| claim(test.db.clone()))).await.concat();
        let distinct: BTreeSet<_> = claimed.iter().copied().collect();
        assert_eq!((claimed.len(), distinct.len()), (200, 200));
    })
    .await;
}

/// Claims until nothing is left.
async fn claim(db: Db) -> Vec<i64> {
    let mut mine = Vec::new();
    let sql = format!(
        "update tasks set leased_until = $1 where id in (
             select id from tasks where leased_until is null order by id limit $2{}
         ) returning id",
        db.skip_locked()
    );
    loop {
        let mut batch = Batch::new();
        batch.push(sql.clone(), args![1_000, 3]);
        let returned = db.commit(batch).await.unwrap();
        if returned[0].is_empty() {
            // With skip locked, nothing found may mean all locked: look before leaving.
            let left = "select count(*) as n from tasks where leased_until is null";
            if one(&db, left).await.int("n").unwrap() == 0 {
                return mine;
            }
        }
        mine.extend(returned[0].iter().map(|row| row.int("id").unwrap()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failing_batch_leaves_its_neighbours_alone() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "taken", None).await;
        let outcomes = all((0..100).map(|index| {
            let db = test.db.clone();
            async move {
                let mut batch = Batch::new();
                batch.push(INSERT, args![format!("a{index}"), index, 1]);
                match index % 5 {
                    0 => batch.push(INSERT, args!["taken", 1000 + index, 1]),
                    1 => batch.expect_one("none", "delete from notes where id = 'nobody'", []),
                    2 => batch.push("no such statement", []),
                    _ => batch.push(INSERT, args![format!("b{index}"), 1000 + index, 1]),
                };
                (index, db.commit(batch).await)
            }
        }))
        .await;
        for (index, outcome) in outcomes {
            match (index % 5, outcome) {
                (0, Err(CommitError::Unique(_)))
                | (1, Err(CommitError::Expectation("none")))
                | (2, Err(CommitError::Db(_)))
                | (3 | 4, Ok(_)) => {}
                (_, other) => panic!("{index}: {other:?}"),
            }
        }
        assert_eq!(count(&test.db).await, 1 + 80);
    })
    .await;
}

/// PostgreSQL finds a deadlock and lets one go; that one is run again without anybody noticing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn batches_that_lock_in_opposite_order_all_commit() {
    on_both_empty(async |test| {
        notes(&test.db).await;
        insert(&test.db, "a", None).await;
        insert(&test.db, "b", None).await;
        all((0..40).map(|index| {
            let db = test.db.clone();
            async move {
                let update = "update notes set version = version + 1 where id = $1";
                let order = if index % 2 == 0 { ["a", "b"] } else { ["b", "a"] };
                let mut batch = Batch::new();
                batch.expect_one("first", update, args![order[0]]);
                batch.expect_one("second", update, args![order[1]]);
                db.commit(batch).await.unwrap();
            }
        }))
        .await;
        let row =
            one(&test.db, "select min(version) as low, max(version) as high from notes").await;
        assert_eq!((row.int("low").unwrap(), row.int("high").unwrap()), (41, 41));
    })
    .await;
}
