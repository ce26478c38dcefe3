//! Every kind of movement, at the public face.

use super::{balance, lines};
use crate::cancels::paid;
use crate::vbank::{issued, text};
use crate::ways::{at_once, by_deposit};
use domain::Money;
use domain::payment::Event;
use engine::commit::{Actor, Change};
use engine::ledger::{Account, Correction, correct};
use serde_json::{Value, json};
use store::Batch;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

#[tokio::test]
async fn what_is_paid_and_given_back_is_entered_as_it_moves() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in at_once().into_iter().filter(|way| way.pg != "alipay") {
            let order = way.name();
            let before = balance(&hub, "pg").await;
            let payment = paid(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            assert_eq!(lines(&hub, imp_uid).await, ["approval sales>pg 14000"], "{order}");
            if way.method != "phone" {
                hub.cancel(json!({"imp_uid": imp_uid, "amount": 4_000})).await.ok();
                let refused = hub.cancel(json!({"imp_uid": imp_uid, "amount": 10_001})).await;
                assert_eq!(refused.refusal().1, 1, "{order}");
                assert_eq!(balance(&hub, "pg").await - before, 10_000, "{order}");
                hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
                let all = ["approval sales>pg 14000", "cancel pg>refunds 4000"];
                let all = [all[0], all[1], "cancel pg>refunds 10000"];
                assert_eq!(lines(&hub, imp_uid).await, all, "{order}");
                assert_eq!(balance(&hub, "pg").await, before, "{order}");
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_does_not_move_is_not_entered() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            assert!(lines(&hub, imp_uid).await.is_empty(), "{order}: nobody paid");
            hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
            assert!(lines(&hub, imp_uid).await.is_empty(), "{order}: closed");
        }
        for way in at_once() {
            let order = format!("{}-no", way.name());
            hub.pay(&way.param(&order), way.device, "cancel").await;
            let payment = hub.order(&order).await;
            assert_ne!(payment["status"], "paid", "{order}");
            assert!(lines(&hub, text(&payment, "imp_uid")).await.is_empty(), "{order}");
        }
        // The PG approved another amount, which was given back at once: it never counted.
        let way = at_once()[0];
        for operation in ["approve", "lookup"] {
            hub.faults(way.books(), operation, "wrong_amount", -1);
        }
        hub.pay(&way.param("wrong"), way.device, "approve").await;
        hub.advance(600).await;
        hub.sandbox.clear_faults();
        hub.advance(7_200).await;
        let payment = hub.order("wrong").await;
        assert_eq!(payment["status"], "failed");
        assert!(lines(&hub, text(&payment, "imp_uid")).await.is_empty());
        assert_eq!(balance(&hub, "pg").await, 0);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn deposits_that_belong_to_nobody_wait_in_suspense() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let payment = issued(&hub, way, &order).await;
            let imp_uid = text(&payment, "imp_uid");
            hub.deposit(imp_uid, json!({})).await.ok();
            let closed = issued(&hub, way, &format!("{order}-closed")).await;
            hub.cancel(json!({"imp_uid": closed["imp_uid"]})).await.ok();
            let other = issued(&hub, way, &format!("{order}-other")).await;
            hub.clock().advance(60);
            hub.deposit(text(&other, "imp_uid"), json!({})).await.ok();
            let notice = hub.notices(way.pg, text(&other, "imp_uid")).pop().unwrap();
            // The words of another account's notice, about one that is paid and one that is closed.
            for into in [&payment, &closed] {
                let mut body = text(&notice, "body").to_owned();
                for key in ["pg_tid", "imp_uid", "vbank_num"] {
                    body = body.replace(text(&other, key), text(into, key));
                }
                let fields = body.split('&').filter(|field| !field.starts_with("Signature="));
                let body = fields.collect::<Vec<_>>().join("&");
                for _ in 0..2 {
                    let kind = text(&notice, "content_type");
                    let (_, reply) = hub.notice(way.pg, [127, 0, 0, 1], kind, &body).await;
                    assert!(reply.contains(text(&notice, "wanted")), "{order}: {reply}");
                }
            }
            let twice = ["deposit sales>pg 14000", "second_deposit suspense>pg 14000"];
            assert_eq!(lines(&hub, imp_uid).await, twice, "{order}");
            let late = lines(&hub, text(&closed, "imp_uid")).await;
            assert_eq!(late, ["late_deposit suspense>pg 14000"], "{order}");
            assert_eq!(hub.attentions(imp_uid).await, ["second_deposit"], "{order}");
            assert_eq!(hub.payment(imp_uid).await["status"], "paid", "{order}");
        }
        let each = i128::try_from(by_deposit().len()).unwrap() * 14_000;
        assert_eq!(balance(&hub, "suspense").await, -2 * each);
        assert_eq!(balance(&hub, "pg").await, 4 * each);
        hub.ledger_is_whole().await;
    })
    .await;
}

#[tokio::test]
async fn charges_checks_of_a_card_and_keys() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let card = |order: &str| {
            json!({"card_number": "4111-1111-1111-1111", "expiry": "2030-12", "birth": "880101",
                "pwd_2digit": "12", "merchant_uid": order, "amount": 1_004, "name": "단건"})
        };
        let once = hub.rest("POST", "/subscribe/payments/onetime", card("once")).await.ok();
        assert_eq!(lines(&hub, text(&once, "imp_uid")).await, ["approval sales>pg 1004"]);
        // An answer that never came, found out afterwards.
        let mut silent = card("silent");
        silent["card_number"] = "4000000000000119".into();
        hub.rest("POST", "/subscribe/payments/onetime", silent).await;
        hub.advance(3_600).await;
        let silent = hub.order("silent").await;
        let entered = lines(&hub, text(&silent, "imp_uid")).await;
        assert_eq!(entered.len(), usize::from(silent["status"] == "paid"), "{silent}");
        // A plan whose card is tried with an amount first, which goes back.
        let plan = json!({"customer_uid": "checked", "checking_amount": 1_000,
            "card_number": "4111111111111111", "expiry": "2030-12", "birth": "880101",
            "pwd_2digit": "12", "schedules": [
                {"merchant_uid": "month", "schedule_at": 1_700_086_400, "amount": 9_900}]});
        hub.rest("POST", "/subscribe/payments/schedule", plan).await.ok();
        hub.run_jobs().await;
        let sql = "select imp_uid from payments where customer_uid_usage = 'payment.check'";
        let rows = hub.engine().db.rows(sql, &[]).await.unwrap();
        assert_eq!(rows.len(), 1);
        let tried = lines(&hub, rows[0].str("imp_uid").unwrap()).await;
        assert_eq!(tried, ["approval sales>pg 1000", "cancel pg>refunds 1000"]);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_approval_found_after_the_failure_is_entered_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = at_once()[0];
        hub.pay(&way.param("late"), way.device, "cancel").await;
        let payment = hub.order("late").await;
        let imp_uid = text(&payment, "imp_uid");
        for _ in 0..2 {
            let db = &hub.engine().db;
            let row = store::payments::find(db, hub.shop.id, imp_uid).await.unwrap().unwrap();
            let amount: Money = row.payment.amount;
            let mut change = Change::new(hub.engine(), row, Actor::Job, hub.clock().read());
            change.apply(Event::Approved(amount)).unwrap();
            change.commit(hub.engine()).await.unwrap();
        }
        assert_eq!(lines(&hub, imp_uid).await, ["late_approval suspense>pg 14000"]);
        hub.ledger_is_whole().await;
    })
    .await;
}

fn correction(debit: Account, credit: Account, amount: i64) -> Correction {
    Correction {
        debit,
        credit,
        amount,
        operation_id: "break-1".to_owned(),
        reason: "PG 장부에는 취소되어 있음".to_owned(),
        actor: Actor::Console,
        by: "owner@shop.test, second@shop.test".to_owned(),
    }
}

#[tokio::test]
async fn a_correction_changes_the_ledger_and_not_the_payment() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let payment = paid(&hub, at_once()[0], "corrected").await;
        let imp_uid = text(&payment, "imp_uid");
        let row = store::payments::find(&hub.engine().db, hub.shop.id, imp_uid).await;
        let pg = Account::Pg(row.unwrap().unwrap().channel_id);
        let put = async |correction: Correction| {
            correct(hub.engine(), hub.shop.id, imp_uid, &correction, Batch::new()).await
        };
        let other = Account::Pg(1);
        let good = correction(Account::Correction, pg, 4_000);
        for bad in [
            correction(pg, pg, 1),
            correction(pg, other, 1),
            correction(Account::Correction, pg, 0),
            correction(Account::Correction, pg, -1),
            Correction { reason: "  ".to_owned(), ..good.clone() },
            Correction { operation_id: "x".repeat(65), ..good.clone() },
        ] {
            assert!(put(bad.clone()).await.is_err(), "{bad:?}");
        }
        let stranger = correct(hub.engine(), hub.shop.id, "imp_1", &good, Batch::new()).await;
        assert!(stranger.is_err());
        assert_eq!(put(good.clone()).await.unwrap().ledger_seq, 2);
        assert_eq!(hub.payment(imp_uid).await, payment, "nothing of the payment changes");
        let all = ["approval sales>pg 14000", "correction pg>correction 4000"];
        assert_eq!(lines(&hub, imp_uid).await, all);
        assert_eq!(balance(&hub, "pg").await, 10_000);
        // With the caller's own row: both or none.
        let mut refused = Batch::new();
        let sql = "update payments set version = version where imp_uid = $1";
        refused.expect_one("correction made", sql, store::args!["imp_nobody"]);
        let made = correct(hub.engine(), hub.shop.id, imp_uid, &good, refused).await;
        assert!(matches!(made, Err(engine::commit::Conflict::CorrectionMade)), "{made:?}");
        assert_eq!(lines(&hub, imp_uid).await, all);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_ledger_at_work_is_verified_all_the_time() {
    on_both(async |test| {
        let hub = std::sync::Arc::new(TestHub::new(test).await);
        let way = at_once()[0];
        let mut payments: Vec<Value> = Vec::new();
        for number in 0..6 {
            payments.push(paid(&hub, way, &format!("order-{number}")).await);
        }
        let mut working = tokio::task::JoinSet::new();
        for payment in payments {
            let hub = hub.clone();
            working.spawn(async move {
                for amount in [1_000, 2_000, 3_000] {
                    let body = json!({"imp_uid": payment["imp_uid"], "amount": amount});
                    hub.cancel(body).await.ok();
                }
            });
        }
        let mut looked = 0;
        while !working.is_empty() {
            let report = hub.verify().await;
            assert!(report.is_whole(), "{:?}", report.breaks);
            looked += 1;
            drop(tokio::time::timeout(std::time::Duration::ZERO, working.join_next()).await);
        }
        assert!(looked > 0);
        assert_eq!(hub.verify().await.entries, 6 * 4);
        hub.settled().await;
    })
    .await;
}
