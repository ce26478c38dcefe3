//! Answers that never come, come late, or lie: whatever happens on the wire, the hub ends up with
//! what the PG really did, or says plainly that a person must look.

use crate::cancels::paid;
use crate::vbank::text;
use crate::ways::{Way, pgs, ways};
use serde_json::{Value, json};
use testkit::browser::Ending;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// What goes wrong with an answer, and whether the PG did its work.
const FAULTS: [&str; 11] = [
    "timeout_after",
    "reset_after",
    "server_error_after",
    "garbage",
    "wrong_charset",
    "forged_signature",
    "wrong_amount",
    "timeout_before",
    "reset_before",
    "server_error",
    "down",
];

/// Enough for every settle job: the grace and all steps of the curve up to an hour.
const LATER: i64 = 7_200;

/// Paid with the money at the PG, or failed without.
async fn ended(hub: &TestHub, way: Way, order: &str) -> Value {
    let payment = hub.order(order).await;
    let imp_uid = text(&payment, "imp_uid");
    let held = hub.held(way.books(), imp_uid);
    match text(&payment, "status") {
        "paid" => assert_eq!(held, way.minor(), "{order} is paid"),
        "failed" => assert_eq!(held, 0, "{order} failed with money at the PG"),
        "ready" if way.method == "vbank" => {
            assert!(payment["vbank_num"].is_string(), "{order} is not settled: {payment}");
        }
        other => panic!("{order} is {other}"),
    }
    payment
}

#[tokio::test]
async fn whatever_becomes_of_an_approvals_answer_the_end_is_the_pgs_truth() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let mut told = Vec::new();
        // Transfers and phones answer on the same wire as cards.
        for way in ways().into_iter().filter(|way| !["trans", "phone"].contains(&way.method)) {
            for (index, fault) in FAULTS.into_iter().enumerate() {
                let order = format!("{}-{index}", way.name());
                hub.fault(way.books(), "approve", fault);
                let ending = hub.pay(&way.param(&order), way.device, "approve").await;
                hub.sandbox.clear_faults();
                told.push((way, fault, order, ending));
            }
        }
        hub.advance(LATER).await;
        for (way, fault, order, ending) in told {
            let payment = ended(&hub, way, &order).await;
            if ending != Ending::Waiting {
                let success = payment["status"] != "failed";
                assert_eq!(ending.is_success(), success, "{order} {fault}: told wrong");
            }
            if fault == "down" {
                assert_eq!(payment["status"], "failed", "{order}: nothing was sent");
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn the_buyers_own_accidents_in_the_window_are_settled_too() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let mut orders = Vec::new();
        for way in ways() {
            for press in ["timeout", "reset"] {
                let order = format!("{}-{press}", way.name());
                hub.pay(&way.param(&order), way.device, press).await;
                orders.push((way, order));
            }
        }
        hub.advance(LATER).await;
        for (way, order) in orders {
            ended(&hub, way, &order).await;
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn settling_itself_meets_accidents_and_goes_on() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            for (index, fault) in FAULTS.into_iter().enumerate() {
                let order = format!("{}-{index}", way.name());
                hub.fault(way.books(), "approve", "timeout_after");
                for asked in ["lookup", "net_cancel"] {
                    hub.faults(way.books(), asked, fault, 3);
                }
                let ending = hub.pay(&way.param(&order), way.device, "approve").await;
                let before = hub.order(&order).await;
                if ending == Ending::Waiting {
                    assert_eq!(before["status"], "ready", "{order}: unknown is not failed");
                }
                hub.advance(LATER).await;
                hub.sandbox.clear_faults();
                hub.advance(LATER).await;
                ended(&hub, way, &order).await;
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn while_nobody_knows_the_page_waits_and_then_tells() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            let order = way.name();
            hub.fault(way.books(), "approve", "timeout_after");
            for asked in ["lookup", "net_cancel"] {
                hub.faults(way.books(), asked, "timeout_before", -1);
            }
            let (opened, back) = hub.bring(&way.param(&order), way.device, "approve").await;
            let browser = hub.browser(way.device);
            let ending = browser.walk(back.clone(), "approve").await;
            assert_eq!(ending, Ending::Waiting, "{order}");
            // Paying again meanwhile opens, but cannot be charged: the first may have been.
            let second = hub.pay(&way.param(&order), way.device, "approve").await;
            assert!(!second.is_success(), "{order}: {second:?}");
            hub.sandbox.clear_faults();
            hub.advance(LATER).await;
            let ending = browser.walk(back, "approve").await;
            let status = hub.payment(text(&opened, "imp_uid")).await["status"].clone();
            assert_eq!(ending.is_success(), status == "paid", "{order}: {status}");
            let again = browser.walk(testkit::hub::into(&opened), "approve").await;
            assert_eq!(ending, again, "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn whatever_becomes_of_a_cancels_answer_the_end_is_the_pgs_truth() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let mut asked = Vec::new();
        for way in pgs() {
            for (index, fault) in FAULTS.into_iter().enumerate() {
                for amount in [Value::Null, json!(if way.pg == "alipay" { "0.5" } else { "5000" })]
                {
                    let kind = if amount.is_null() { "whole" } else { "part" };
                    let order = format!("{}-{index}-{kind}", way.name());
                    let imp_uid = text(&paid(&hub, way, &order).await, "imp_uid").to_owned();
                    hub.fault(way.books(), "cancel", fault);
                    let reply = hub.cancel(json!({"imp_uid": imp_uid, "amount": amount})).await;
                    hub.sandbox.clear_faults();
                    asked.push((way, fault, order, imp_uid, reply.code));
                }
            }
        }
        hub.advance(LATER).await;
        for (way, fault, order, imp_uid, code) in asked {
            let held = hub.held(way.books(), &imp_uid);
            if code == 0 {
                let after = hub.payment(&imp_uid).await;
                assert_eq!(after["status"], "cancelled", "{order} {fault}");
                assert!(held < way.minor(), "{order} {fault}: told as cancelled, but held");
            }
            if fault == "down" {
                assert_eq!((held, code), (way.minor(), -1), "{order}: not sent");
            }
            settled_or_shown(&hub, way, &order, &imp_uid).await;
        }
    })
    .await;
}

/// What the hub says went back went back; or a person is told that nobody knows.
async fn settled_or_shown(hub: &TestHub, way: Way, order: &str, imp_uid: &str) {
    let sql = "select pending_cancel, case when paid_at is null then 0 else amount - cancelled end \
               as left_over from payments where imp_uid = $1";
    let rows = hub.engine().db.rows(sql, &store::args![imp_uid]).await.unwrap();
    if rows[0].int("pending_cancel").unwrap() == 0 {
        let left = rows[0].int("left_over").unwrap();
        assert_eq!(hub.held(way.books(), imp_uid), left, "{order}");
        return;
    }
    assert_eq!(hub.attentions(imp_uid).await, ["cancel_unknown"], "{order}");
    let (_, code, why) = hub.cancel(json!({"imp_uid": imp_uid})).await.refusal();
    assert!(code != 0 && !why.is_empty(), "{order}: no second cancel over an unknown one");
}

#[tokio::test]
async fn an_approval_of_another_amount_is_given_back() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        // For ever: also the inquiry says so.
        for operation in ["approve", "lookup"] {
            hub.faults("*", operation, "wrong_amount", -1);
        }
        for way in ways() {
            hub.pay(&way.param(&way.name()), way.device, "approve").await;
        }
        hub.advance(600).await;
        hub.sandbox.clear_faults();
        hub.advance(LATER).await;
        for way in ways() {
            ended(&hub, way, &way.name()).await;
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_day_of_accidents_everywhere_ends_with_books_that_agree() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for fault in FAULTS {
            for operation in ["approve", "lookup", "net_cancel", "cancel"] {
                let fault = sandbox_fault(operation, fault);
                hub.sandbox.add_fault(fault).unwrap();
            }
        }
        let mut orders = Vec::new();
        for round in 0..3 {
            for way in ways() {
                let order = format!("{}-{round}", way.name());
                hub.pay(&way.param(&order), way.device, "approve").await;
                let payment = hub.order(&order).await;
                let imp_uid = text(&payment, "imp_uid").to_owned();
                if round == 1 {
                    hub.cancel(json!({"imp_uid": imp_uid})).await;
                }
                if way.method == "vbank" && round == 2 {
                    hub.deposit(&imp_uid, json!({})).await;
                }
                hub.clock().advance(7);
                hub.run_jobs().await;
                orders.push((way, order, imp_uid));
            }
        }
        hub.advance(LATER).await;
        hub.sandbox.clear_faults();
        hub.advance(LATER).await;
        for (way, order, imp_uid) in orders {
            let state = hub.state(&imp_uid).await;
            assert!(!["approving", "unknown"].contains(&state.as_str()), "{order} is {state}");
            settled_or_shown(&hub, way, &order, &imp_uid).await;
        }
    })
    .await;
}

fn sandbox_fault(operation: &str, fault: &str) -> sandbox::Fault {
    let body = json!({"pg": "*", "operation": operation, "fault": fault, "rate": 0.04});
    serde_json::from_value(body).unwrap()
}

#[tokio::test]
async fn what_no_machine_can_find_out_is_shown_to_a_person_and_never_guessed() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        // NICE has no inquiry: a part that was asked for may have gone back or not.
        let way = pgs()[2];
        let payment = paid(&hub, way, "part").await;
        let imp_uid = text(&payment, "imp_uid");
        hub.fault("nice", "cancel", "timeout_after");
        let (_, code, _) = hub.cancel(json!({"imp_uid": imp_uid, "amount": 5_000})).await.refusal();
        assert_eq!(code, -1);
        hub.advance(LATER).await;
        assert_eq!(hub.attentions(imp_uid).await, ["cancel_unknown"]);
        let after = hub.payment(imp_uid).await;
        assert_eq!(
            (&after["status"], after["cancel_amount"].to_string()),
            (&json!("paid"), "0".into())
        );
        let (_, code, why) = hub.cancel(json!({"imp_uid": imp_uid})).await.refusal();
        assert!(code == 1 && why.contains("확인하고 있습니다"), "{why}");

        // KICC's inquiry reaches back to yesterday.
        let way = pgs()[0];
        hub.fault("kicc", "approve", "timeout_after");
        hub.faults("kicc", "lookup", "timeout_before", -1);
        let ending = hub.pay(&way.param("old"), way.device, "approve").await;
        assert_eq!(ending, Ending::Waiting);
        hub.advance(3 * 86_400).await;
        hub.sandbox.clear_faults();
        hub.advance(LATER).await;
        let payment = hub.order("old").await;
        assert_eq!(payment["status"], "ready", "unknown is not failed");
        let imp_uid = text(&payment, "imp_uid");
        assert_eq!(hub.attentions(imp_uid).await, ["approval_unknown"]);
        assert_eq!(hub.held("kicc", imp_uid), way.minor());
    })
    .await;
}
