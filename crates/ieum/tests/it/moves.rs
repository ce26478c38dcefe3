//! The real program moves from one database to the other, by copy and by backup, with orders in
//! every stage: what was begun before ends after.

use crate::program::{Demo, Home, on_both, path, run, until};
use crate::ways::pgs;
use pg::Device;
use pg::sim::headless::Step;
use serde_json::{Value, json};
use std::path::Path;
use testkit::hub::into;
use testkit::postgres::Database;

const PATIENCE: (u32, u32) = (5_000, 5);
const DAY: i64 = 86_400;

/// The demo's data with a configuration beside it, as its operator would write one.
pub(crate) fn config(folder: &Path, url: &str) -> String {
    let file = folder.join("ieum.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"http://127.0.0.1:8890\"\n\
         [database]\nurl = \"{url}\"\n[secrets]\nmaster_key_file = \"data/master.key\"\n"
    );
    std::fs::write(&file, text).unwrap();
    path(&file)
}

/// Where the home's program keeps its rows.
pub(crate) fn database(home: &Home) -> String {
    match &home.postgres {
        Some(database) => database.url.clone(),
        None => format!("sqlite:{}", home.folder.path().join("data/ieum.db").display()),
    }
}

/// The same folder with the other kind of database, empty. The first database is kept alive.
async fn other(home: Home) -> (Home, String, Option<Database>) {
    let Home { folder, postgres } = home;
    if postgres.is_some() {
        let url = format!("sqlite:{}", folder.path().join("data/ieum.db").display());
        return (Home { folder, postgres: None }, url, postgres);
    }
    // Without PostgreSQL to test on, to another file.
    let next = Database::empty().await;
    let url = next.as_ref().map_or_else(
        || format!("sqlite:{}", folder.path().join("data/other.db").display()),
        |database| database.url.clone(),
    );
    (Home { folder, postgres: next }, url, None)
}

/// What is under way when the hub moves.
struct Begun {
    paid: String,
    part: String,
    window: (Value, Step),
    answer: Value,
}

const PART: &str = "part-cancel-1";

fn part(imp_uid: &str) -> Value {
    json!({"imp_uid": imp_uid, "amount": 4_000})
}

async fn pay(demo: &Demo, pg: usize, order: &str) -> String {
    let (way, browser) = (pgs()[pg], demo.browser(Device::Pc));
    let opened = browser.request_pay(demo.text("imp_code"), &way.param(order)).await;
    assert!(browser.walk(into(&opened), "approve").await.is_success(), "{order}");
    opened["imp_uid"].as_str().unwrap().to_owned()
}

async fn begin(demo: &Demo) -> Begun {
    let paid = pay(demo, 0, "paid-before").await;
    let half = pay(demo, 1, "part-before").await;
    let answer = demo.keyed("/payments/cancel", &part(&half), PART).await;
    assert_eq!(answer["code"], 0, "{answer}");
    let way = pgs()[0];
    let browser = demo.browser(way.device);
    let opened = browser.request_pay(demo.text("imp_code"), &way.param("open-before")).await;
    let step = browser.until_back(into(&opened), "approve").await;
    let card = json!({"card_number": "4111-1111-1111-1111", "expiry": "2031-12",
        "birth": "900101", "pwd_2digit": "00"});
    let issued = demo.rest("POST", "/subscribe/customers/c1", card).await;
    assert_eq!(issued["code"], 0, "{issued}");
    let now = demo.rest("GET", "/sandbox/clock", Value::Null).await["response"]["now"].clone();
    let plan = json!([{"merchant_uid": "planned-before", "amount": 9_900,
        "schedule_at": now.as_i64().unwrap() + DAY}]);
    let body = json!({"customer_uid": "c1", "schedules": plan});
    let planned = demo.rest("POST", "/subscribe/payments/schedule", body).await;
    assert_eq!(planned["code"], 0, "{planned}");
    Begun { paid, part: half, window: (opened, step), answer }
}

/// Everything that was begun ends, on whatever database.
async fn go_on(demo: &Demo, old: &str, begun: &Begun) {
    let again = demo.keyed("/payments/cancel", &part(&begun.part), PART).await;
    assert_eq!(again, begun.answer, "the same key is answered as before");
    let other = demo.keyed("/payments/cancel", &json!({"imp_uid": begun.paid}), PART).await;
    assert_ne!(other["code"], 0, "and for nothing else: {other}");
    let left = demo.payment(&begun.part).await;
    assert_eq!(left["cancel_amount"], 4_000, "{left}");
    for imp_uid in [&begun.paid, &begun.part] {
        let whole = demo.rest("POST", "/payments/cancel", json!({"imp_uid": imp_uid})).await;
        assert_eq!(whole["response"]["cancel_amount"], 14_000, "{whole}");
    }
    // The window was opened at the old hub; only its address changed.
    let (opened, step) = &begun.window;
    let Step::Post { url, body, content_type } = step.clone() else { panic!("{step:?}") };
    let url = url.replace(old, demo.text("api"));
    let step = Step::Post { url, body, content_type };
    let ending = demo.browser(Device::Pc).walk(step, "approve").await;
    assert!(ending.is_success(), "{ending:?}");
    let waiting = opened["imp_uid"].as_str().unwrap();
    assert_eq!(demo.payment(waiting).await["status"], "paid");
    let moved = demo.rest("POST", "/sandbox/clock", json!({"advance_seconds": DAY + 60})).await;
    assert_eq!(moved["code"], 0, "{moved}");
    let charged = until("the planned charge", async || {
        let path = "/payments/find/planned-before";
        let found = demo.rest("GET", path, Value::Null).await["response"].clone();
        (found["status"] == "paid").then_some(found)
    })
    .await;
    let charged = charged["imp_uid"].as_str().unwrap();
    let new = pay(demo, 1, "paid-after").await;
    for (imp_uid, held) in
        [(begun.paid.as_str(), 0), (&begun.part, 0), (waiting, 14_000), (&new, 14_000)]
    {
        let mut sum = 0;
        for pg in ["kicc", "html5_inicis"] {
            sum += demo.held(pg, imp_uid).await.0;
        }
        assert_eq!(sum, held, "{imp_uid}");
    }
    assert_eq!(demo.held("nice", charged).await.0, 9_900, "charged once");
}

#[tokio::test]
async fn a_hub_moves_to_the_other_database_and_goes_on() {
    on_both(async |home| {
        let mut demo = Demo::start(&home, PATIENCE.0, PATIENCE.1).await;
        let begun = begin(&demo).await;
        let old = demo.text("api").to_owned();
        let file = config(home.folder.path(), &database(&home));
        let (home, to, origin) = other(home).await;
        let copy = ["db", "copy", "--config", &file, "--to", &to];
        let (good, out, error) = run(&copy);
        assert!(!good && out.is_empty(), "not from under a running hub: {out}");
        assert!(error.contains("running hub") || error.contains("in use"), "{error}");
        assert!(demo.stop().success());
        drop(demo);
        let (good, out, error) = run(&copy);
        assert!(good, "{out}{error}");
        for told in ["read back and equal", "payments", "database.url"] {
            assert!(out.contains(told), "{out}");
        }
        let (good, _, error) = run(&copy);
        assert!(!good && error.contains("not empty"), "a second time: {error}");
        let demo = Demo::start(&home, PATIENCE.0, PATIENCE.1).await;
        go_on(&demo, &old, &begun).await;
        drop((demo, origin));
    })
    .await;
}

#[tokio::test]
async fn a_backup_of_a_running_hub_is_restored_on_the_other_database() {
    on_both(async |home| {
        let folder = home.folder.path().to_owned();
        let mut demo = Demo::start(&home, PATIENCE.0, PATIENCE.1).await;
        let begun = begin(&demo).await;
        let old = demo.text("api").to_owned();
        let file = config(&folder, &database(&home));
        let saved = path(&folder.join("nightly.ieum"));
        let (good, out, error) = run(&["backup", "--config", &file, "--to", &saved]);
        assert!(good, "{error}");
        for told in ["read back and equal", "sha256 ", "master.key", "payments "] {
            assert!(out.contains(told), "{told}: {out}");
        }
        let key = std::fs::read_to_string(folder.join("data/master.key")).unwrap();
        let bytes = std::fs::read(&saved).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains(key.trim()), "the key is not in it");
        let (good, _, error) = run(&["backup", "--config", &file, "--to", &saved]);
        assert!(!good && error.contains("exists"), "{error}");
        let live = ["restore", "--config", &file, "--from", &saved];
        let (good, _, error) = run(&live);
        assert!(!good && error.contains("restored"), "not over a running hub: {error}");
        assert!(demo.stop().success());
        drop(demo);
        let (good, _, error) = run(&live);
        assert!(!good && error.contains("rows in payments"), "nor over its rows: {error}");
        let (home, to, origin) = other(home).await;
        let (good, out, error) = run(&[&live[..], &["--check"]].concat());
        assert!(
            good && out.contains("is whole") && out.contains("opens what is sealed"),
            "{error}"
        );
        let (good, _, error) = run(&[&live[..], &["--to", &to]].concat());
        assert!(good, "{error}");
        let demo = Demo::start(&home, PATIENCE.0, PATIENCE.1).await;
        go_on(&demo, &old, &begun).await;
        drop((demo, origin));
    })
    .await;
}

#[tokio::test]
async fn another_master_key_is_told_before_anything_is_written() {
    on_both(async |home| {
        let folder = home.folder.path().to_owned();
        let mut demo = Demo::start(&home, PATIENCE.0, PATIENCE.1).await;
        let one = pay(&demo, 0, "one").await;
        assert_eq!(demo.payment(&one).await["status"], "paid", "asked with a token");
        let file = config(&folder, &database(&home));
        let saved = path(&folder.join("nightly.ieum"));
        let (good, _, error) = run(&["backup", "--config", &file, "--to", &saved]);
        assert!(good, "{error}");
        assert!(demo.stop().success());
        let key = folder.join("data/master.key");
        std::fs::write(&key, "0".repeat(64)).unwrap();
        let to = folder.join("new.db");
        let url = format!("sqlite:{}", to.display());
        let restore = ["restore", "--config", &file, "--from", &saved, "--to", &url];
        let (good, _, error) = run(&restore);
        assert!(!good && error.contains("is not the master key"), "{error}");
        assert!(!to.exists(), "nothing was begun");
        let (good, out, error) = run(&[&restore[..], &["--other-master-key"]].concat());
        assert!(good && out.contains("ANOTHER"), "{out}{error}");
    })
    .await;
}
