//! Payments from before the ledger: opened once, by whoever is first, and never again.

use super::{balance, lines, tamper};
use crate::cancels::paid;
use crate::vbank::{issued, text};
use crate::ways::{at_once, by_deposit};
use serde_json::json;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// The database as the migration leaves one that has payments.
async fn forget(hub: &TestHub) {
    let forget = [
        "delete from ledger".to_owned(),
        "delete from ledger_seals".to_owned(),
        "update payments set ledger_seq = -1, ledger_hash = ''".to_owned(),
    ];
    tamper(hub, &forget).await;
}

#[tokio::test]
async fn what_is_older_than_the_ledger_is_opened_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (card, account) = (at_once()[0], by_deposit()[0]);
        let whole = paid(&hub, card, "whole").await;
        let part = paid(&hub, card, "part").await;
        hub.cancel(json!({"imp_uid": part["imp_uid"], "amount": 4_000})).await.ok();
        let back = paid(&hub, card, "back").await;
        hub.cancel(json!({"imp_uid": back["imp_uid"]})).await.ok();
        let next = paid(&hub, card, "next").await;
        let closed = issued(&hub, account, "closed").await;
        hub.cancel(json!({"imp_uid": closed["imp_uid"]})).await.ok();
        let waiting = issued(&hub, account, "waiting").await;
        hub.settled().await;
        forget(&hub).await;
        let report = hub.verify().await;
        assert!(report.is_whole(), "{:?}", report.breaks);
        assert_eq!((report.unopened, report.entries), (4, 0));
        // One moves before anybody opens it; two processes open the others.
        hub.cancel(json!({"imp_uid": next["imp_uid"], "amount": 1_000})).await.ok();
        let opened = ["opening sales>pg 14000", "cancel pg>refunds 1000"];
        assert_eq!(lines(&hub, text(&next, "imp_uid")).await, opened);
        let before = hub.payment(text(&whole, "imp_uid")).await;
        let other = hub.base.replica(7);
        let (one, two) =
            tokio::join!(engine::ledger::tend(hub.engine()), engine::ledger::tend(&other));
        one.and(two).unwrap();
        assert_eq!(hub.payment(text(&whole, "imp_uid")).await, before);
        for (payment, entries) in [
            (&whole, &["opening sales>pg 14000"][..]),
            (&part, &["opening sales>pg 14000", "opening pg>refunds 4000"]),
            (&back, &["opening sales>pg 14000", "opening pg>refunds 14000"]),
            (&next, &opened),
            (&closed, &[]),
            (&waiting, &[]),
        ] {
            assert_eq!(lines(&hub, text(payment, "imp_uid")).await, entries);
        }
        hub.deposit(text(&waiting, "imp_uid"), json!({})).await.ok();
        assert_eq!(lines(&hub, text(&waiting, "imp_uid")).await, ["deposit sales>pg 14000"]);
        assert_eq!(balance(&hub, "pg").await, 14_000 + 10_000 + 13_000 + 14_000);
        let report = hub.verify().await;
        assert_eq!((report.unopened, report.seals), (0, 1));
        hub.settled().await;
        // The ledger has begun: a payment made older than it is not opened any more.
        let imp_uid = text(&whole, "imp_uid");
        let older = [
            format!("delete from ledger where imp_uid = '{imp_uid}'"),
            format!(
                "update payments set ledger_seq = -1, ledger_hash = '' where imp_uid = '{imp_uid}'"
            ),
        ];
        tamper(&hub, &older).await;
        engine::ledger::tend(hub.engine()).await.unwrap();
        let report = hub.verify().await;
        let found: Vec<&str> = report.breaks.iter().map(|it| it.imp_uid.as_str()).collect();
        assert_eq!(found, [imp_uid, ""], "{:?}", report.breaks);
    })
    .await;
}

#[tokio::test]
async fn more_payments_than_one_batch_are_opened() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let payment = paid(&hub, at_once()[0], "first").await;
        let imp_uid = text(&payment, "imp_uid");
        let row = store::payments::find(&hub.engine().db, hub.shop.id, imp_uid).await;
        let row = row.unwrap().unwrap();
        let mut batch = store::Batch::new();
        for number in 0..450 {
            let mut copy = row.clone();
            copy.imp_uid = format!("imp_9{number:011}");
            copy.merchant_uid = format!("old-{number}");
            store::payments::insert(&mut batch, &copy);
        }
        hub.engine().db.commit(batch).await.unwrap();
        forget(&hub).await;
        engine::ledger::tend(hub.engine()).await.unwrap();
        let report = hub.verify().await;
        assert!(report.is_whole(), "{:?}", report.breaks);
        assert_eq!((report.payments, report.entries, report.unopened), (451, 451, 0));
        assert_eq!(balance(&hub, "pg").await, 451 * 14_000);
    })
    .await;
}
