//! `kill -9` where it hurts: the PG has the money and the hub has not written it down yet. The
//! sandbox dies with the hub, its books do not: they are the truth everything is compared with.

use crate::program::{Demo, Home, on_both, until};
use crate::ways::{Way, pgs};
use pg::sim::headless::Step;
use serde_json::{Value, json};
use testkit::browser::Fetch;
use testkit::hub::into;

/// Long enough for everything to be booked before the hub gives up waiting.
const SLOW: (u32, u32) = (20_000, 20);
/// Settles soon.
const FAST: (u32, u32) = (1_000, 1);

/// One order per PG whose buyer is back from the window: the way, its imp_uid, and the request
/// that would make the hub ask for approval.
async fn returns(demo: &Demo) -> Vec<(Way, String, Step)> {
    let mut all = Vec::new();
    for way in pgs() {
        let browser = demo.browser(way.device);
        let opened = browser.request_pay(demo.text("imp_code"), &way.param(&way.name())).await;
        let step = browser.until_back(into(&opened), "approve").await;
        all.push((way, opened["imp_uid"].as_str().unwrap().to_owned(), step));
    }
    all
}

/// Sends a request nobody will answer.
fn send(demo: &Demo, step: Step) {
    let Step::Post { url, body, content_type } = step else { panic!("{step:?}") };
    let headers = vec![("content-type", content_type.to_owned())];
    demo.send(Fetch { method: "POST".to_owned(), url, headers, body });
}

/// Moves the merchant's clock past every grace, so that the jobs settle what is unknown.
async fn later(demo: &Demo) {
    let moved = demo.rest("POST", "/sandbox/clock", json!({"advance_seconds": 120})).await;
    assert_eq!(moved["code"], 0, "{moved}");
}

/// Paid with the money at the PG, or failed without; nothing else once it is over.
async fn agrees(demo: &Demo, way: Way, imp_uid: &str) -> Option<Value> {
    let payment = demo.payment(imp_uid).await;
    let (held, _) = demo.held(way.books(), imp_uid).await;
    match payment["status"].as_str().unwrap() {
        "ready" => None,
        "paid" => {
            assert_eq!(held, way.minor(), "{way:?} is paid without the money");
            Some(payment)
        }
        "failed" => {
            assert_eq!(held, 0, "{way:?} failed with money at the PG");
            Some(payment)
        }
        other => panic!("{way:?} is {other}"),
    }
}

async fn killed_in_approval(home: Home, fault: &str, booked: bool) {
    let mut demo = Demo::start(&home, SLOW.0, SLOW.1).await;
    let returns = returns(&demo).await;
    demo.fault("approve", fault, 4).await;
    for (_, _, step) in &returns {
        send(&demo, step.clone());
    }
    for (way, imp_uid, _) in &returns {
        let what = format!("{way:?} is under way");
        until(&what, async || {
            let (held, _) = demo.held(way.books(), imp_uid).await;
            let asked = if booked { held == way.minor() } else { struck(&demo).await };
            asked.then_some(())
        })
        .await;
        assert_eq!(demo.payment(imp_uid).await["status"], "ready", "{way:?}: not written down");
    }
    demo.kill();
    drop(demo);
    let demo = Demo::start(&home, FAST.0, FAST.1).await;
    for (way, imp_uid, _) in &returns {
        let (held, _) = demo.held(way.books(), imp_uid).await;
        assert_eq!(held, if booked { way.minor() } else { 0 }, "{way:?}: the books are durable");
    }
    later(&demo).await;
    for (way, imp_uid, _) in &returns {
        let what = format!("{way:?} is settled");
        let payment = until(&what, async || agrees(&demo, *way, imp_uid).await).await;
        if !booked {
            assert_eq!(payment["status"], "failed", "{way:?}: nothing was ever charged");
        }
        // Orders go on: a failed one can be paid now, a paid one cannot.
        let browser = demo.browser(way.device);
        let param = way.param(&way.name());
        let opened = browser.request_pay(demo.text("imp_code"), &param).await;
        if payment["status"] == "paid" {
            assert_eq!(opened["rsp"]["error_code"], "F1002", "{way:?}: {opened}");
        } else {
            assert!(browser.walk(into(&opened), "approve").await.is_success(), "{way:?}");
        }
    }
}

/// Every armed fault has struck.
async fn struck(demo: &Demo) -> bool {
    let armed = demo.rest("GET", "/sandbox/faults", Value::Null).await;
    armed["response"].as_array().unwrap().is_empty()
}

#[tokio::test]
async fn killed_after_the_pg_approved() {
    on_both(|home| killed_in_approval(home, "late:60000", true)).await;
}

#[tokio::test]
async fn killed_while_asking_and_the_pg_never_heard() {
    on_both(|home| killed_in_approval(home, "timeout_before", false)).await;
}

#[tokio::test]
async fn killed_after_the_pg_gave_the_money_back() {
    on_both(async |home| {
        let mut demo = Demo::start(&home, SLOW.0, SLOW.1).await;
        let mut paid = Vec::new();
        for (way, imp_uid, step) in returns(&demo).await {
            assert!(demo.browser(way.device).walk(step, "approve").await.is_success());
            paid.push((way, imp_uid));
        }
        demo.fault("cancel", "late:60000", 4).await;
        let asked: Vec<_> = paid.iter().map(|(_, imp_uid)| json!({"imp_uid": imp_uid})).collect();
        let asking = async {
            let one = |body: &Value| demo.try_rest("POST", "/payments/cancel", body.clone());
            tokio::join!(one(&asked[0]), one(&asked[1]), one(&asked[2]), one(&asked[3]))
        };
        let booked = async {
            for (way, imp_uid) in &paid {
                until("the money went back", async || {
                    (demo.held(way.books(), imp_uid).await.0 == 0).then_some(())
                })
                .await;
                assert_eq!(demo.payment(imp_uid).await["status"], "paid", "{way:?}");
            }
        };
        tokio::select! {
            answers = asking => panic!("answered too soon: {answers:?}"),
            () = booked => {}
        }
        demo.kill();
        drop(demo);
        let demo = Demo::start(&home, FAST.0, FAST.1).await;
        later(&demo).await;
        for (way, imp_uid) in &paid {
            let payment = until(&format!("{way:?} is settled"), async || {
                let payment = demo.payment(imp_uid).await;
                (payment["status"] == "cancelled").then_some(payment)
            })
            .await;
            assert_eq!(payment["cancel_amount"].to_string(), way.amount(), "{way:?}");
            assert_eq!(payment["cancel_history"].as_array().unwrap().len(), 1, "{way:?}");
            assert_eq!(demo.held(way.books(), imp_uid).await.0, 0, "{way:?}: and only once");
            let again = demo.rest("POST", "/payments/cancel", json!({"imp_uid": imp_uid})).await;
            assert_eq!(again["message"], "이미 전액취소된 주문입니다.", "{way:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn killed_again_and_again_with_many_payments_in_flight() {
    on_both(async |home| {
        let mut all: Vec<(Way, String)> = Vec::new();
        for round in 0..3_usize {
            let mut demo = Demo::start(&home, FAST.0, FAST.1).await;
            let mut steps = Vec::new();
            for number in 0..3 {
                for way in pgs() {
                    let order = format!("{}-{round}-{number}", way.name());
                    let browser = demo.browser(way.device);
                    let opened =
                        browser.request_pay(demo.text("imp_code"), &way.param(&order)).await;
                    steps.push(browser.until_back(into(&opened), "approve").await);
                    all.push((way, opened["imp_uid"].as_str().unwrap().to_owned()));
                }
            }
            steps.into_iter().for_each(|step| send(&demo, step));
            let wanted = 4 * round + 2;
            let mine = all.split_at(all.len() - 12).1.to_vec();
            until("some are approved", async || {
                let mut approved = 0;
                for (way, imp_uid) in &mine {
                    approved += usize::from(demo.held(way.books(), imp_uid).await.0 > 0);
                }
                (approved >= wanted).then_some(())
            })
            .await;
            demo.kill();
        }
        let demo = Demo::start(&home, FAST.0, FAST.1).await;
        // What was being approved is settled by the jobs; the rest stays as buyers left it.
        until("everything agrees", async || {
            for (way, imp_uid) in &all {
                let (held, _) = demo.held(way.books(), imp_uid).await;
                let status = demo.payment(imp_uid).await["status"].clone();
                match (status.as_str().unwrap(), held) {
                    ("paid", held) => assert_eq!(held, way.minor(), "{way:?}"),
                    ("failed", held) => assert_eq!(held, 0, "{way:?} failed with money"),
                    ("ready", 0) => {}
                    ("ready", _) => return None,
                    other => panic!("{way:?}: {other:?}"),
                }
            }
            Some(())
        })
        .await;
    })
    .await;
}
