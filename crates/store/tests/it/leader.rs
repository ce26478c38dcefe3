//! Several servers of which one takes writes. The servers are ways to one database, which hang, go
//! away and seem promoted.

use store::{Batch, CommitError, Db, DbError, args};
use testkit::dbs;
use testkit::relay::{Line, Relay};

use crate::{INSERT, count, notes};

fn noted(id: &str, number: i64) -> Batch {
    let mut batch = Batch::new();
    batch.expect_one("inserted", INSERT, args![id, number, 1]);
    batch
}

#[tokio::test]
async fn a_leader_that_goes_away_is_replaced() {
    let Some(test) = dbs::postgres().await else { return };
    notes(&test.db).await;
    let (one, two) = (Relay::to(&test).await, Relay::to(&test).await);
    two.set(Line::Down);
    let db = Db::open(&Relay::url(&[&one, &two])).await.unwrap();
    db.commit(noted("a", 1)).await.unwrap();
    let (place, servers) = db.leader().unwrap();
    assert!(Relay::url(&[&one]).contains(&place), "{place}");
    assert_eq!(servers, 2);
    one.set(Line::Down);
    two.promote(0xAB);
    two.set(Line::Up);
    db.commit(noted("b", 2)).await.unwrap();
    assert_eq!(count(&db).await, 2);
    // It comes back and still believes that it leads.
    let before = one.commits();
    one.set(Line::Up);
    for number in 3..20 {
        db.commit(noted(&format!("n{number}"), number)).await.unwrap();
    }
    assert_eq!(one.commits(), before, "nothing is written on an old timeline");
    assert_eq!(two.commits(), 18);
}

#[tokio::test]
async fn a_commit_at_a_leader_that_hangs_ends_when_there_is_a_newer_one() {
    let Some(test) = dbs::postgres().await else { return };
    notes(&test.db).await;
    let (one, two) = (Relay::to(&test).await, Relay::to(&test).await);
    two.set(Line::Down);
    let db = Db::open(&Relay::url(&[&one, &two])).await.unwrap();
    db.commit(noted("a", 1)).await.unwrap();
    // The statements arrive; their answers and the commit do not.
    one.set(Line::Hung);
    let hanging = tokio::spawn({
        let db = db.clone();
        async move { db.commit(noted("b", 2)).await }
    });
    two.promote(0xAB);
    two.set(Line::Up);
    // Nothing of it happened, so it was run again at the new leader.
    hanging.await.unwrap().unwrap();
    assert_eq!(count(&db).await, 2);
    assert_eq!(two.commits(), 1);
}

#[tokio::test]
async fn a_commit_whose_answer_hangs_is_unknown_and_not_sent_again() {
    let Some(test) = dbs::postgres().await else { return };
    notes(&test.db).await;
    let (one, two) = (Relay::to(&test).await, Relay::to(&test).await);
    two.set(Line::Down);
    let db = Db::open(&Relay::url(&[&one, &two])).await.unwrap();
    db.commit(noted("a", 1)).await.unwrap();
    one.hang_at_commit();
    let hanging = tokio::spawn({
        let db = db.clone();
        async move { db.commit(noted("b", 2)).await }
    });
    one.hung().await;
    two.promote(0xAB);
    two.set(Line::Up);
    let error = hanging.await.unwrap().unwrap_err();
    assert!(matches!(error, CommitError::Unknown(_)), "{error:?}");
    assert_eq!(two.commits(), 0);
    assert_eq!(count(&db).await, 1, "reads go on at the new leader");
}

#[tokio::test]
async fn a_server_that_does_not_take_writes_is_no_leader_and_each_is_named() {
    let Some(test) = dbs::postgres().await else { return };
    let (one, two) = (Relay::to(&test).await, Relay::to(&test).await);
    one.set(Line::Hung);
    two.set(Line::Down);
    let url = Relay::url(&[&one, &two]).replace("@", ":s3cret@");
    let error = Db::open(&url).await.err().unwrap();
    assert!(matches!(error, DbError::Open(_)), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("no server takes writes"), "{text}");
    assert!(text.matches("127.0.0.1:").count() == 2 && !text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn a_commit_is_durable_whatever_the_database_s_default_is() {
    let Some(test) = dbs::postgres().await else { return };
    let name = test.db.row("select current_database() as name", &[]).await.unwrap().unwrap();
    let name = name.text("name").unwrap();
    let (admin, driver) = tokio_postgres::connect(&test.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(driver);
    for (default, used) in [
        ("off", "on"),
        ("local", "on"),
        ("remote_write", "on"),
        ("on", "on"),
        ("remote_apply", "remote_apply"),
    ] {
        let sql = format!("alter database {name} set synchronous_commit = {default}");
        admin.batch_execute(&sql).await.unwrap();
        let db = Db::open(&test.url).await.unwrap();
        let sql = "select current_setting('synchronous_commit') as used";
        let found = db.row(sql, &[]).await.unwrap().unwrap().text("used").unwrap();
        assert_eq!(found, used, "{default}");
    }
}
