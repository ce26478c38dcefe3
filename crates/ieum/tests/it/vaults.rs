//! Backups taken under load, and taken by programs that are killed.

use crate::moves::config;
use crate::program::{Home, ieum, on_both, path, run, until};
use crate::ways::pgs;
use pg::Device;
use serde_json::json;
use std::path::Path;
use std::process::Stdio;
use store::{Batch, Db, Transaction, args, backup, copy};
use testkit::hub::{TestHub, into};

/// Rows of a hub that was in the middle of much. Whatever of these finds a row says what was torn.
const TORN: &[(&str, &str)] = &[
    (
        "a payment without its history",
        "select p.imp_uid as what from payments p where p.version <>
            (select coalesce(max(e.version), 0) from payment_events e where e.imp_uid = p.imp_uid)",
    ),
    (
        "a history with a gap",
        "select p.imp_uid as what from payments p where p.version <>
            (select count(*) from payment_events e where e.imp_uid = p.imp_uid)",
    ),
    (
        "money given back that no cancel says",
        "select p.imp_uid as what from payments p where p.cancelled <>
            (select coalesce(cast(sum(c.amount) as bigint), 0) from cancels c
             where c.imp_uid = p.imp_uid and c.state = 'done')",
    ),
    (
        "a cancel under way that its payment does not know",
        "select p.imp_uid as what from payments p where p.pending_cancel <>
            (select coalesce(cast(sum(c.amount) as bigint), 0) from cancels c
             where c.imp_uid = p.imp_uid and c.state = 'asked')",
    ),
    (
        "an approval nobody would ask about",
        "select p.imp_uid as what from payments p where p.state in ('approving', 'unknown')
            and not exists (select 1 from jobs j where j.id = 'settle_approval:' || p.imp_uid)",
    ),
    (
        "a cancel nobody would ask about",
        "select p.imp_uid as what from payments p where p.pending_cancel <> 0
            and not exists (select 1 from jobs j where j.id = 'settle_cancel:' || p.imp_uid)",
    ),
    (
        "a paid order nobody holds",
        "select p.imp_uid as what from payments p where p.state = 'paid' and not exists
            (select 1 from order_claims o where o.imp_uid = p.imp_uid)",
    ),
    (
        "a payment that was paid and nobody would be told",
        "select p.imp_uid as what from payments p where p.state = 'paid' and not exists
            (select 1 from webhooks w where w.imp_uid = p.imp_uid and w.status = 'paid')",
    ),
];

/// Pays and cancels until it is dropped.
async fn load(hub: &TestHub, lane: usize) {
    for number in 0.. {
        let way = pgs()[lane % 4];
        let order = format!("{lane}-{number}");
        let opened = hub.open(&way.param(&order), Device::Pc).await;
        assert!(hub.browser(Device::Pc).walk(into(&opened), "approve").await.is_success());
        if number % 2 == 0 {
            hub.cancel(json!({"imp_uid": opened["imp_uid"]})).await.ok();
        }
        hub.run_jobs().await;
    }
}

#[tokio::test]
async fn a_backup_under_load_holds_every_batch_whole_or_not_at_all() {
    testkit::dbs::on_both(async |test| {
        let url = test.url.clone();
        let hub = TestHub::new(test).await;
        let folder = tempfile::tempdir().unwrap();
        let saving = async {
            let mut payments = Vec::new();
            for round in 0..6 {
                let to = folder.path().join(format!("{round}.ieum"));
                let mut from = Transaction::snapshot(&url).await.unwrap();
                let saved = backup::save(&mut from, &to, false, 1).await.unwrap();
                let of = saved.copied.tables.iter().find(|one| one.table == "payments");
                payments.push(of.unwrap().rows);
            }
            payments
        };
        let load = async {
            tokio::join!(load(&hub, 0), load(&hub, 1), load(&hub, 2), load(&hub, 3));
        };
        let payments = tokio::select! {
            payments = saving => payments,
            () = load => Vec::new(),
        };
        assert!(payments[5] > payments[0], "there was load: {payments:?}");
        for round in 0..6 {
            let saved = folder.path().join(format!("{round}.ieum"));
            let mut held = backup::open(&saved).await.unwrap();
            for (torn, sql) in TORN {
                let found = held.rows(sql, &[]).await.unwrap();
                let found: Vec<_> = found.iter().map(|row| row.text("what").unwrap()).collect();
                assert!(found.is_empty(), "{torn}: {found:?}");
            }
        }
    })
    .await;
}

/// Enough rows that a backup takes a while.
async fn much(url: &str) {
    let db = Db::open(url).await.unwrap();
    db.migrate().await.unwrap();
    for stretch in 0..40 {
        let mut batch = Batch::new();
        for number in 0..500 {
            let id = stretch * 500 + number;
            batch.push(
                "insert into audits (id, merchant_id, actor, at, action, detail)
                 values ($1, 1, 'test', $1, 'noted', $2)",
                args![id, "가".repeat(100)],
            );
        }
        db.commit(batch).await.unwrap();
    }
    db.close().await;
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

#[tokio::test]
async fn a_backup_that_is_killed_leaves_no_half_file_under_its_name() {
    on_both(async |home| {
        let folder = home.folder.path();
        std::fs::create_dir(folder.join("data")).unwrap();
        let url = crate::moves::database(&home);
        much(&url).await;
        let file = config(folder, &url);
        let to = folder.join("nightly.ieum");
        let (part, wal) = (folder.join("nightly.ieum.part"), folder.join("nightly.ieum.part-wal"));
        let mut killed = 0;
        for round in 0..8_u64 {
            let arguments = ["backup", "--config", &file, "--to", &path(&to), "--replace"];
            let mut child =
                ieum(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            until("it has written so much", async || {
                let written = length(&part) + length(&wal);
                let over = child.try_wait().unwrap().is_some();
                (over || written > round * 700_000).then_some(())
            })
            .await;
            killed += u32::from(child.try_wait().unwrap().is_none());
            drop(child.kill());
            drop(child.wait());
            if to.exists() {
                backup::check(&to).await.unwrap();
            }
        }
        assert!(killed >= 4, "only {killed} were killed before their end");
        let (good, out, error) =
            run(&["backup", "--config", &file, "--to", &path(&to), "--replace"]);
        assert!(good, "{out}{error}");
        let saved = backup::check(&to).await.unwrap();
        let audits = saved.copied.tables.iter().find(|one| one.table == "audits").unwrap();
        assert_eq!(audits.rows, 20_000);
        let mut live = Transaction::snapshot(&url).await.unwrap();
        let live = copy::contents(&mut live).await.unwrap();
        copy::compare(&live, &saved.copied.tables).unwrap();
        for left in [".part", ".part-wal", ".part-shm", ".part.lock", ".lock"] {
            assert!(!folder.join(format!("nightly.ieum{left}")).exists(), "{left} is left");
        }
    })
    .await;
}
/// A copy that is killed leaves an empty target, which the next one fills.
#[tokio::test]
async fn a_copy_that_is_killed_leaves_nothing() {
    on_both(async |home: Home| {
        let folder = home.folder.path();
        std::fs::create_dir(folder.join("data")).unwrap();
        let url = crate::moves::database(&home);
        much(&url).await;
        let file = config(folder, &url);
        let target = folder.join("target.db");
        let wal = folder.join("target.db-wal");
        let to = format!("sqlite:{}", target.display());
        for round in 0..4_u64 {
            let mut child = ieum(&["db", "copy", "--config", &file, "--to", &to])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            until("it has written so much", async || {
                (length(&wal) > 300_000 + round * 500_000).then_some(())
            })
            .await;
            drop(child.kill());
            drop(child.wait());
            let db = Db::open(&to).await.unwrap();
            let rows = db.row("select count(*) as n from audits", &[]).await.unwrap().unwrap();
            assert_eq!(rows.int("n").unwrap(), 0, "whole or not at all");
            db.close().await;
        }
        // PostgreSQL sees only in a while that who held its tables is gone.
        until("it is copied", async || {
            run(&["db", "copy", "--config", &file, "--to", &to]).0.then_some(())
        })
        .await;
        let db = Db::open(&to).await.unwrap();
        let rows = db.row("select count(*) as n from audits", &[]).await.unwrap().unwrap();
        assert_eq!(rows.int("n").unwrap(), 20_000);
        db.close().await;
    })
    .await;
}
