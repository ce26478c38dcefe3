//! `PUT /vbanks`: what an open account takes, and until when, is what the bank was told;
//! whatever is lost on the way, no deposit is.

use crate::sandbox_only::channels;
use crate::vbank::text;
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::{Moment, TestHub};
use testkit::merchant::Reply;

const PGS: [&str; 2] = ["settle", "smartro_v2"];

async fn now(hub: &TestHub) -> i64 {
    hub.rest("GET", "/sandbox/clock", Value::Null).await.ok()["now"].as_i64().unwrap()
}

/// A hub with channels of both PGs.
async fn open(test: testkit::dbs::TestDb) -> TestHub {
    let hub = TestHub::new(test).await;
    channels(&hub, &PGS).await;
    hub
}

async fn issue(hub: &TestHub, pg: &str, order: &str) -> String {
    let body = json!({
        "pg": pg, "merchant_uid": order, "amount": 14000, "vbank_code": "088",
        "vbank_due": now(hub).await + 86_400, "vbank_holder": "회사명", "tax_free": 1000,
    });
    text(&hub.rest("POST", "/vbanks", body).await.ok(), "imp_uid").to_owned()
}

async fn change(hub: &TestHub, imp_uid: &str, body: Value) -> Reply {
    hub.rest("PUT", &format!("/vbanks/{imp_uid}"), body).await
}

async fn deposit(hub: &TestHub, imp_uid: &str, amount: i64) -> Reply {
    hub.deposit(imp_uid, json!({ "amount": amount })).await
}

#[tokio::test]
async fn the_bank_takes_the_new_amount_until_the_new_deadline() {
    on_both(async |test| {
        let hub = open(test).await;
        for pg in PGS {
            let imp_uid = issue(&hub, pg, pg).await;
            let due = now(&hub).await + 3 * 86_400;
            let changed = change(&hub, &imp_uid, json!({"amount": 9000})).await.ok();
            assert_eq!((&changed["amount"], &changed["status"]), (&json!(9000), &json!("ready")));
            let changed = change(&hub, &imp_uid, json!({"vbank_due": due})).await.ok();
            assert_eq!((&changed["amount"], &changed["vbank_date"]), (&json!(9000), &json!(due)));
            // Past the first deadline, and only the new amount.
            hub.clock().advance(2 * 86_400);
            deposit(&hub, &imp_uid, 14000).await.refusal();
            deposit(&hub, &imp_uid, 9000).await.ok();
            let paid = hub.payment(&imp_uid).await;
            assert_eq!((&paid["status"], &paid["amount"]), (&json!("paid"), &json!(9000)));
            assert_eq!(hub.held(pg, &imp_uid), 9000);
            let late = change(&hub, &imp_uid, json!({"amount": 8000})).await.refusal();
            assert_eq!(late.0, 400, "{late:?}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_named_and_changes_nothing() {
    on_both(async |test| {
        let hub = open(test).await;
        let imp_uid = issue(&hub, "settle", "order").await;
        let at = now(&hub).await;
        for (body, field) in [
            (json!({}), "amount"),
            (json!({"amount": 0}), "amount"),
            (json!({"amount": -1}), "amount"),
            (json!({"amount": 1.5}), "amount"),
            (json!({"amount": "많이"}), "amount"),
            (json!({"amount": 999}), "amount"),
            (json!({"vbank_due": at}), "vbank_due"),
            (json!({"vbank_due": at - 1}), "vbank_due"),
            (json!({"vbank_due": at * 1000}), "vbank_due"),
            (json!({"amount": 9000, "vbank_due": "내일"}), "vbank_due"),
        ] {
            let (status, code, message) = change(&hub, &imp_uid, body.clone()).await.refusal();
            assert_eq!((status, code), (400, -1), "{body}: {message}");
            assert!(message.contains(field), "{body}: {message}");
        }
        let kept = hub.payment(&imp_uid).await;
        assert_eq!((&kept["amount"], &kept["status"]), (&json!(14000), &json!("ready")));
        deposit(&hub, &imp_uid, 14000).await.ok();
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_found_out_before_anybody_pays() {
    on_both(async |test| {
        let hub = open(test).await;
        for (fault, takes) in [("timeout_after", 9000), ("timeout_before", 14000)] {
            let imp_uid = issue(&hub, "settle", fault).await;
            // Neither the call nor the question about it is answered.
            hub.fault("settle", "errand", fault);
            hub.fault("settle", "lookup", "timeout_before");
            let (_, _, message) = change(&hub, &imp_uid, json!({"amount": 9000})).await.refusal();
            assert!(message.contains("확인하고"), "{message}");
            assert_eq!(hub.payment(&imp_uid).await["amount"], 14000, "as far as is known");
            // Whatever the bank takes is what the notice finds.
            deposit(&hub, &imp_uid, takes).await.ok();
            hub.advance(1_200).await;
            let paid = hub.payment(&imp_uid).await;
            assert_eq!((&paid["status"], &paid["amount"]), (&json!("paid"), &json!(takes)));
            assert_eq!(hub.attentions(&imp_uid).await, Vec::<String>::new());
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn without_a_deposit_the_job_finds_out_and_the_next_change_waits_for_it() {
    on_both(async |test| {
        let hub = open(test).await;
        let imp_uid = issue(&hub, "settle", "order").await;
        hub.fault("settle", "errand", "timeout_after");
        hub.faults("settle", "lookup", "timeout_before", 3);
        change(&hub, &imp_uid, json!({"amount": 9000})).await.refusal();
        for refused in [
            change(&hub, &imp_uid, json!({"amount": 8000})).await.refusal(),
            hub.rest("DELETE", &format!("/vbanks/{imp_uid}"), Value::Null).await.refusal(),
        ] {
            assert!(refused.2.contains("확인하고"), "{refused:?}");
        }
        hub.advance(1_200).await;
        assert_eq!(hub.payment(&imp_uid).await["amount"], 9000);
        let closed = hub.rest("DELETE", &format!("/vbanks/{imp_uid}"), Value::Null).await.ok();
        assert_eq!(closed["status"], "cancelled");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_deposit_of_the_old_amount_that_is_faster_counts() {
    on_both(async |test| {
        let hub = open(test).await;
        let imp_uid = issue(&hub, "settle", "order").await;
        let gate = hub.hold("account-change", Moment::Before);
        let asked = change(&hub, &imp_uid, json!({"amount": 9000}));
        let paid = async {
            gate.arrived().await;
            deposit(&hub, &imp_uid, 14000).await.ok();
            gate.open();
        };
        let (refused, ()) = tokio::join!(asked, paid);
        let (_, _, message) = refused.refusal();
        assert!(message.contains("입금된"), "{message}");
        let payment = hub.payment(&imp_uid).await;
        assert_eq!((&payment["status"], &payment["amount"]), (&json!("paid"), &json!(14000)));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn holders_of_known_accounts_are_told() {
    on_both(async |test| {
        let hub = open(test).await;
        let imp_uid = issue(&hub, "settle", "order").await;
        let number = text(&hub.payment(&imp_uid).await, "vbank_num").to_owned();
        let ask = async |query: &str| {
            hub.rest("GET", &format!("/vbanks/holder?{query}"), Value::Null).await
        };
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let told = ask(&format!("bank_code=088&bank_num={digits}")).await.ok();
        assert_eq!(told, json!({"bank_holder": "회사명"}));
        let told = ask("bank_code=088&bank_num=110-123-456789").await.ok();
        assert_eq!(told, json!({"bank_holder": "샌드박스예금주"}));
        for (query, wanted) in [
            ("bank_code=004&bank_num=110-123-456789", 404),
            ("bank_code=088&bank_num=1", 404),
            ("bank_code=999&bank_num=110-123-456789", 400),
        ] {
            assert_eq!(ask(query).await.refusal().0, wanted, "{query}");
        }
        hub.settled().await;
    })
    .await;
}
