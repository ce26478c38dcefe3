//! Plans that become due.

use super::{DAY, GOOD, LIMIT, NOW, PLANS, SILENCE, again, customer, plan, planned, wait};
use engine::billing::schedules;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::dbs::on_both;
use testkit::hub::{Moment, TestHub};

const UNSCHEDULE: &str = "/subscribe/payments/unschedule";

#[tokio::test]
async fn twelve_months_are_charged_once_each() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", GOOD).await;
        let orders: Vec<String> = (1..=12).map(|month| format!("m{month}")).collect();
        let mut months = Vec::new();
        for (order, month) in orders.iter().zip(1..) {
            months.push((order.as_str(), NOW + month * 30 * DAY));
        }
        plan(&hub, "c1", &months).await;
        wait(&hub, 365 * DAY).await;
        // Whoever looks again finds nothing to do.
        hub.run_jobs().await;
        wait(&hub, DAY).await;
        let path = "/subscribe/customers/c1/payments";
        let paid = hub.rest("GET", path, Value::Null).await.ok();
        assert_eq!(paid["total"], 12);
        for order in &orders {
            let plan = planned(&hub, order).await;
            assert_eq!(
                (&plan["schedule_status"], &plan["payment_status"]),
                (&json!("executed"), &json!("paid")),
                "{plan}"
            );
            let imp_uid = plan["imp_uid"].as_str().unwrap();
            let payment = hub.payment(imp_uid).await;
            assert_eq!(payment["customer_uid_usage"], "payment.scheduled");
            assert_eq!(plan["executed_at"], payment["started_at"]);
            assert_eq!(hub.held("nice", imp_uid), 1004, "{order}");
            assert_eq!(hub.told(imp_uid), ["paid"], "{order}");
        }
        assert_eq!(hub.webhooks().len(), 12);
        let uids: BTreeSet<String> =
            hub.webhooks().iter().map(|hook| hook.json()["imp_uid"].to_string()).collect();
        assert_eq!(uids.len(), 12);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_failed_run_is_told_planned_again_and_retried() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", LIMIT).await;
        plan(&hub, "c1", &[("m1", NOW + DAY), ("m2", NOW + DAY)]).await;
        wait(&hub, 2 * DAY).await;
        for order in ["m1", "m2"] {
            let failed = planned(&hub, order).await;
            assert_eq!(
                (&failed["schedule_status"], &failed["payment_status"]),
                (&json!("executed"), &json!("failed"))
            );
            assert!(failed["fail_reason"].as_str().unwrap().contains("한도초과"), "{failed}");
            assert_eq!(hub.told(failed["imp_uid"].as_str().unwrap()), ["failed"]);
        }
        let path = format!("{PLANS}/m1/reschedule");
        let past = hub.rest("POST", &path, json!({"schedule_at": NOW})).await.refusal();
        assert_eq!(past.0, 400);
        let later = json!({"schedule_at": NOW + 5 * DAY});
        let moved = hub.rest("POST", &path, later.clone()).await.ok();
        assert_eq!(
            (&moved["schedule_status"], &moved["payment_status"], &moved["imp_uid"]),
            (&json!("scheduled"), &Value::Null, &Value::Null)
        );
        // The card still refuses; the payment says so.
        let still = hub.rest("POST", &format!("{PLANS}/m2/retry"), Value::Null).await.ok();
        assert_eq!(still["status"], "failed");
        hub.clock().advance(5);
        customer(&hub, "c1", GOOD).await;
        let paid = hub.rest("POST", &format!("{PLANS}/m2/retry"), Value::Null).await.ok();
        assert_eq!((&paid["status"], &paid["merchant_uid"]), (&json!("paid"), &json!("m2")));
        let twice = hub.rest("POST", &format!("{PLANS}/m2/retry"), Value::Null).await.refusal();
        assert_eq!(twice.0, 400, "only what failed is tried again");
        wait(&hub, 5 * DAY).await;
        for order in ["m1", "m2"] {
            let plan = planned(&hub, order).await;
            assert_eq!(plan["payment_status"], "paid", "{plan}");
            let imp_uid = plan["imp_uid"].as_str().unwrap();
            assert_eq!((hub.held("nice", imp_uid), hub.told(imp_uid)), (1004, vec!["paid".into()]));
        }
        assert_eq!(hub.rest("POST", &path, later).await.refusal().0, 400, "paid");
        let imp_uid = planned(&hub, "m1").await["imp_uid"].clone();
        hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
        assert_eq!(planned(&hub, "m1").await["payment_status"], "cancelled");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn unanswered_and_impossible_runs_fail_without_money() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", SILENCE).await;
        customer(&hub, "c2", GOOD).await;
        plan(&hub, "c1", &[("m1", NOW + DAY)]).await;
        plan(&hub, "c2", &[("m2", NOW + DAY), ("m3", NOW + DAY)]).await;
        again(&hub, "m3", "c2").await.ok();
        hub.rest("DELETE", "/subscribe/customers/c2", Value::Null).await.ok();
        wait(&hub, 2 * DAY).await;
        hub.advance(600).await;
        for order in ["m1", "m2", "m3"] {
            let plan = planned(&hub, order).await;
            assert_eq!(
                (&plan["schedule_status"], &plan["payment_status"]),
                (&json!("executed"), &json!("failed")),
                "{plan}"
            );
            assert!(plan["fail_reason"].is_string(), "{plan}");
            let told = plan["imp_uid"].as_str().map(|imp_uid| hub.told(imp_uid));
            let expected = (order != "m3").then(|| vec!["failed".to_owned()]);
            assert_eq!(told, expected, "{plan}");
        }
        let unasked = hub.order("m2").await;
        assert_eq!(
            (&unasked["status"], &unasked["customer_uid_usage"], &unasked["pg_provider"]),
            (&json!("failed"), &json!("payment.scheduled"), &json!("nice")),
        );
        assert_eq!(unasked["fail_reason"], planned(&hub, "m2").await["fail_reason"]);
        let retry = hub.rest("POST", &format!("{PLANS}/m2/retry"), Value::Null).await.refusal();
        assert_eq!(retry.0, 404, "no key");
        customer(&hub, "c2", GOOD).await;
        hub.clock().advance(5);
        let paid = hub.rest("POST", &format!("{PLANS}/m2/retry"), Value::Null).await.ok();
        assert_eq!((&paid["status"], &paid["merchant_uid"]), (&json!("paid"), &json!("m2")));
        assert_eq!(hub.order("m3").await["status"], "paid", "by hand, once");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_due_in_the_past_is_charged_at_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", GOOD).await;
        plan(&hub, "c1", &[("m1", NOW - DAY)]).await;
        hub.run_jobs().await;
        assert_eq!(planned(&hub, "m1").await["payment_status"], "paid");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn revoked_plans_are_never_charged() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        customer(&hub, "c1", GOOD).await;
        plan(&hub, "c1", &[("m1", NOW + DAY), ("m2", NOW + DAY)]).await;
        hub.rest("POST", UNSCHEDULE, json!({"merchant_uid": "m1"})).await.ok();
        wait(&hub, 2 * DAY).await;
        assert_eq!(planned(&hub, "m1").await["schedule_status"], "revoked");
        assert_eq!(planned(&hub, "m2").await["payment_status"], "paid");
        let late = hub.rest("POST", UNSCHEDULE, json!({"merchant_uid": "m2"})).await.refusal();
        assert_eq!((late.0, late.1), (200, 1));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn who_revokes_while_it_is_charged_is_told_no() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let merchant = hub.shop.id;
        customer(&hub, "c1", GOOD).await;
        plan(&hub, "c1", &[("m1", NOW + DAY)]).await;
        let replica = hub.base.replica(2);
        let gate = hub.hold("charge", Moment::After);
        let due = wait(&hub, 2 * DAY);
        let revoke = async {
            gate.arrived().await;
            // Another process of the hub, which knows nothing of the first one's locks.
            let there = schedules::revoke(&replica, merchant, Some("c1"), &[]).await;
            let moved = schedules::replan(&replica, merchant, "m1", NOW + 9 * DAY).await;
            let again = schedules::run(&replica, merchant, &format!("{}/m1", merchant.0)).await;
            let body = json!({"customer_uid": "c1"});
            let here = hub.rest("POST", UNSCHEDULE, body);
            let (here, ()) = tokio::join!(here, async { gate.open() });
            (there.is_err(), moved.is_err(), again.is_ok(), here.refusal().1)
        };
        let ((), told) = tokio::join!(due, revoke);
        assert_eq!(told, (true, true, true, 1));
        hub.run_jobs().await;
        hub.advance(60).await;
        let plan = planned(&hub, "m1").await;
        assert_eq!(
            (&plan["schedule_status"], &plan["payment_status"]),
            (&json!("executed"), &json!("paid"))
        );
        assert_eq!(hub.held("nice", plan["imp_uid"].as_str().unwrap()), 1004);
        assert_eq!(hub.webhooks().len(), 1);
        hub.settled().await;
    })
    .await;
}
