//! What only SQLite has: a file, a queue, a process that may die.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    process::{Command, Stdio},
};

use futures_util::future::join_all;
use store::{Batch, CommitError, Db, DbError, args};
use testkit::dbs;

use crate::{INSERT, count, insert, notes, one};

const CHILD_URL: &str = "IEUM_STORE_TEST_CHILD_URL";

/// A second connection on the test's file, as a backup or the sqlite3 shell would open one.
fn stranger(url: &str) -> rusqlite::Connection {
    rusqlite::Connection::open(url.strip_prefix("sqlite:").unwrap()).unwrap()
}

#[tokio::test]
async fn only_the_owner_may_read_the_files() {
    let test = dbs::sqlite().await;
    notes(&test.db).await;
    let path = test.url.strip_prefix("sqlite:").unwrap();
    for file in [path.to_owned(), format!("{path}-wal"), format!("{path}.lock")] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_second_writer_is_refused_and_let_in_after_the_first_closed() {
    let test = dbs::sqlite().await;
    notes(&test.db).await;
    let error = Db::open(&test.url).await.err().unwrap();
    assert!(matches!(error, DbError::InUse { .. }), "{error:?}");
    assert!(error.to_string().contains("in use"), "{error}");
    let dbs::TestDb { db, url, .. } = &test;
    db.clone().close().await;
    let path = url.strip_prefix("sqlite:").unwrap();
    let wal = std::fs::metadata(format!("{path}-wal")).map_or(0, |wal| wal.len());
    assert_eq!(wal, 0, "closing folds the WAL into the file");
}

#[tokio::test]
async fn urls_that_make_no_sense_are_refused() {
    for (url, word) in [
        ("sqlite:", "path"),
        ("sqlite::memory:", "memory"),
        ("sqlite:x.db?mode=ro", "options"),
        ("mysql://localhost/x", "sqlite:"),
        ("sqlite:/nowhere/at/all/x.db", "/nowhere/at/all"),
    ] {
        let error = Db::open(url).await.err().unwrap().to_string();
        assert!(error.contains(word), "{url}: {error}");
    }
}

#[tokio::test]
async fn dropping_every_handle_keeps_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("x.db").display());
    for round in 0..3 {
        let db = Db::open(&url).await.unwrap();
        if round == 0 {
            notes(&db).await;
        }
        assert_eq!(count(&db).await, round);
        insert(&db, &format!("n{round}"), None).await;
    }
}

#[tokio::test]
async fn a_full_queue_answers_at_once_and_the_rest_commits() {
    let test = dbs::sqlite().await;
    notes(&test.db).await;
    let stranger = stranger(&test.url);
    stranger.execute_batch("begin immediate").unwrap();
    // The writer takes up to 256 and waits for the stranger; 4096 more wait in the queue.
    let commits = (0..6000).map(|index| {
        let mut batch = Batch::new();
        batch.push(INSERT, args![format!("n{index}"), index, 1]);
        test.db.commit(batch)
    });
    let release = async { stranger.execute_batch("rollback").unwrap() };
    // Polled in order: the release comes after every commit was queued or refused.
    let (outcomes, ()) = tokio::join!(biased; join_all(commits), release);
    let refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    for outcome in &outcomes {
        let overloaded = CommitError::Db(DbError::Overloaded("the write queue is full"));
        assert!(outcome.is_ok() || *outcome.as_ref().unwrap_err() == overloaded, "{outcome:?}");
    }
    assert!((1..=6000 - 4096).contains(&refused), "{refused}");
    assert_eq!(count(&test.db).await, 6000 - i64::try_from(refused).unwrap());
}

#[tokio::test]
async fn a_failing_batch_of_one_group_leaves_the_others() {
    let test = dbs::sqlite().await;
    notes(&test.db).await;
    let stranger = stranger(&test.url);
    stranger.execute_batch("begin immediate").unwrap();
    let commits = (0..20).map(|index| {
        let mut batch = Batch::new();
        batch.push(INSERT, args![format!("n{index}"), index, 1]);
        let name = if index % 4 == 0 { "nobody" } else { "n1" };
        if index != 1 {
            let update = "update notes set version = version + 1 where id = $1";
            batch.expect_one("there", update, args![name]);
        }
        test.db.commit(batch)
    });
    let release = async { stranger.execute_batch("rollback").unwrap() };
    let (outcomes, ()) = tokio::join!(biased; join_all(commits), release);
    for (index, outcome) in outcomes.into_iter().enumerate() {
        match index % 4 {
            0 => assert_eq!(outcome.unwrap_err(), CommitError::Expectation("there")),
            _ => assert!(outcome.is_ok(), "{outcome:?}"),
        }
    }
    assert_eq!(count(&test.db).await, 15);
    let row = one(&test.db, "select version from notes where id = 'n1'").await;
    assert_eq!(row.int("version").unwrap(), 15);
}

#[tokio::test]
async fn transaction_commands_do_not_get_into_a_batch() {
    let test = dbs::sqlite().await;
    notes(&test.db).await;
    for command in ["commit", "rollback", "begin", "savepoint x", "release batch"] {
        let mut batch = Batch::new();
        batch.push(INSERT, args!["a", 1, 1]);
        batch.push(command, []);
        let error = test.db.commit(batch).await.unwrap_err();
        assert!(matches!(error, CommitError::Db(DbError::Sql(_))), "{command}: {error:?}");
    }
    assert_eq!(count(&test.db).await, 0);
}

/// What was answered is on disk, even when the process is killed while it writes.
#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("x.db").display());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["sqlite::child_that_commits_until_killed", "--exact", "--ignored", "--nocapture"])
        .env(CHILD_URL, &url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut answered = Vec::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        answered.extend(line.strip_prefix("answered ").map(str::to_owned));
        if answered.len() == 500 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(answered.len(), 500, "the child did not get that far");
    let db = Db::open(&url).await.unwrap();
    for id in answered {
        let row = db.row("select version from notes where id = $1", &args![id.as_str()]).await;
        assert!(row.unwrap().is_some(), "{id} was answered and is lost");
    }
    insert(&db, "after", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other process of what_was_answered_survives_a_kill"]
async fn child_that_commits_until_killed() {
    let db = Db::open(&std::env::var(CHILD_URL).unwrap()).await.unwrap();
    notes(&db).await;
    let writers = (0..8).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move {
            for index in 0..1_000_000 {
                let id = format!("w{writer}-{index}");
                insert(&db, &id, None).await;
                writeln!(std::io::stdout(), "answered {id}").unwrap();
            }
        })
    });
    join_all(writers).await;
}
