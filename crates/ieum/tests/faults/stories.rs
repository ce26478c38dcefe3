//! What happens to a shop when a fault strikes: paying, cancelling, being told of a deposit.

use crate::shop::{self, books, minor, pay};
use engine::console::Verdict;
use pg::Pg;
use sandbox::{Entry, When};
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use testkit::browser::Ending;
use testkit::dbs::TestDb;
use testkit::hub::TestHub;

/// Enough for every job that settles: the grace and all steps of the curve up to an hour.
const LATER: i64 = 7_200;

/// The fault's word without its parameter.
pub(crate) fn word(entry: &Entry) -> &'static str {
    entry.word.split(':').next().unwrap_or_default()
}

/// As it is thrown at answers: a millisecond is late enough for the path to be taken.
fn thrown(entry: &Entry) -> String {
    entry.word.replace("<ms>", "1")
}

/// A payment and what was done to it.
struct Case {
    pg: &'static dyn Pg,
    name: String,
    order: String,
    /// The fault struck something.
    struck: bool,
    /// A person had to say how it ended.
    person: bool,
    did: Did,
}

enum Did {
    /// How it ended for the browser.
    Paid(Ending),
    /// The code of the answer.
    Cancelled(i64),
    /// An account that waits for, or has, its deposit.
    Deposited,
}

/// Runs one fault at all PGs of a hub; gives what is wrong, by the name of the test.
pub(crate) async fn tell(
    test: TestDb,
    entry: &'static Entry,
    pgs: &[&'static dyn Pg],
) -> Vec<(String, String)> {
    let hub = Arc::new(TestHub::new(test).await);
    shop::channels(&hub, pgs).await;
    let mut wrong = Vec::new();
    let mut cases = Vec::new();
    for pg in pgs.iter().copied() {
        let name = crate::name(entry, pg);
        let started = start(Arc::clone(&hub), entry, pg, name.clone());
        match caught(started).await {
            Ok(some) => cases.extend(some),
            Err(why) => wrong.push((name, why)),
        }
        hub.sandbox.clear_faults();
    }
    hub.advance(LATER).await;
    hub.sandbox.retry_notices(hub.clock().read()).await.unwrap();
    hub.advance(LATER).await;
    for case in &mut cases {
        by_person(&hub, case).await;
    }
    let excess = cases.iter().any(|case| gave_too_much(entry, case));
    for case in cases {
        let name = case.name.clone();
        if let Err(why) = caught(ended(Arc::clone(&hub), entry, case)).await {
            wrong.push((name, why));
        }
    }
    if word(entry) != "no_notice" && !excess && wrong.is_empty() {
        let all = Arc::clone(&hub);
        if let Err(why) = caught(async move { all.settled().await }).await {
            wrong.push((format!("{}::books", word(entry)), why));
        }
    }
    wrong
}

/// What a story gives, or why it broke off.
async fn caught<T: Send + 'static>(
    story: impl Future<Output = T> + Send + 'static,
) -> Result<T, String> {
    let told = tokio::spawn(AssertUnwindSafe(story)).await;
    told.map_err(|error| {
        let panic = error.into_panic();
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_else(|| "it panicked".to_owned())
    })
}

async fn start(
    hub: Arc<TestHub>,
    entry: &'static Entry,
    pg: &'static dyn Pg,
    name: String,
) -> Vec<Case> {
    if entry.when == When::Notice {
        return deposits(&hub, entry, pg, &name).await;
    }
    let mut cases = Vec::new();
    if shop::sells(pg) {
        cases.push(approve(&hub, entry, pg, &name).await);
        if pg.spec().code != "naverco" {
            for part in [false, true] {
                cases.push(cancel(&hub, entry, pg, &name, part).await);
            }
        }
    }
    if word(entry) != "late" && shop::takes_deposits(pg) {
        let notice = sandbox::NOTICE_BODIES.iter().any(|(word, ..)| *word == entry.word);
        if notice {
            cases.extend(deposits(&hub, entry, pg, &name).await);
        }
    }
    cases
}

fn struck(hub: &TestHub) -> bool {
    let left = hub.sandbox.faults().is_empty();
    hub.sandbox.clear_faults();
    left
}

async fn approve(hub: &TestHub, entry: &Entry, pg: &'static dyn Pg, name: &str) -> Case {
    let order = format!("{}-approve", pg.spec().code);
    hub.fault(books(pg), "approve", &thrown(entry));
    let ending = pay(hub, pg, shop::method(pg), &order).await;
    Case {
        pg,
        name: name.to_owned(),
        order,
        struck: struck(hub),
        person: false,
        did: Did::Paid(ending),
    }
}

async fn paid(hub: &TestHub, pg: &'static dyn Pg, order: &str) -> String {
    let ending = pay(hub, pg, shop::method(pg), order).await;
    let payment = hub.order(order).await;
    assert!(ending.is_success(), "without a fault: {}", payment["fail_reason"]);
    payment["imp_uid"].as_str().unwrap().to_owned()
}

async fn cancel(hub: &TestHub, entry: &Entry, pg: &'static dyn Pg, name: &str, part: bool) -> Case {
    let order = format!("{}-cancel-{part}", pg.spec().code);
    let imp_uid = paid(hub, pg, &order).await;
    hub.fault(books(pg), "cancel", &thrown(entry));
    let amount = if part { shop::decimal(pg, minor(pg) / 2) } else { Value::Null };
    let reply = hub.cancel(json!({"imp_uid": imp_uid, "amount": amount})).await;
    assert!(reply.status < 500, "{}", reply.status);
    let did = Did::Cancelled(reply.code);
    Case { pg, name: name.to_owned(), order, struck: struck(hub), person: false, did }
}

/// An account without a fault, which is what the notice is about.
async fn account(hub: &TestHub, pg: &'static dyn Pg, order: &str) -> String {
    pay(hub, pg, "vbank", order).await;
    let payment = hub.order(order).await;
    assert!(payment["vbank_num"].is_string(), "no account: {}", payment["fail_reason"]);
    payment["imp_uid"].as_str().unwrap().to_owned()
}

async fn deposits(hub: &TestHub, entry: &Entry, pg: &'static dyn Pg, name: &str) -> Vec<Case> {
    let orders = ["first", "second"].map(|which| format!("{}-{which}", pg.spec().code));
    let first = account(hub, pg, &orders[0]).await;
    let second = account(hub, pg, &orders[1]).await;
    hub.fault(books(pg), "notice", &thrown(entry));
    hub.deposit(&first, json!({})).await;
    let struck = struck(hub);
    hub.deposit(&second, json!({})).await;
    assert_eq!(hub.payment(&second).await["status"], "paid", "the second has no fault");
    let before = hub.payment(&first).await["status"].clone();
    match word(entry) {
        "duplicate_notice" | "overtaken_notice" => assert_eq!(before, "paid"),
        "no_notice" => {
            assert_eq!(before, "ready");
            assert_eq!(hub.held(books(pg), &first), minor(pg), "the PG has it");
        }
        // Some PGs sign no notice: there is nothing to forge.
        "forged_signature" if !struck => assert_eq!(before, "paid"),
        _ => assert_eq!(before, "ready", "a damaged or late notice does not count"),
    }
    if word(entry) == "late_notice" {
        for notice in hub.sandbox.books(books(pg)).unwrap().unwrap()["notices"].as_array().unwrap()
        {
            if notice["state"] == "held" {
                assert_eq!(hub.resend(notice).await, "taken");
            }
        }
    }
    let case = |order: &String, struck| Case {
        pg,
        name: name.to_owned(),
        order: order.clone(),
        struck,
        person: false,
        did: Did::Deposited,
    };
    vec![case(&orders[0], struck), case(&orders[1], true)]
}

/// Where the catalogue says that only a person can find out, one looks at the PG's books and says.
async fn by_person(hub: &TestHub, case: &mut Case) {
    let payment = hub.order(&case.order).await;
    let imp_uid = payment["imp_uid"].as_str().unwrap();
    let db = &hub.engine().db;
    let open = store::attentions::open(db, hub.shop.id, 1_000).await.unwrap();
    let known = |kind: &str| {
        let code = case.pg.spec().code;
        let listed =
            |operation| sandbox::PERSON.iter().any(|(pg, of, _)| (*pg, *of) == (code, operation));
        kind == "cancel_unknown" && listed("cancel")
    };
    for row in open.iter().filter(|row| row.imp_uid == imp_uid && known(&row.kind)) {
        let back = minor(case.pg) - hub.held(books(case.pg), imp_uid);
        let verdict = match back {
            0 => Verdict::NotDone,
            _ => Verdict::Done,
        };
        let said = (Some(verdict), "looked it up");
        let resolved = engine::console::resolve(hub.engine(), hub.shop.id, "kim", &row.id, said);
        resolved.await.unwrap();
        case.person = true;
    }
}

/// A PG that takes parts without a number of ours gives a repeated part back twice. The hub cannot
/// undo that: it sees that too little is left, and a person is told.
fn gave_too_much(entry: &Entry, case: &Case) -> bool {
    word(entry) == "handled_twice" && case.person
}

/// A fault that has nothing to damage in an answer (no signature, no amount) strikes nothing.
fn may_miss(entry: &Entry) -> bool {
    matches!(word(entry), "forged_signature" | "wrong_charset" | "wrong_amount")
}

async fn ended(hub: Arc<TestHub>, entry: &'static Entry, case: Case) {
    let payment = hub.order(&case.order).await;
    let imp_uid = payment["imp_uid"].as_str().unwrap();
    let status = payment["status"].as_str().unwrap();
    let (books, whole) = (books(case.pg), minor(case.pg));
    let held = hub.held(books, imp_uid);
    let order = &case.order;
    assert!(case.struck || may_miss(entry), "{order}: the fault struck nothing");
    let told = hub.told(imp_uid);
    let times = |word: &str| told.iter().filter(|told| *told == word).count();
    assert!(times("paid") <= 1 && times("failed") <= 1, "{order}: told {told:?}");
    let holding = hub.trades(books, imp_uid);
    let holding = holding.iter().filter(|trade| trade["held"] != 0).count();
    assert!(holding <= 1, "{order}: {holding} trades hold money");
    let state = hub.state(imp_uid).await;
    assert!(!["approving", "unknown"].contains(&state.as_str()), "{order} is {state}");
    match &case.did {
        Did::Paid(ending) => {
            match status {
                "paid" => assert_eq!((held, times("paid")), (whole, 1), "{order} is paid"),
                "failed" => assert_eq!((held, times("paid")), (0, 0), "{order} failed"),
                other => panic!("{order} is {other}"),
            }
            if *ending != Ending::Waiting {
                assert_eq!(ending.is_success(), status == "paid", "{order}: told wrong");
            }
            if entry.when == When::Before {
                assert_eq!(status, "failed", "{order}: nothing was booked");
            }
        }
        Did::Cancelled(code) => {
            let back = payment["cancel_amount"].to_string();
            let code = *code;
            if code == 0 {
                assert_eq!(status, "cancelled", "{order}: said to be cancelled");
                assert!(held < whole && back != "0", "{order}: {back} back, {held} held");
            }
            assert!(!case.person || code != 0, "{order}: told as cancelled, but nobody knew");
            if word(entry) == "down" {
                assert_eq!((held, code), (whole, -1), "{order}: not sent");
            }
            let attentions = hub.attentions(imp_uid).await;
            assert!(attentions.is_empty(), "{order}: {attentions:?}");
            let gone = match gave_too_much(entry, &case) {
                true => (whole - held) / 2,
                false => whole - held,
            };
            assert_eq!(back, shop::decimal(case.pg, gone).to_string(), "{order}: books");
        }
        Did::Deposited if word(entry) == "no_notice" && order.ends_with("first") => {
            assert_eq!((status, held), ("ready", whole), "{order}");
        }
        Did::Deposited => {
            assert_eq!((status, held, times("paid")), ("paid", whole, 1), "{order}");
        }
    }
}
