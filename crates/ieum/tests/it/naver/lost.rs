//! Steps without an answer: told honestly, asked about until the PG says how they ended, never
//! taken twice.

use super::{PG, hub, now, sold};
use engine::console::Verdict;
use engine::products::{self, Task};
use engine::{Delivery, Millis, Step};
use testkit::dbs::on_both;
use testkit::hub::{Moment, TestHub};

async fn states(hub: &TestHub, imp_uid: &str) -> Vec<String> {
    let all = store::errands::of_payment(&hub.engine().db, hub.shop.id, imp_uid).await.unwrap();
    all.into_iter().map(|errand| format!("{} {}", errand.kind, errand.state)).collect()
}

#[tokio::test]
async fn a_step_that_went_through_is_found_out_at_once() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        for fault in ["timeout_after", "reset_after", "server_error_after", "garbage"] {
            hub.fault(PG, "errand", fault);
            let step = if fault == "timeout_after" { "place" } else { "ship" };
            match (fault, sale.one(&hub, step, 0).await) {
                ("timeout_after", Ok(standing)) => assert_eq!(standing, "PAYED"),
                ("reset_after", Ok(standing)) => assert_eq!(standing, "DELIVERING"),
                // It was sent before: the PG's refusal is lost, and is no success.
                (_, Err(_)) => {}
                (fault, other) => panic!("{fault}: {other:?}"),
            }
            hub.advance(600).await;
        }
        let ended = ["place done", "ship done", "ship refused", "ship refused"];
        assert_eq!(states(&hub, &sale.imp_uid).await, ended);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_step_that_never_arrived_blocks_until_that_is_known() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        hub.fault(PG, "errand", "timeout_before");
        let why = sale.one(&hub, "ship", 0).await.unwrap_err();
        assert!(why.contains("처리 결과를 확인하고 있습니다"), "{why}");
        let body = serde_json::json!({"product_order_id": sale.ids[0]});
        let busy = sale.post(&hub, "place", body).await.refusal();
        assert_eq!(busy.0, 500);
        assert!(busy.2.contains("이전 요청의 결과를"), "{}", busy.2);
        // Another product order is not concerned.
        assert_eq!(sale.one(&hub, "ship", 1).await.unwrap(), "DELIVERING");
        hub.advance(600).await;
        assert_eq!(states(&hub, &sale.imp_uid).await, ["ship refused", "ship done"]);
        assert_eq!(now(&hub, &sale.ids[0]).await, "PAYED");
        assert_eq!(sale.one(&hub, "ship", 0).await.unwrap(), "DELIVERING");
        assert!(jobs(&hub).await.is_empty(), "nothing is left to ask about");
        hub.settled().await;
    })
    .await;
}

async fn jobs(hub: &TestHub) -> Vec<String> {
    let jobs = store::jobs::list(&hub.engine().db, hub.shop.id, 100).await.unwrap();
    jobs.into_iter().filter(|job| job.kind == engine::errands::JOB).map(|job| job.id).collect()
}

#[tokio::test]
async fn a_pg_that_stays_silent_is_asked_until_it_speaks() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        hub.fault(PG, "errand", "timeout_after");
        hub.faults(PG, "lookup", "down", -1);
        assert!(sale.one(&hub, "ship", 0).await.is_err());
        for _ in 0..3 {
            hub.advance(3_600).await;
        }
        assert_eq!(states(&hub, &sale.imp_uid).await, ["ship asked"]);
        assert_eq!(jobs(&hub).await.len(), 1);
        assert_eq!(hub.attentions(&sale.imp_uid).await, ["errand_unknown"], "a person is told");
        hub.sandbox.clear_faults();
        hub.advance(7_200).await;
        assert_eq!(states(&hub, &sale.imp_uid).await, ["ship done"]);
        assert!(jobs(&hub).await.is_empty());
        assert_eq!(hub.attentions(&sale.imp_uid).await, [""; 0], "it was found out");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_person_says_how_a_silent_step_ended() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        hub.fault(PG, "errand", "timeout_before");
        hub.faults(PG, "lookup", "down", -1);
        assert!(sale.one(&hub, "ship", 0).await.is_err());
        for _ in 0..3 {
            hub.advance(3_600).await;
        }
        let open = store::attentions::open(&hub.engine().db, hub.shop.id, 10).await.unwrap();
        let decide = async |verdict| {
            let said = (verdict, "looked at the PG's pages");
            engine::console::resolve(hub.engine(), hub.shop.id, "kim", &open[0].id, said).await
        };
        assert!(matches!(decide(None).await, Err(engine::Error::Invalid { .. })));
        decide(Some(Verdict::NotDone)).await.unwrap();
        assert_eq!(states(&hub, &sale.imp_uid).await, ["ship refused"]);
        assert!(jobs(&hub).await.is_empty(), "nothing is asked about any more");
        let again = decide(Some(Verdict::Done)).await;
        assert!(matches!(again, Err(engine::Error::NotFound(_))));
        hub.sandbox.clear_faults();
        assert_eq!(sale.one(&hub, "ship", 0).await.unwrap(), "DELIVERING");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_question_without_an_answer_is_told() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let path = format!("/payments/{}/naver/product-orders", sale.imp_uid);
        hub.fault(PG, "query", "timeout_before");
        let silent = hub.rest("GET", &path, serde_json::Value::Null).await.refusal();
        assert_eq!((silent.0, silent.1), (200, -1));
        hub.fault(PG, "query", "garbage");
        let reply = sale.post(&hub, "place", serde_json::json!({})).await.refusal();
        assert_eq!((reply.0, reply.1), (500, -1));
        assert!(states(&hub, &sale.imp_uid).await.is_empty(), "nothing was asked for");
        // The money went back, and only the look afterwards fails: a success all the same.
        let gate = hub.hold("cancel", Moment::After);
        let later = async {
            gate.arrived().await;
            hub.fault(PG, "query", "server_error");
            gate.open();
        };
        let (done, ()) = tokio::join!(sale.one(&hub, "cancel", 0), later);
        assert_eq!(done.unwrap(), "CANCELED CANCEL CANCEL_DONE");
        hub.settled().await;
    })
    .await;
}

/// A process dies while its request is on the way, before or after the PG saw it.
#[tokio::test]
async fn a_step_whose_process_died_is_settled_by_whoever_lives() {
    on_both(async |test| {
        let hub = hub(test).await;
        for moment in [Moment::Before, Moment::After] {
            let sale = sold(&hub, &format!("{moment:?}")).await;
            let gate = hub.hold("product-order-step", moment);
            let (engine, shop) = (hub.engine().clone(), hub.shop.id);
            let (imp_uid, ids) = (sale.imp_uid.clone(), vec![sale.ids[0].clone()]);
            let dies = tokio::spawn(async move {
                products::change(&engine, shop, &imp_uid, &ids, &ship()).await.map(drop)
            });
            gate.arrived().await;
            // Another replica must not take a step while this one may still arrive.
            let other = hub.base.replica(2);
            let ids = vec![sale.ids[0].clone()];
            let changed = products::change(&other, shop, &sale.imp_uid, &ids, &ship()).await;
            let changed = changed.unwrap();
            match moment {
                Moment::Before => {
                    assert!(changed.done.is_empty());
                    assert!(changed.failed[0].1.contains("이전 요청의"), "{:?}", changed.failed);
                }
                // It asks, learns that the first one went through, and is refused by the state.
                Moment::After => assert!(changed.failed[0].1.contains("이미 발송된")),
            }
            dies.abort();
            assert!(dies.await.is_err(), "it died");
            hub.advance(600).await;
            if moment == Moment::Before {
                assert_eq!(sale.one(&hub, "ship", 0).await.unwrap(), "DELIVERING");
            }
            // Asked within one millisecond, in whatever order their numbers are.
            let mut states = states(&hub, &sale.imp_uid).await;
            states.sort_unstable();
            assert_eq!(states, ["ship done", "ship refused"], "{moment:?}");
            assert_eq!(now(&hub, &sale.ids[0]).await, "DELIVERING");
        }
        assert!(jobs(&hub).await.is_empty());
        hub.settled().await;
    })
    .await;
}

fn ship() -> Task {
    let delivery = Delivery { method: "VISIT_RECEIPT".into(), company: None, tracking: None };
    Task::Step(Step::Ship { delivery, at: Millis(1_700_000_000_000) })
}
