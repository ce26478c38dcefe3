//! PGs that stay silent, and people who find out in their place: what is shown, what closes it, and
//! what a verdict does.

use crate::cancels::paid;
use crate::vbank::text;
use crate::ways::{Way, pgs};
use engine::Error;
use engine::console::Verdict;
use serde_json::json;
use store::attentions::AttentionRow;
use testkit::browser::Ending;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// Ten questions and more.
const LONG: i64 = 3_600;
const LATER: i64 = 7_200;

async fn open(hub: &TestHub, imp_uid: &str) -> Vec<AttentionRow> {
    let all = store::attentions::open(&hub.engine().db, hub.shop.id, 100).await.unwrap();
    all.into_iter().filter(|row| row.imp_uid == imp_uid).collect()
}

async fn decide(hub: &TestHub, id: &str, verdict: Option<Verdict>) -> engine::Result<()> {
    let said = (verdict, "looked at the PG's pages");
    engine::console::resolve(hub.engine(), hub.shop.id, "kim", id, said).await
}

/// Who closed what there was about a payment.
async fn closed(hub: &TestHub, imp_uid: &str) -> Vec<(String, String)> {
    let all = store::attentions::resolved(&hub.engine().db, hub.shop.id, 100).await.unwrap();
    let mine = all.into_iter().filter(|row| row.imp_uid == imp_uid && row.resolved_at.is_some());
    mine.map(|row| (row.kind, row.resolved_by.unwrap_or_default())).collect()
}

/// An approval that is booked, whose answer and every answer after it are lost.
async fn silent(hub: &TestHub, way: Way, order: &str) -> String {
    hub.fault(way.books(), "approve", "timeout_after");
    for asked in ["lookup", "net_cancel", "cancel"] {
        hub.faults(way.books(), asked, "timeout_before", -1);
    }
    let ending = hub.pay(&way.param(order), way.device, "approve").await;
    assert_eq!(ending, Ending::Waiting, "{order}");
    hub.advance(600).await;
    let payment = hub.order(order).await;
    let imp_uid = text(&payment, "imp_uid").to_owned();
    assert!(open(hub, &imp_uid).await.is_empty(), "{order}: it may still speak");
    hub.advance(LONG).await;
    imp_uid
}

#[tokio::test]
async fn a_silent_pg_is_shown_and_what_it_says_at_last_closes_that() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            let order = way.name();
            let imp_uid = silent(&hub, way, &order).await;
            assert_eq!(hub.attentions(&imp_uid).await, ["approval_unknown"], "{order}");
            assert_eq!(hub.order(&order).await["status"], "ready", "{order}: not failed");
            hub.sandbox.clear_faults();
            hub.advance(LATER).await;
            let state = hub.state(&imp_uid).await;
            assert!(["paid", "failed"].contains(&state.as_str()), "{order} is {state}");
            assert!(open(&hub, &imp_uid).await.is_empty(), "{order}: found out");
            let by = closed(&hub, &imp_uid).await;
            assert_eq!(by, [("approval_unknown".to_owned(), "job".to_owned())], "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_person_ends_an_approval_nobody_can_look_up() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        // Nothing was booked; the PG never speaks again.
        hub.fault(way.books(), "approve", "timeout_before");
        hub.faults(way.books(), "lookup", "timeout_before", -1);
        hub.pay(&way.param("order"), way.device, "approve").await;
        hub.advance(LONG).await;
        hub.advance(LONG).await;
        let imp_uid = text(&hub.order("order").await, "imp_uid").to_owned();
        let id = open(&hub, &imp_uid).await.remove(0).id;
        assert!(matches!(decide(&hub, &id, None).await, Err(Error::Invalid { .. })));
        // A payment needs the PG's own answer to be paid.
        let paid = decide(&hub, &id, Some(Verdict::Done)).await;
        assert!(matches!(paid, Err(Error::Invalid { .. })));
        decide(&hub, &id, Some(Verdict::NotDone)).await.unwrap();
        let payment = hub.order("order").await;
        assert_eq!(payment["status"], "failed");
        assert!(text(&payment, "fail_reason").contains("담당자"));
        assert_eq!(closed(&hub, &imp_uid).await[0].1, "kim");
        let again = decide(&hub, &id, Some(Verdict::NotDone)).await;
        assert!(matches!(again, Err(Error::NotFound(_))));
        // The order is free again.
        hub.sandbox.clear_faults();
        hub.advance(LATER).await;
        assert!(hub.pay(&way.param("order"), way.device, "approve").await.is_success());
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_person_ends_cancels_and_each_is_shown_by_itself() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        // NICE has no inquiry for parts.
        let way = pgs()[2];
        let imp_uid = text(&paid(&hub, way, "parts").await, "imp_uid").to_owned();
        for (fault, verdict, left) in [
            ("timeout_after", Verdict::Done, 9_000),
            ("timeout_before", Verdict::NotDone, 9_000),
            ("timeout_after", Verdict::Done, 4_000),
        ] {
            hub.fault("nice", "cancel", fault);
            let part = json!({"imp_uid": imp_uid, "amount": 5_000});
            assert_eq!(hub.cancel(part).await.refusal().1, -1, "{fault}: nobody knows");
            hub.advance(LATER).await;
            let shown = open(&hub, &imp_uid).await;
            assert_eq!(shown.len(), 1, "{fault}: {shown:?}");
            decide(&hub, &shown[0].id, Some(verdict)).await.unwrap();
            assert_eq!(hub.held("nice", &imp_uid), left, "{fault}");
            let payment = hub.payment(&imp_uid).await;
            assert_eq!(payment["cancel_amount"].as_i64(), Some(14_000 - left), "{fault}");
            assert!(open(&hub, &imp_uid).await.is_empty(), "{fault}");
        }
        assert_eq!(closed(&hub, &imp_uid).await.len(), 3);
        // The rest can be cancelled as ever.
        hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
        assert_eq!(hub.held("nice", &imp_uid), 0);
        hub.settled().await;
    })
    .await;
}
