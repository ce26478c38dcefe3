//! A PostgreSQL whose wire breaks: at each commit in turn, while the PG has the money, for a while.
//! SQLite has no wire; what it does when it is killed is in `crash`.

use crate::program::{path, run};
use axum::body::Body;
use axum::http::Request;
use pg::Device;
use serde_json::{Value, json};
use store::Db;
use testkit::dbs;
use testkit::hub::{Moment, TestHub};
use testkit::merchant::Reply;
use testkit::relay::{Line, Relay};

/// A hub whose database is reached over these ways. The tests' own handle is not.
async fn hub(ways: usize) -> Option<(TestHub, Vec<Relay>)> {
    let test = dbs::postgres().await?;
    let mut relays = Vec::new();
    for _ in 0..ways {
        relays.push(Relay::to(&test).await);
    }
    let db = Db::open(&Relay::url(&relays.iter().collect::<Vec<_>>())).await.unwrap();
    let hub = TestHub::with(test, |parts| parts.db = db).await;
    Some((hub, relays))
}

async fn charge(hub: &TestHub, token: &str, order: &str) -> Reply {
    let body = json!({"merchant_uid": order, "amount": 1004, "name": "단건", "pg": "nice",
        "card_number": "4111-1111-1111-1111", "expiry": "2030-12", "birth": "880101",
        "pwd_2digit": "12"});
    hub.call("POST", "/subscribe/payments/onetime", token, &body).await
}

#[tokio::test]
async fn a_commit_without_an_answer_is_found_out_whichever_it_is() {
    let Some((hub, relays)) = hub(1).await else { return };
    let [relay] = &relays[..] else { panic!("one way") };
    let token = hub.token().await;
    for delivered in [false, true] {
        // More than a charge and a cancel commit together: the last ones meet no cut.
        for at in 1..=8 {
            let order = format!("m{at}{delivered}");
            let before = relay.commits();
            relay.cut(at, delivered);
            let paid = charge(&hub, &token, &order).await.ok();
            assert_eq!(paid["status"], "paid");
            let body = json!({"imp_uid": paid["imp_uid"], "amount": 4});
            let back = hub.call("POST", "/payments/cancel", &token, &body).await.ok();
            assert_eq!(back["cancel_amount"], 4);
            relay.mend();
            assert!(relay.commits() - before >= 4, "intent and end, twice");
            let imp_uid = paid["imp_uid"].as_str().unwrap();
            assert_eq!(hub.held("nice", imp_uid), 1000, "{order}");
            assert_eq!(hub.payment(imp_uid).await["cancel_history"].as_array().unwrap().len(), 1);
        }
    }
    // An intent that was committed without an answer and whose number nobody learnt asked nobody.
    hub.advance(300).await;
    hub.settled().await;
}

#[tokio::test]
async fn while_the_database_is_away_callers_are_asked_to_come_back_and_nothing_is_done() {
    let Some((hub, relays)) = hub(1).await else { return };
    let token = hub.token().await;
    let param = json!({"pg": "kicc", "pay_method": "card", "merchant_uid": "m1", "name": "상품",
        "amount": 1004, "buyer_tel": "010-0000-0000"});
    let (opened, step) = hub.bring(&param, Device::Pc, "approve").await;
    relays[0].set(Line::Down);
    let request = Request::get("/payments/imp_1").header("authorization", &token);
    let answer = hub.request(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status(), 503);
    assert!(answer.headers().contains_key("retry-after"));
    let refused = charge(&hub, &token, "m2").await.refusal();
    assert_eq!((refused.0, refused.1), (503, -1));
    let key = json!({"imp_key": hub.shop.imp_key, "imp_secret": hub.shop.imp_secret});
    assert_eq!(hub.call("POST", "/users/getToken", "", &key).await.refusal().0, 503);
    let browser = hub.browser(Device::Pc);
    assert_eq!(browser.go(&step).await.status, 503, "the buyer's return is not lost");
    relays[0].set(Line::Up);
    assert_eq!(hub.rest("GET", "/payments/find/m2", Value::Null).await.refusal().0, 404);
    browser.go(&step).await;
    let imp_uid = opened["imp_uid"].as_str().unwrap();
    assert_eq!(hub.payment(imp_uid).await["status"], "paid");
    charge(&hub, &token, "m2").await.ok();
    hub.settled().await;
}

#[tokio::test]
async fn what_the_pg_said_is_written_down_when_there_is_a_leader_again() {
    let Some((hub, relays)) = hub(2).await else { return };
    let token = hub.token().await;
    let gate = hub.hold("charge", Moment::After);
    let charging = charge(&hub, &token, "m1");
    let failing_over = async {
        gate.arrived().await;
        relays[0].set(Line::Down);
        relays[1].promote(0xAB);
        gate.open();
    };
    let (paid, ()) = tokio::join!(charging, failing_over);
    let paid = paid.ok();
    assert_eq!(paid["status"], "paid");
    assert_eq!(hub.held("nice", paid["imp_uid"].as_str().unwrap()), 1004);
    hub.settled().await;
}

#[tokio::test]
async fn who_asked_before_the_database_went_is_not_told_that_nothing_was_done() {
    let Some((hub, relays)) = hub(1).await else { return };
    let token = hub.token().await;
    let paid = charge(&hub, &token, "m1").await.ok();
    // In full: how a part's cancel ended, NICE's old module tells people only.
    let body = json!({"imp_uid": paid["imp_uid"]});
    for (operation, order) in [("charge", "m2"), ("cancel", "m1")] {
        let gate = hub.hold(operation, Moment::After);
        let asking = async {
            match operation {
                "charge" => charge(&hub, &token, order).await,
                _ => hub.call("POST", "/payments/cancel", &token, &body).await,
            }
        };
        let going = async {
            gate.arrived().await;
            relays[0].set(Line::Down);
            gate.open();
        };
        let (answer, ()) = tokio::join!(asking, going);
        assert_eq!(answer.refusal().0, 500, "{operation}: nobody knows yet");
        relays[0].set(Line::Up);
        hub.advance(300).await;
        // NICE's way to settle a charge is to void it.
        let payment = hub.order(order).await;
        let expected = if operation == "charge" { ("failed", 0) } else { ("cancelled", 0) };
        let held = hub.held("nice", payment["imp_uid"].as_str().unwrap());
        assert_eq!((payment["status"].as_str().unwrap(), held), expected);
    }
    hub.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_says_who_leads_and_that_its_word_could_be_lost() {
    let Some(test) = dbs::postgres().await else { return };
    let (one, two) = (Relay::to(&test).await, Relay::to(&test).await);
    one.set(Line::Down);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ieum.toml");
    let text = include_str!("../../../../ieum.toml");
    let text = text.replace("sqlite:ieum.db", &Relay::url(&[&one, &two]));
    std::fs::write(&file, text).unwrap();
    let doctor = || {
        let (good, out, error) = run(&["doctor", "--config", &path(&file)]);
        assert!(!good && !error.contains("panicked"), "{out}{error}");
        out
    };
    let out = doctor();
    let place = Relay::url(&[&two]);
    let place = place.split('@').nth(1).unwrap().split('/').next().unwrap();
    let said = format!("FAIL {place} leads 2 servers without a synchronous standby");
    assert!(out.contains(&said), "{out}");
    two.set(Line::Down);
    let out = doctor();
    assert!(out.contains("no server takes writes") && out.contains(place), "{out}");
}
