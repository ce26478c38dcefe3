//! What only PostgreSQL has: a wire that may break at any moment.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use store::{Batch, CommitError, Db, DbError, args};
use testkit::dbs::{self, TestDb};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream, UnixStream},
};
use tokio_postgres::{NoTls, config::Host};

use crate::{INSERT, count, insert, notes, one};

/// Where the wire is cut.
#[derive(Clone, Copy)]
struct Cut {
    /// When the client sends this,
    at: &'static [u8],
    /// and whether the server still gets it.
    delivered: bool,
}

/// A database reached over a wire that breaks: the test's own handle, and one through the wire.
async fn cut_wire(cut: Cut) -> Option<(TestDb, Db, Arc<AtomicUsize>)> {
    let test = dbs::postgres().await?;
    notes(&test.db).await;
    let config: tokio_postgres::Config = test.url.parse().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let user = config.get_user().unwrap().to_owned();
    let password = config
        .get_password()
        .map_or(String::new(), |password| format!(":{}", std::str::from_utf8(password).unwrap()));
    let name = config.get_dbname().unwrap();
    let url = format!("postgres://{user}{password}@127.0.0.1:{port}/{name}");
    let cuts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&cuts);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (config, cuts) = (config.clone(), Arc::clone(&counted));
            tokio::spawn(async move {
                let server_port = config.get_ports().first().copied().unwrap_or(5432);
                match &config.get_hosts()[0] {
                    Host::Tcp(host) => {
                        let server =
                            TcpStream::connect((host.as_str(), server_port)).await.unwrap();
                        relay(client, server, cut, cuts).await;
                    }
                    Host::Unix(folder) => {
                        let socket = folder.join(format!(".s.PGSQL.{server_port}"));
                        relay(client, UnixStream::connect(socket).await.unwrap(), cut, cuts).await;
                    }
                }
            });
        }
    });
    let through = Db::open(&url).await.unwrap();
    Some((test, through, cuts))
}

/// Carries bytes both ways until the cut.
async fn relay<S>(mut client: TcpStream, mut server: S, cut: Cut, cuts: Arc<AtomicUsize>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (mut up, mut down) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(read @ 1..) = read else { return };
                let reached = holds(&up[..read], cut.at);
                if !reached || cut.delivered {
                    server.write_all(&up[..read]).await.unwrap();
                }
                if reached {
                    if cut.delivered {
                        hear(&mut server, b"COMMIT").await;
                    }
                    cuts.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(read @ 1..) = read else { return };
                client.write_all(&down[..read]).await.unwrap();
            }
        }
    }
}

/// Reads the server's answer, which nobody else will hear, to the word that ends it.
async fn hear(server: &mut (impl AsyncRead + Unpin), word: &[u8]) {
    let mut heard = Vec::new();
    while !holds(&heard, word) {
        assert!(server.read_buf(&mut heard).await.unwrap() > 0, "the server hung up");
    }
}

fn holds(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

/// One statement without and one with an expectation: they go out in one flight and in two.
fn batches() -> [Batch; 2] {
    let mut unconditional = Batch::new();
    unconditional.push(INSERT, args!["a", 1, 1]);
    let mut expecting = Batch::new();
    expecting.expect_one("inserted", INSERT, args!["b", 2, 1]);
    [unconditional, expecting]
}

#[tokio::test]
async fn a_commit_that_was_not_delivered_is_unknown_and_did_not_happen() {
    let Some((test, through, cuts)) = cut_wire(Cut { at: b"commit\0", delivered: false }).await
    else {
        return;
    };
    for batch in batches() {
        let error = through.commit(batch).await.unwrap_err();
        assert!(matches!(error, CommitError::Unknown(_)), "{error:?}");
    }
    assert_eq!(cuts.load(Ordering::Relaxed), 2, "an unknown commit is never sent again");
    assert_eq!(count(&test.db).await, 0);
}

#[tokio::test]
async fn a_commit_whose_answer_was_lost_is_unknown_and_did_happen() {
    let Some((test, through, cuts)) = cut_wire(Cut { at: b"commit\0", delivered: true }).await
    else {
        return;
    };
    for batch in batches() {
        let error = through.commit(batch).await.unwrap_err();
        assert!(matches!(error, CommitError::Unknown(_)), "{error:?}");
    }
    assert_eq!(cuts.load(Ordering::Relaxed), 2, "an unknown commit is never sent again");
    assert_eq!(count(&test.db).await, 2);
}

#[tokio::test]
async fn a_wire_that_breaks_before_the_commit_is_tried_again_and_then_told() {
    let Some((test, through, cuts)) = cut_wire(Cut { at: b"begin read", delivered: false }).await
    else {
        return;
    };
    let [_, expecting] = batches();
    let error = through.commit(expecting).await.unwrap_err();
    assert!(matches!(error, CommitError::Db(DbError::Unavailable(_))), "{error:?}");
    assert_eq!(cuts.load(Ordering::Relaxed), 8);
    assert_eq!(count(&test.db).await, 0);
    assert_eq!(count(&through).await, 0, "reads go on over a new connection");
}

#[tokio::test]
async fn connections_the_server_ended_are_replaced() {
    let Some(test) = dbs::postgres().await else { return };
    notes(&test.db).await;
    let admin = Db::open(&test.url).await.unwrap();
    let end = "select count(pg_terminate_backend(pid)) as ended from pg_stat_activity
               where datname = current_database() and pid <> pg_backend_pid()";
    for round in 0..3 {
        let ended = admin.row(end, &[]).await.unwrap().unwrap().int("ended").unwrap();
        assert!(ended >= 1);
        let id = format!("n{round}");
        let mut batch = Batch::new();
        batch.expect_one("inserted", INSERT, args![id, round, 1]);
        test.db.commit(batch).await.unwrap();
        admin.row(end, &[]).await.unwrap();
        assert_eq!(count(&test.db).await, round + 1);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_its_transaction_along() {
    let Some(test) = dbs::postgres().await else { return };
    notes(&test.db).await;
    insert(&test.db, "a", None).await;
    insert(&test.db, "b", None).await;
    let (stranger, driver) = tokio_postgres::connect(&test.url, NoTls).await.unwrap();
    tokio::spawn(driver);
    stranger.batch_execute("begin; select id from notes where id = 'b' for update").await.unwrap();

    let pool = Db::open(&format!("{}?pool=1", test.url)).await.unwrap();
    let mut batch = Batch::new();
    batch.expect_one("a", "update notes set version = 9 where id = $1", args!["a"]);
    batch.expect_one("b", "update notes set version = 9 where id = $1", args!["b"]);
    let held_up = async {
        let sql = "select count(*) as n from pg_stat_activity
                   where wait_event_type = 'Lock' and datname = current_database()";
        while test.db.row(sql, &[]).await.unwrap().unwrap().int("n").unwrap() == 0 {}
    };
    tokio::select! {
        biased;
        done = pool.commit(batch) => panic!("{done:?}"),
        () = held_up => {}
    }
    stranger.batch_execute("rollback").await.unwrap();
    // The only place of the pool is free again, and not inside the abandoned transaction.
    let mut batch = Batch::new();
    batch.expect_one("c", INSERT, args!["c", 1, 1]);
    pool.commit(batch).await.unwrap();
    let raised = "select count(*) as n from notes where version = 9";
    assert_eq!(one(&test.db, raised).await.int("n").unwrap(), 0);
    assert_eq!(count(&test.db).await, 3);
}

#[tokio::test]
async fn a_wrong_password_or_server_is_told_without_the_password() {
    if dbs::postgres().await.is_none() {
        return;
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let error = Db::open(&format!("postgres://u:s3cret@127.0.0.1:{port}/x")).await.err().unwrap();
    assert!(matches!(error, DbError::Open(_)), "{error:?}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}
