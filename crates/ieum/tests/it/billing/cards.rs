//! A card's number is nowhere: not in the database, its files, a backup, the PG's books, what was
//! sent, what was answered, or any log line.

use super::{GOOD, LIMIT, NOW, card, customer, onetime, with};
use axum::body::Body;
use serde_json::json;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Db, Kind, Transaction, args};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// Everything the process logs while it is `Some`, at every level and from every test: a listener
/// of one thread alone would miss what is logged on others.
#[derive(Clone)]
struct Log(Arc<Mutex<Option<Vec<u8>>>>);

impl Log {
    fn take(&self) -> Vec<u8> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(log) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            log.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn numbers() -> Vec<String> {
    let mut numbers = Vec::new();
    for number in [GOOD, LIMIT, "4111-1111-1111-1112"] {
        let plain: String = number.chars().filter(char::is_ascii_digit).collect();
        let dashed: Vec<String> =
            plain.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into()).collect();
        numbers.extend([dashed.join("-"), plain]);
    }
    numbers
}

#[track_caller]
fn clean(what: &str, bytes: &[u8]) {
    for number in numbers() {
        let found = bytes.windows(number.len()).any(|window| window == number.as_bytes());
        assert!(!found, "a card number in {what}");
    }
}

#[tokio::test]
async fn no_number_is_left_anywhere() {
    let log = Log(Arc::new(Mutex::new(Some(Vec::new()))));
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    on_both(async |test| {
        let (url, kind) = (test.url.clone(), test.kind);
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", GOOD).await;
        onetime(&hub, "m1", GOOD, json!({"customer_uid": "c2"})).await.ok();
        onetime(&hub, "m2", LIMIT, json!({})).await.refusal();
        onetime(&hub, "m3", "4111-1111-1111-1112", json!({})).await.refusal();
        let plans = json!([{"merchant_uid": "m4", "schedule_at": NOW - 1, "amount": 10}]);
        let body = with(card(GOOD), json!({"customer_uid": "c3", "schedules": plans}));
        hub.rest("POST", super::PLANS, body).await.ok();
        keyed(&hub).await;
        hub.run_jobs().await;
        for sent in hub.outbound().sent() {
            clean("a request of the hub", &sent.request.body);
        }
        for hook in hub.webhooks() {
            clean("a webhook", hook.body.as_bytes());
        }
        clean("the PG's books", hub.books("nice").to_string().as_bytes());
        let db = &hub.engine().db;
        let stored = db.rows("select count(*) as n from idempotency", &args![]).await.unwrap();
        assert_eq!(stored[0].int("n").unwrap(), 1);
        backup(&url).await;
        match kind {
            Kind::Sqlite => files(url.strip_prefix("sqlite:").unwrap()),
            Kind::Postgres => columns(db).await,
        }
    })
    .await;
    let log = log.take();
    assert!(!log.is_empty(), "something is logged");
    clean("the log", &log);
}

/// A charge whose answer is kept.
async fn keyed(hub: &TestHub) {
    let order = json!({"merchant_uid": "m5", "amount": 10});
    let request = axum::http::Request::post("/subscribe/payments/onetime")
        .header("authorization", hub.token().await)
        .header("idempotency-key", "k1")
        .header("content-type", "application/json")
        .body(Body::from(with(card(GOOD), order).to_string()))
        .unwrap();
    let answer = hub.request(request).await;
    assert_eq!(answer.status(), 200);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    clean("an answer", &body);
}

/// A backup of it, as bytes.
async fn backup(url: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nightly.ieum");
    let mut from = Transaction::snapshot(url).await.unwrap();
    store::backup::save(&mut from, &file, false, 1).await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    clean("a backup", &bytes);
    assert!(bytes.windows(5).any(|window| window == b"imps_"), "it has the charges");
}

/// The database's files, its journal among them, as bytes.
fn files(path: &str) {
    let path = Path::new(path);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let (mut seen, mut charged) = (0, false);
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let file = entry.unwrap();
        if file.file_name().to_string_lossy().starts_with(&name) {
            let bytes = std::fs::read(file.path()).unwrap();
            clean(&file.path().display().to_string(), &bytes);
            charged |= bytes.windows(5).any(|window| window == b"imps_");
            seen += 1;
        }
    }
    assert!(seen >= 2 && charged, "the file and its write-ahead log, with the charges");
}

/// Every column that can hold a text.
async fn columns(db: &Db) {
    let sql = "select cast(table_name as text) as t, cast(column_name as text) as c \
               from information_schema.columns where table_schema = 'public' \
               and data_type in ('text', 'character varying', 'json', 'jsonb')";
    let columns = db.rows(sql, &args![]).await.unwrap();
    assert!(columns.len() > 50, "{}", columns.len());
    for column in columns {
        let (table, name) = (column.str("t").unwrap(), column.str("c").unwrap());
        for number in numbers() {
            let sql = format!("select count(*) as n from {table} where {name} like $1");
            let rows = db.rows(&sql, &args![format!("%{number}%")]).await.unwrap();
            assert_eq!(rows[0].int("n").unwrap(), 0, "a card number in {table}.{name}");
        }
    }
}
