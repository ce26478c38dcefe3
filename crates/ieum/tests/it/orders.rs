//! Attempts of one order side by side, returns that come twice, forged or stray, and browsers that
//! go away.

use crate::flows::close;
use crate::ways::{Way, at_once, pgs, ways};
use pg::Device;
use pg::sim::headless::Step;
use serde_json::{Value, json};
use testkit::browser::Ending;
use testkit::dbs::on_both;
use testkit::hub::{HUB, Moment, TestHub};

const TAKEN: &str = "이미 결제가 이루어진 거래건입니다.";

/// All attempts of an order, oldest first.
async fn attempts(hub: &TestHub, order: &str) -> Vec<Value> {
    let path = format!("/payments/findAll/{order}?sorting=started");
    let page = hub.rest("GET", &path, Value::Null).await.ok();
    page["list"].as_array().unwrap().clone()
}

fn failure_text(way: Way, ending: Ending) -> String {
    if way.redirects() {
        let url = ending.url();
        let pairs = crate::flows::query(&url);
        return pairs.into_iter().find(|(name, _)| name == "error_msg").unwrap().1;
    }
    let rsp = ending.rsp();
    assert_eq!((&rsp["success"], &rsp["error_code"]), (&json!(false), &json!("F1002")));
    rsp["error_msg"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn of_two_windows_of_an_order_one_is_paid_and_the_other_told_why_not() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in at_once() {
            let order = way.name();
            let (_, first) = hub.bring(&way.param(&order), way.device, "approve").await;
            let (_, second) = hub.bring(&way.param(&order), way.device, "approve").await;
            let browser = hub.browser(way.device);
            assert!(browser.walk(first, "approve").await.is_success(), "{order}");
            let told = failure_text(way, browser.walk(second, "approve").await);
            assert_eq!(told, TAKEN, "{order}");
            let both = attempts(&hub, &order).await;
            assert_eq!(both.len(), 2);
            let with = |status: &str| both.iter().find(|row| row["status"] == status).unwrap();
            assert_eq!(with("failed")["fail_reason"], TAKEN);
            let imp_uid = |row: &Value| row["imp_uid"].as_str().unwrap().to_owned();
            assert_eq!(hub.held(way.books(), &imp_uid(with("paid"))), way.minor(), "{order}");
            assert_eq!(hub.held(way.books(), &imp_uid(with("failed"))), 0, "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn two_windows_that_come_back_at_the_same_moment() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            for round in 0..5 {
                let order = format!("{}-{round}", way.name());
                let (_, first) = hub.bring(&way.param(&order), way.device, "approve").await;
                let (_, second) = hub.bring(&way.param(&order), way.device, "approve").await;
                let browser = hub.browser(way.device);
                let (one, other) =
                    tokio::join!(browser.walk(first, "approve"), browser.walk(second, "approve"));
                let won = [one.is_success(), other.is_success()];
                assert!(won == [true, false] || won == [false, true], "{order}: {won:?}");
                let both = attempts(&hub, &order).await;
                let mut words: Vec<_> = both.iter().map(|row| row["status"].as_str()).collect();
                words.sort_unstable();
                assert_eq!(words, [Some("failed"), Some("paid")], "{order}");
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn windows_of_different_pgs_are_attempts_of_the_same_order() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let mut steps = Vec::new();
        for way in pgs() {
            let (_, step) = hub.bring(&way.param("one-order"), way.device, "approve").await;
            steps.push((way, step));
        }
        let mut successes = 0;
        for (way, step) in steps {
            let ending = hub.browser(way.device).walk(step, "approve").await;
            successes += i32::from(ending.is_success());
        }
        assert_eq!(successes, 1);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_return_that_is_brought_twice_is_told_alike_and_charged_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in ways() {
            let order = way.name();
            let (opened, back) = hub.bring(&way.param(&order), way.device, "approve").await;
            let browser = hub.browser(way.device);
            let first = browser.walk(back.clone(), "approve").await;
            let again = browser.walk(back.clone(), "approve").await;
            assert_eq!(first, again, "{order}");
            let reloaded = browser.walk(testkit::hub::into(&opened), "approve").await;
            assert_eq!(first, reloaded, "{order}: the checkout opened again");
            hub.run_jobs().await;
            let imp_uid = opened["imp_uid"].as_str().unwrap();
            assert_eq!(hub.told(imp_uid).len(), 1, "{order}: one webhook");
            assert_eq!(hub.trades(way.books(), imp_uid).len(), 1, "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn returns_that_arrive_together_are_charged_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            let order = way.name();
            let (opened, back) = hub.bring(&way.param(&order), way.device, "approve").await;
            let browser = hub.browser(way.device);
            let (one, two, three) = tokio::join!(
                browser.walk(back.clone(), "approve"),
                browser.walk(back.clone(), "approve"),
                browser.walk(back.clone(), "approve")
            );
            assert!(one.is_success() && one == two && two == three, "{order}");
            let imp_uid = opened["imp_uid"].as_str().unwrap();
            assert_eq!(hub.held(way.books(), imp_uid), way.minor());
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_stray_visit_of_the_return_address_fails_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in ways() {
            let order = way.name();
            let (opened, back) = hub.bring(&way.param(&order), way.device, "approve").await;
            let browser = hub.browser(way.device);
            let address = back.url().split('?').next().unwrap().to_owned();
            for url in [address.clone(), format!("{address}?"), format!("{address}?utm_source=x")] {
                browser.send("GET", &url, "", Vec::new()).await;
                assert_eq!(hub.order(&order).await["status"], "ready", "{url}");
            }
            browser.send("POST", &address, "", Vec::new()).await;
            assert_eq!(hub.order(&order).await["status"], "ready", "{order}");
            let ending = browser.walk(back, "approve").await;
            assert!(ending.is_success(), "{order}: {ending:?}");
            assert_eq!(hub.order(&order).await["imp_uid"], opened["imp_uid"]);
        }
        hub.settled().await;
    })
    .await;
}

/// The return with one field changed.
fn forged(step: &Step, index: usize) -> Option<Step> {
    let Step::Post { url, body, content_type } = step else { return None };
    let mut form = pg::form::Form::read(body).0;
    let (_, value) = form.get_mut(index)?;
    value.push('1');
    let fields: Vec<_> = form.iter().map(|(name, v)| (name.as_str(), v.as_str())).collect();
    let body = pg::form::utf8_body(&fields).into_bytes();
    Some(Step::Post { url: url.clone(), body, content_type })
}

#[tokio::test]
async fn a_forged_return_never_yields_wrong_money() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            for index in 0..40 {
                let order = format!("{}-{index}", way.name());
                let (_, back) = hub.bring(&way.param(&order), way.device, "approve").await;
                let Some(forged) = forged(&back, index) else { break };
                let browser = hub.browser(way.device);
                drop(browser.follow(forged, "approve", |_| false).await);
                // Unknown outcomes come to their end.
                hub.advance(300).await;
                let payment = hub.order(&order).await;
                if payment["status"] == "paid" {
                    assert_eq!(payment["amount"].to_string(), way.amount(), "{order}");
                }
                hub.balanced().await;
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_return_of_another_order_pays_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in at_once() {
            let name = way.name();
            let (_, cheap) =
                hub.bring(&way.param(&format!("{name}-a")), way.device, "approve").await;
            let (opened, dear) =
                hub.bring(&way.param(&format!("{name}-b")), way.device, "approve").await;
            let target = dear.url().split('?').next().unwrap();
            let query = cheap.url().split_once('?').map(|(_, query)| format!("?{query}"));
            let url = format!("{target}{}", query.unwrap_or_default());
            let crossed = match cheap {
                Step::Post { body, content_type, .. } => Step::Post { url, body, content_type },
                _ => Step::Get { url },
            };
            let browser = hub.browser(way.device);
            drop(browser.follow(crossed, "approve", |_| false).await);
            hub.advance(300).await;
            let imp_uid = opened["imp_uid"].as_str().unwrap();
            assert_ne!(hub.payment(imp_uid).await["status"], "paid", "{name}");
            hub.settled().await;
        }
    })
    .await;
}

#[tokio::test]
async fn sessions_and_pgs_that_are_not_ours_are_not_found() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        let (_, back) = hub.bring(&way.param("order"), way.device, "approve").await;
        let Step::Post { url, body, content_type } = back.clone() else { panic!("{back:?}") };
        let browser = hub.browser(way.device);
        for other in [
            url.replace("/kicc/", "/nice/"),
            url.replace("/kicc/", "/nobody/"),
            format!("{HUB}/callback/kicc/return/{}", "0".repeat(32)),
            format!("{HUB}/callback/kicc/return/%00"),
        ] {
            let page = browser.send("POST", &other, content_type, body.clone()).await;
            assert_eq!(page.status, 404, "{other}");
            assert_eq!(hub.order("order").await["status"], "ready", "{other}");
        }
        assert!(browser.walk(back, "approve").await.is_success());
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_browser_that_goes_away_in_the_middle_is_paid_all_the_same() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            for moment in [Moment::Before, Moment::After] {
                let order = format!("{}-{moment:?}", way.name());
                let (opened, back) = hub.bring(&way.param(&order), way.device, "approve").await;
                let gate = hub.hold("approve", moment);
                let browser = hub.browser(way.device);
                tokio::select! {
                    page = browser.go(&back) => panic!("{order} did not wait: {page:?}"),
                    () = gate.arrived() => {}
                }
                // The request is dropped here: nobody waits for its answer any more.
                assert_eq!(hub.order(&order).await["status"], "ready");
                let late = close(&hub, &opened).await;
                assert_eq!(late["done"], false, "too late to close");
                gate.open();
                let ending = browser.walk(testkit::hub::into(&opened), "approve").await;
                let ending = match ending {
                    Ending::Waiting => {
                        until_paid(&hub, &order).await;
                        browser.walk(testkit::hub::into(&opened), "approve").await
                    }
                    ending => ending,
                };
                assert!(ending.is_success(), "{order}: {ending:?}");
                assert_eq!(hub.order(&order).await["status"], "paid", "{order}");
            }
        }
        hub.settled().await;
    })
    .await;
}

async fn until_paid(hub: &TestHub, order: &str) {
    for _ in 0..10_000 {
        if hub.order(order).await["status"] == "paid" {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{order} was never paid");
}

#[tokio::test]
async fn closing_while_the_approval_is_under_way_waits_for_it() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        let (opened, back) = hub.bring(&way.param("order"), Device::Pc, "approve").await;
        let gate = hub.hold("approve", Moment::After);
        let browser = hub.browser(Device::Pc);
        let closing = async {
            gate.arrived().await;
            assert_eq!(close(&hub, &opened).await["done"], false);
            gate.open();
        };
        let (ending, ()) = tokio::join!(browser.walk(back, "approve"), closing);
        assert!(ending.is_success());
        let closed = close(&hub, &opened).await;
        assert_eq!((&closed["done"], &closed["rsp"]["status"]), (&json!(true), &json!("paid")));
        hub.settled().await;
    })
    .await;
}

/// What the browser would bring back: session, query and body.
fn brought(opened: &Value, step: &Step) -> (String, String, Vec<u8>) {
    let Step::Post { url, body, .. } = step else { panic!("{step:?}") };
    let query = url.split_once('?').map_or("", |(_, query)| query).to_owned();
    (opened["session"].as_str().unwrap().to_owned(), query, body.clone())
}

#[tokio::test]
async fn two_processes_that_get_the_same_return_charge_once_and_both_answer() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let replica = hub.base.replica(77);
        for way in pgs() {
            for round in 0..5 {
                let order = format!("{}-{round}", way.name());
                let (opened, back) = hub.bring(&way.param(&order), way.device, "approve").await;
                let (session, query, body) = brought(&opened, &back);
                let at = |engine| {
                    engine::payments::returned::returned(engine, way.pg, &session, &query, &body)
                };
                let (one, other) = tokio::join!(at(hub.engine()), at(&replica));
                one.unwrap_or_else(|why| panic!("{order}: {why}"));
                other.unwrap_or_else(|why| panic!("{order}: {why}"));
                assert_eq!(hub.order(&order).await["status"], "paid", "{order}");
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn closing_at_one_process_while_another_gets_the_return_never_loses_money() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let replica = hub.base.replica(78);
        for way in pgs() {
            for round in 0..5 {
                let order = format!("{}-{round}", way.name());
                let (opened, back) = hub.bring(&way.param(&order), way.device, "approve").await;
                let (session, query, body) = brought(&opened, &back);
                let engine = hub.engine();
                let returned =
                    engine::payments::returned::returned(engine, way.pg, &session, &query, &body);
                let closed = engine::payments::close::close(&replica, &session);
                let (returned, closed) = tokio::join!(returned, closed);
                returned.unwrap_or_else(|why| panic!("{order}: {why}"));
                closed.unwrap_or_else(|why| panic!("{order}: {why}"));
                let status = hub.order(&order).await["status"].clone();
                assert!(
                    ["paid", "failed"].contains(&status.as_str().unwrap()),
                    "{order}: {status}"
                );
            }
        }
        hub.settled().await;
    })
    .await;
}
