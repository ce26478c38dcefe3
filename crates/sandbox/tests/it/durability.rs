//! What was answered is in the books, whatever happens to the process.

use crate::{
    bench::{Bench, json, options, request},
    fake::HOST,
};
use sandbox::{Error, Handled, Sandbox};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

#[tokio::test]
async fn books_hold_trades_movements_and_what_is_held() {
    let bench = Bench::new();
    let won = bench.approve("order=o1&amount=14000").await;
    let dollars = bench.approve("order=o2&amount=120&currency=USD").await;
    bench.approve("order=o3&amount=5000&do=account").await;
    let books = bench.books("fakepay");
    assert_eq!(books["pg"], "fakepay");
    assert_eq!(books["held"], json!({"KRW": 14000, "USD": 120}));
    assert_eq!(books["held_text"], json!({"KRW": "14000", "USD": "1.20"}));
    assert_eq!(books["trades"][0]["tid"], won);
    assert_eq!(books["trades"][0]["amount_text"], "14000");
    assert_eq!(books["trades"][1]["amount_text"], "1.20");
    assert_eq!(books["trades"][1]["extra"]["name"], "홍길동");
    assert_eq!(books["trades"][2]["held"], 0);
    assert_eq!(books["movements"][1]["tid"], dollars);
    assert_eq!(books["movements"][1]["amount_text"], "1.20");
    assert_eq!(books["movements"][1]["at_kst"], "2023-11-15 07:13:20");
    assert_eq!(books["movements"].as_array().unwrap().len(), 2);
    assert_eq!(bench.books("nice")["trades"], json!([]), "each PG has its own books");
    assert_eq!(bench.sandbox.books("nobody").unwrap(), None);
}

#[tokio::test]
async fn reopened_books_are_the_same_books() {
    let bench = Bench::new();
    let first = bench.approve("order=o1").await;
    let before = bench.books("fakepay");
    let bench = bench.reopen();
    assert_eq!(bench.books("fakepay"), before);
    let found = json(&bench.reply("/lookup?order=o1", "").await);
    assert_eq!(found["found"][0]["tid"], first);
    // Numbers are not drawn twice over the life of the books.
    let second = bench.approve("order=o1").await;
    assert_ne!(first, second);
    assert_eq!(bench.trades(), 2);
}

#[tokio::test]
async fn books_left_open_by_a_dead_owner_are_complete() {
    let bench = Bench::new();
    let tid = bench.approve("order=o1").await;
    let folder = tempfile::tempdir().unwrap();
    // The file and its log as a power cut would leave them: nobody closed anything.
    for name in ["books.db", "books.db-wal"] {
        std::fs::copy(bench.folder.path().join(name), folder.path().join(name)).unwrap();
    }
    let after = Bench::on(folder);
    assert_eq!(after.books("fakepay")["trades"][0]["tid"], tid);
    assert_eq!(after.books("fakepay"), bench.books("fakepay"));
}

#[tokio::test]
async fn the_same_seed_tells_the_same_story() {
    let mut stories = Vec::new();
    for _ in 0..2 {
        let bench = Bench::new();
        let mut tids = Vec::new();
        for order in 0..5 {
            tids.push(bench.approve(&format!("order={order}")).await);
        }
        assert_eq!(tids.iter().collect::<BTreeSet<_>>().len(), 5);
        stories.push(tids);
    }
    assert_eq!(stories[0], stories[1]);
}

#[tokio::test]
async fn many_at_once_are_all_booked_once() {
    let bench = Bench::new();
    let calls = (0..200).map(|order| {
        let sandbox = bench.sandbox.clone();
        tokio::spawn(async move {
            // Every tenth breaks in the middle and must not take its neighbours with it.
            let action = if order % 10 == 0 { "panic" } else { "" };
            let body = format!("order=o{order}&do={action}");
            sandbox.handle(request("POST", HOST, "/approve", &body), None).await
        })
    });
    let mut broken = 0;
    for call in calls.collect::<Vec<_>>() {
        match call.await.unwrap() {
            Handled::Reply(reply) if reply.status == 500 => broken += 1,
            Handled::Reply(reply) => assert_eq!(reply.status, 200),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(broken, 20);
    assert_whole(&bench.books("fakepay"), 180);
}

#[test]
fn kill_9_loses_nothing_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "durability::child_books_until_it_is_killed"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut answered = BTreeSet::new();
    let mut line = String::new();
    while output.read_line(&mut line).unwrap() > 0 {
        // A line without its end was being written when the process died.
        if let Some(tid) = line.strip_prefix("tid ").and_then(|rest| rest.strip_suffix('\n')) {
            answered.insert(tid.to_owned());
        }
        if answered.len() == 60 {
            child.kill().unwrap();
        }
        line.clear();
    }
    assert!(!child.wait().unwrap().success());
    assert!(answered.len() >= 60, "the child died by itself after {}", answered.len());
    let sandbox = Sandbox::open(options(folder.path())).unwrap();
    let books = sandbox.books("fakepay").unwrap().unwrap();
    let trades = books["trades"].as_array().unwrap();
    let booked: BTreeSet<_> = trades.iter().map(|t| t["tid"].as_str().unwrap()).collect();
    for tid in &answered {
        assert!(booked.contains(tid.as_str()), "{tid} was answered and is not booked");
    }
    assert_whole(&books, trades.len());
}

const FOLDER: &str = "IEUM_SANDBOX_TEST_FOLDER";

#[tokio::test]
#[ignore = "the child of kill_9_loses_nothing_that_was_answered"]
async fn child_books_until_it_is_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let sandbox = Sandbox::open(options(Path::new(&folder))).unwrap();
    loop {
        let approve = request("POST", HOST, "/approve", "order=o");
        let handled = sandbox.handle(approve, None).await;
        let answer = json(&crate::bench::reply(handled));
        let tid = answer["tid"].as_str().unwrap();
        let mut stdout = std::io::stdout().lock();
        // The leading line end keeps our lines apart from the test runner's.
        write!(stdout, "\ntid {tid}\n").unwrap();
        stdout.flush().unwrap();
    }
}

#[test]
fn books_of_a_newer_program_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    drop(Sandbox::open(options(folder.path())).unwrap());
    let file = rusqlite::Connection::open(folder.path().join("books.db")).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let error = Sandbox::open(options(folder.path())).err().unwrap();
    assert!(matches!(&error, Error::Open { .. }) && error.to_string().contains("99"), "{error}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::open(options(folder.path())).unwrap();
    for name in ["books.db", "books.db-wal"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    drop(sandbox);
}

/// Every trade has its one movement and nothing hangs in the air.
fn assert_whole(books: &Value, trades: usize) {
    let tids = |what: &str| -> Vec<String> {
        let rows = books[what].as_array().unwrap();
        let mut tids: Vec<_> =
            rows.iter().map(|row| row["tid"].as_str().unwrap().to_owned()).collect();
        tids.sort();
        tids
    };
    assert_eq!(tids("trades").len(), trades);
    assert_eq!(tids("trades"), tids("movements"));
}
