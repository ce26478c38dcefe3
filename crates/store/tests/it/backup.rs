//! Backups: whole or not there, consistent beside writers, and no change to one goes unseen.

use crate::copy::{Targets, stopped, write};
use std::path::Path;
use store::{
    Batch, Db, Transaction, args,
    backup::{self, Sealed},
    copy::{self, CopyError},
};
use testkit::dbs::on_both;

const NOW: i64 = 1_700_000_000_000;

async fn save(url: &str, to: &Path) -> Result<backup::Saved, CopyError> {
    let mut from = Transaction::snapshot(url).await.unwrap();
    backup::save(&mut from, to, false, NOW).await
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_backup_is_one_private_file_that_says_what_it_holds() {
    on_both(async |test| {
        write(&test.db).await;
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("nightly.ieum");
        let saved = save(&test.url, &to).await.unwrap();
        assert_eq!(names(folder.path()), ["nightly.ieum"]);
        let mut from = Transaction::snapshot(&test.url).await.unwrap();
        assert_eq!(copy::contents(&mut from).await.unwrap(), saved.copied.tables);
        let found = backup::check(&to).await.unwrap();
        assert_eq!((found.taken_at, &found.sha256), (NOW, &saved.sha256));
        assert_eq!(found.bytes, std::fs::metadata(&to).unwrap().len());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&to).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            // It is read from where nobody may write.
            let read_only = std::fs::Permissions::from_mode(0o500);
            std::fs::set_permissions(folder.path(), read_only).unwrap();
            backup::check(&to).await.unwrap();
            let writable = std::fs::Permissions::from_mode(0o700);
            std::fs::set_permissions(folder.path(), writable).unwrap();
        }
        let targets = Targets::new().await;
        for url in targets.urls() {
            let mut from = backup::open(&to).await.unwrap();
            let copied = copy::copy(&mut from, &url).await.unwrap();
            assert_eq!(copied.tables, saved.copied.tables);
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_exists_is_replaced_only_if_asked_and_only_by_a_whole_one() {
    on_both(async |test| {
        write(&test.db).await;
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("nightly.ieum");
        std::fs::write(&to, "yesterday's").unwrap();
        let refused = save(&test.url, &to).await.unwrap_err();
        assert!(refused.to_string().contains("nightly.ieum exists"), "{refused}");
        for polls in [2, 10, 25, 40, 55] {
            let mut from = Transaction::snapshot(&test.url).await.unwrap();
            stopped(polls, backup::save(&mut from, &to, true, NOW)).await;
            assert_eq!(std::fs::read(&to).unwrap(), b"yesterday's");
        }
        let mut from = Transaction::snapshot(&test.url).await.unwrap();
        backup::save(&mut from, &to, true, NOW).await.unwrap();
        backup::check(&to).await.unwrap();
        assert_eq!(names(folder.path()), ["nightly.ieum"]);
        let nowhere = folder.path().join("nowhere/nightly.ieum");
        let refused = save(&test.url, &nowhere).await.unwrap_err().to_string();
        assert!(refused.contains("nowhere"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_run_left_does_not_hinder_the_next() {
    on_both(async |test| {
        write(&test.db).await;
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("b.ieum");
        for left in ["b.ieum.part", "b.ieum.part-wal", "b.ieum.part.lock", "b.ieum.lock"] {
            std::fs::write(folder.path().join(left), "half").unwrap();
        }
        save(&test.url, &to).await.unwrap();
        assert_eq!(names(folder.path()), ["b.ieum"]);
    })
    .await;
}

#[tokio::test]
async fn two_backups_to_one_name_do_not_meet() {
    on_both(async |test| {
        write(&test.db).await;
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("b.ieum");
        let (one, other) = tokio::join!(save(&test.url, &to), save(&test.url, &to));
        let told: Vec<_> = [one, other].into_iter().filter_map(Result::err).collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].to_string().contains("in use"), "{told:?}");
        backup::check(&to).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_changed_backup_is_found_and_the_table_named() {
    let test = testkit::dbs::sqlite().await;
    write(&test.db).await;
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good.ieum");
    save(&test.url, &good).await.unwrap();
    let bad = folder.path().join("bad.ieum");
    for (sql, table) in [
        ("update prepares set amount = amount || '0' where merchant_uid = 'ab'", "prepares"),
        ("update prepares set currency = null where merchant_uid = 'ä'", "prepares"),
        ("delete from api_keys", "api_keys"),
        ("update merchants set version = version + 1", "merchants"),
        ("insert into order_claims values (1, 'a', 'b')", "order_claims"),
        ("delete from backup_contents where name = 'audits'", "audits"),
    ] {
        std::fs::copy(&good, &bad).unwrap();
        let db = Db::open(&format!("sqlite:{}", bad.display())).await.unwrap();
        let mut batch = Batch::new();
        batch.expect_one("one row", sql, []);
        db.commit(batch).await.unwrap();
        db.close().await;
        let error = backup::check(&bad).await.unwrap_err().to_string();
        assert!(error.contains(table), "{sql}: {error}");
    }
    let bytes = std::fs::read(&good).unwrap();
    for cut in [bytes.len() / 2, 100] {
        std::fs::write(&bad, &bytes[..cut]).unwrap();
        backup::check(&bad).await.unwrap_err();
    }
    std::fs::write(&bad, "not a database at all, but long enough to be read as one".repeat(99))
        .unwrap();
    backup::check(&bad).await.unwrap_err();
    let error = backup::check(Path::new("/nowhere.ieum")).await.unwrap_err().to_string();
    assert!(error.contains("/nowhere.ieum"), "{error}");
    let live = test.url.strip_prefix("sqlite:").unwrap();
    let error = backup::check(Path::new(live)).await.unwrap_err().to_string();
    assert!(error.contains("is no backup"), "{error}");
}

/// Moves a won from one table's sum to another's and notes it in a third, in one batch.
async fn move_one(db: &Db, number: i64) {
    let mut batch = Batch::new();
    batch.push("update tally set won = won - 1 where name = 'a'", []);
    batch.push("update tally set won = won + 1 where name = 'b'", []);
    batch.push("insert into moves (id) values ($1)", args![number]);
    db.commit(batch).await.unwrap();
}

#[tokio::test]
async fn what_was_committed_together_is_in_a_backup_together() {
    on_both(async |test| {
        write(&test.db).await;
        for sql in [
            "create table tally (name text primary key, won bigint not null)",
            "create table moves (id bigint primary key)",
            "insert into tally (name, won) values ('a', 0), ('b', 0)",
        ] {
            let mut batch = Batch::new();
            batch.push(sql, []);
            test.db.commit(batch).await.unwrap();
        }
        let db = &test.db;
        let writing = async {
            for number in 0.. {
                move_one(db, number).await;
            }
        };
        let saving = async {
            let mut seen = Vec::new();
            for _ in 0..5 {
                let mut view = Transaction::snapshot(&test.url).await.unwrap();
                let first = moved(&mut view).await;
                // Everything is read here, slowly.
                copy::contents(&mut view).await.unwrap();
                assert_eq!(moved(&mut view).await, first, "the view stands still");
                seen.push(first);
            }
            seen
        };
        let seen = tokio::select! {
            seen = saving => seen,
            () = writing => Vec::new(),
        };
        assert!(seen[0] < seen[4], "others wrote meanwhile: {seen:?}");
    })
    .await;
}

async fn moved(view: &mut Transaction) -> i64 {
    let sql = "select (select won from tally where name = 'a') as a,
        (select won from tally where name = 'b') as b, (select count(*) from moves) as n";
    let rows = view.rows(sql, &[]).await.unwrap();
    let number = |name: &str| rows[0].int(name).unwrap();
    assert_eq!((number("a"), number("b")), (-number("n"), number("n")));
    number("n")
}

#[tokio::test]
async fn what_shows_the_master_key_is_found_newest_first() {
    on_both(async |test| {
        write(&test.db).await;
        let seen = async || {
            let mut held = Transaction::snapshot(&test.url).await.unwrap();
            backup::sealed(&mut held).await.unwrap()
        };
        assert!(seen().await.is_none());
        let commit = async |sql: &'static str| {
            let mut batch = Batch::new();
            batch.expect_one("one row", sql, []);
            test.db.commit(batch).await.unwrap();
        };
        commit(
            "insert into tokens (api_key_id, merchant_id, generation, token_hash, expires_at)
             values (8, 7, 3, 'hash', 1)",
        )
        .await;
        assert!(seen().await == Some(Sealed::Token(8, 3, "hash".to_owned())));
        commit(
            "insert into channels (id, merchant_id, channel_key, name, pg, mode, mid, sealed,
                created_at, updated_at, version)
             values (5, 7, 'k', '', 'kicc', 'live', 'm', 'v1.x', 1, 1, 1)",
        )
        .await;
        assert!(seen().await == Some(Sealed::Channel(5, "v1.x".to_owned())));
    })
    .await;
}
