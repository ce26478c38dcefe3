//! Requests that must leave nothing behind, and options that make no sandbox.

use crate::{
    bench::{Bench, fault, options, request},
    fake::{Fake, HOST},
};
use sandbox::{Fault, Options, Sandbox, Simulator};

#[tokio::test]
async fn an_error_in_the_middle_rolls_the_request_back() {
    let bench = Bench::new();
    let file = rusqlite::Connection::open(bench.folder.path().join("books.db")).unwrap();
    file.execute_batch(
        "create trigger boom before insert on sim_movements when new.kind = 'boom' \
         begin select raise(abort, 'disk on fire'); end",
    )
    .unwrap();
    bench.approve("order=before").await;
    let reply = bench.reply("/approve", "order=o1&do=boom").await;
    assert_eq!(reply.status, 500);
    let text = String::from_utf8(reply.body).unwrap();
    assert!(text.contains("disk on fire") && text.contains("nothing was booked"), "{text}");
    assert_eq!(bench.trades(), 1, "the trade written before the error is gone");
    bench.approve("order=after").await;
    assert_eq!(bench.trades(), 2);
}

#[tokio::test]
async fn a_panicking_simulator_loses_its_request_only() {
    let bench = Bench::new();
    let reply = bench.reply("/approve", "order=o1&do=panic").await;
    assert_eq!(reply.status, 500);
    assert_eq!(bench.trades(), 0);
    bench.approve("order=o2").await;
    assert_eq!(bench.trades(), 1);
}

#[tokio::test]
async fn full_card_numbers_never_reach_the_books() {
    let bench = Bench::new();
    let number = "4242424242424242";
    for body in [format!("order=o1&card={number}"), format!("order=o1&note={number}")] {
        let reply = bench.reply("/approve", &body).await;
        assert_eq!(reply.status, 500, "{body}");
        let text = String::from_utf8(reply.body).unwrap();
        assert!(text.contains("cardNo") && text.contains("card number"), "{text}");
        assert!(!text.contains(number), "{text}");
    }
    assert_eq!(bench.trades(), 0);
    bench.approve("order=o1&card=424242******4242&note=424242******4242").await;
    assert_eq!(bench.trades(), 1);
    for name in ["books.db", "books.db-wal"] {
        let file = std::fs::read(bench.folder.path().join(name)).unwrap();
        assert!(!file.windows(16).any(|window| window == number.as_bytes()), "{name}");
    }
}

#[tokio::test]
async fn unknown_hosts_are_told_which_are_known() {
    let bench = Bench::new();
    for host in ["nobody.test", "", "api.fakepay.test.evil.test"] {
        let handled = bench.sandbox.handle(request("GET", host, "/", ""), None).await;
        let reply = crate::bench::reply(handled);
        assert_eq!(reply.status, 404);
        assert!(String::from_utf8(reply.body).unwrap().contains(HOST), "{host}");
    }
    let shouted = request("POST", "API.FakePay.test", "/approve", "");
    let reply = crate::bench::reply(bench.sandbox.handle(shouted, None).await);
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn faults_of_unknown_pgs_are_refused() {
    let bench = Bench::new();
    let refused = |fault| bench.sandbox.add_fault(fault).unwrap_err();
    let pg = refused(fault("kcp", "*", "down"));
    for word in ["pg:", "kcp", "fakepay", "nice", "alipay", "*"] {
        assert!(pg.contains(word), "{word}: {pg}");
    }
    assert!(refused(fault("*", "refund", "down")).starts_with("operation:"));
    assert!(refused(fault("*", "*", "explode")).starts_with("fault:"));
    let fault = Fault { times: Some(0), ..fault("*", "*", "down") };
    assert!(refused(fault).starts_with("times:"));
    assert!(bench.sandbox.faults().is_empty());
}

#[test]
fn options_that_make_no_sandbox() {
    static TWICE: &[&dyn Simulator] =
        &[&Fake { pg: "one", host: "" }, &Fake { pg: "two", host: "" }];
    let folder = tempfile::tempdir().unwrap();
    let error = |options: Options| Sandbox::open(options).err().unwrap().to_string();
    let twice = error(Options { simulators: TWICE, ..options(folder.path()) });
    assert!(twice.contains(HOST) && twice.contains("one") && twice.contains("two"), "{twice}");
    let origin = error(Options { origin: "127.0.0.1:9001".into(), ..options(folder.path()) });
    assert!(origin.contains("origin"), "{origin}");
    let missing = folder.path().join("no/such/folder/books.db");
    let missing = error(Options { books: missing, ..options(folder.path()) });
    assert!(missing.contains("no/such/folder"), "{missing}");
}
