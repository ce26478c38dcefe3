//! The schema moves forward only, once, and says why when it will not.

use store::{
    DbError,
    migrate::{Migration, run},
};
use testkit::dbs::{on_both, on_both_empty};

use crate::one;

const FIRST: Migration = Migration {
    number: 1,
    name: "first",
    sql: "-- Two statements; one text.
          create table first (id text primary key, note text);
          create table second (id text primary key references first (id));",
};

const SECOND: Migration = Migration {
    number: 2,
    name: "fill",
    sql: "insert into first (id) values ('x'); alter table first add column more bigint;",
};

#[tokio::test]
async fn migrations_apply_once_in_order() {
    on_both_empty(async |test| {
        run(&test.db, &[FIRST]).await.unwrap();
        assert_eq!(test.db.rows("select * from first", &[]).await.unwrap().len(), 0);
        run(&test.db, &[FIRST, SECOND]).await.unwrap();
        run(&test.db, &[FIRST, SECOND]).await.unwrap();
        // The connection that ran the same text on the old table must see the new column.
        let row = one(&test.db, "select * from first").await;
        assert_eq!(row.opt_int("more").unwrap(), None);
        let history = "select number, name, applied_at from schema_migrations order by number";
        let history = test.db.rows(history, &[]).await.unwrap();
        assert_eq!(history.len(), 2);
        assert_eq!(history[1].text("name").unwrap(), "fill");
        assert!(history[1].int("applied_at").unwrap() > 1_700_000_000);
    })
    .await;
}

#[tokio::test]
async fn a_changed_text_a_gap_and_a_newer_database_are_refused() {
    on_both_empty(async |test| {
        run(&test.db, &[FIRST, SECOND]).await.unwrap();
        let changed = Migration { sql: "create table other (id text)", ..FIRST };
        let early = Migration { number: 0, name: "early", sql: "create table early (id text)" };
        for (list, word) in [
            (vec![changed, SECOND], "another text"),
            (vec![FIRST], "newer"),
            (vec![early, FIRST, SECOND], "never applied"),
            (vec![SECOND, FIRST], "rising order"),
        ] {
            match run(&test.db, &list).await {
                Err(DbError::Migration(why)) => assert!(why.contains(word), "{why}"),
                other => panic!("{word}: {other:?}"),
            }
        }
        let windows = FIRST.sql.replace('\n', "\r\n");
        let windows = Migration { sql: Box::leak(windows.into_boxed_str()), ..FIRST };
        run(&test.db, &[windows, SECOND]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_failing_script_leaves_nothing_behind_and_is_named() {
    on_both_empty(async |test| {
        let bad = Migration {
            number: 2,
            name: "bad",
            sql: "create table third (id text); insert into nowhere (id) values ('x');",
        };
        let error = run(&test.db, &[FIRST, bad]).await.unwrap_err();
        assert!(error.to_string().contains("2 (bad)"), "{error}");
        assert!(test.db.rows("select id from third", &[]).await.is_err());
        assert!(test.db.rows("select id from first", &[]).await.unwrap().is_empty());
        run(&test.db, &[FIRST, SECOND]).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn replicas_that_start_at_once_migrate_once() {
    on_both_empty(async |test| {
        let mut replicas = Vec::new();
        for _ in 0..6 {
            let db = match test.kind {
                // One process, one handle on a SQLite file.
                store::Kind::Sqlite => test.db.clone(),
                store::Kind::Postgres => store::Db::open(&test.url).await.unwrap(),
            };
            replicas.push(tokio::spawn(async move { run(&db, &[FIRST, SECOND]).await }));
        }
        for replica in replicas {
            replica.await.unwrap().unwrap();
        }
        let row = one(&test.db, "select count(*) as n from first").await;
        assert_eq!(row.int("n").unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn this_programs_own_migrations_apply_and_apply_again() {
    on_both(async |test| {
        test.db.migrate().await.unwrap();
        let applied = one(&test.db, "select count(*) as n from schema_migrations").await;
        let known = i64::try_from(store::migrate::MIGRATIONS.len()).unwrap();
        assert_eq!(applied.int("n").unwrap(), known);
    })
    .await;
}
