//! Our books against the PGs', by the sandbox's own files and by inquiry: what agrees is no break,
//! what does not is told, and people decide about it two by two.

mod decisions;

use crate::cancels::paid;
use crate::vbank::text;
use crate::ways::{at_once, pgs};
use engine::reconcile::{self, Days, NoPace, Outcome};
use serde_json::json;
use store::channels::ChannelRow;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// The channel of a PG.
pub(crate) async fn channel(hub: &TestHub, pg: &str) -> ChannelRow {
    let all = store::channels::list(&hub.engine().db, hub.shop.id).await.unwrap();
    all.into_iter().find(|channel| channel.pg == pg).unwrap()
}

/// The day it is.
pub(crate) fn today(hub: &TestHub) -> Days {
    let day = domain::reconcile::day_of(hub.clock().read());
    Days { from: day, to: day }
}

/// The PG's own account of today, as it would be downloaded.
pub(crate) fn file(hub: &TestHub, pg: &str) -> String {
    hub.sandbox.settlement(pg, "").unwrap()
}

/// Compares a file with today's books.
pub(crate) async fn by_file(hub: &TestHub, pg: &str, text: &str) -> Outcome {
    let (channel, file) = (channel(hub, pg).await, ("pg.csv", text.as_bytes()));
    reconcile::from_file(hub.engine(), &channel, today(hub), "test", file, None).await.unwrap()
}

fn told(outcome: &Outcome) -> Vec<(&str, i64)> {
    outcome.open().map(|row| (row.kind.as_str(), row.difference)).collect()
}

#[tokio::test]
async fn what_was_really_paid_and_cancelled_agrees() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in at_once() {
            let name = way.name();
            paid(&hub, way, &format!("{name}-kept")).await;
            let whole = paid(&hub, way, &format!("{name}-whole")).await;
            hub.cancel(json!({"imp_uid": whole["imp_uid"]})).await.ok();
            if way.method != "phone" && way.pg != "alipay" {
                let part = paid(&hub, way, &format!("{name}-part")).await;
                for amount in [4000, 3000] {
                    let body = json!({"imp_uid": part["imp_uid"], "amount": amount});
                    hub.cancel(body).await.ok();
                }
            }
        }
        hub.settled().await;
        for pg in pgs().into_iter().map(|way| way.pg) {
            let outcome = by_file(&hub, pg, &file(&hub, pg)).await;
            assert_eq!(told(&outcome), [], "{pg}");
            assert!(outcome.run.matched > 0 && outcome.run.ours > 0, "{pg}: {:?}", outcome.run);
            assert_eq!(outcome.run.other_days + outcome.run.unasked, 0, "{pg}");
            let asked = channel(&hub, pg).await;
            let asked =
                reconcile::by_lookup(hub.engine(), &asked, today(&hub), "test", &NoPace, 5_000);
            match asked.await {
                Ok(outcome) => {
                    assert_eq!(told(&outcome), [], "{pg}");
                    let expected = (outcome.run.ours, 0);
                    assert!(outcome.run.matched > 0, "{pg}: {:?}", outcome.run);
                    assert_eq!((outcome.run.ours, outcome.run.unasked), expected, "{pg}");
                }
                Err(engine::Error::Unsupported(_)) => assert!(["nice", "alipay"].contains(&pg)),
                Err(other) => panic!("{pg}: {other}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_inquiry_without_an_answer_is_no_break() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = at_once().into_iter().find(|way| way.pg == "kicc").unwrap();
        paid(&hub, way, "one").await;
        paid(&hub, way, "two").await;
        let kicc = channel(&hub, "kicc").await;
        for fault in ["timeout_before", "server_error", "garbage"] {
            hub.faults("kicc", "lookup", fault, 1);
            let run =
                reconcile::by_lookup(hub.engine(), &kicc, today(&hub), "test", &NoPace, 5_000);
            let outcome = run.await.unwrap();
            assert_eq!(told(&outcome), [], "{fault}");
            assert_eq!((outcome.run.unasked, outcome.run.matched), (1, 1), "{fault}");
        }
        // KICC knows two days: afterwards it cannot be asked any more.
        let days = today(&hub);
        hub.clock().advance(5 * 86_400);
        let run = reconcile::by_lookup(hub.engine(), &kicc, days, "test", &NoPace, 5_000);
        let outcome = run.await.unwrap();
        assert_eq!((told(&outcome), outcome.run.unasked), (vec![], 2));
    })
    .await;
}

#[tokio::test]
async fn a_break_that_is_not_found_again_is_over_and_one_that_comes_back_is_open() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = at_once().into_iter().find(|way| way.pg == "kicc").unwrap();
        let payment = paid(&hub, way, "one").await;
        let whole = file(&hub, "kicc");
        let header = whole.lines().next().unwrap();
        let outcome = by_file(&hub, "kicc", &format!("{header}\n")).await;
        assert_eq!(told(&outcome), [("missing_at_pg", -14_000)]);
        let row = outcome.open().next().unwrap().clone();
        assert_eq!(row.imp_uid.as_deref(), Some(text(&payment, "imp_uid")));
        // The same again changes nothing.
        let again = by_file(&hub, "kicc", &format!("{header}\n")).await;
        let known = again.open().next().unwrap();
        assert_eq!(
            (known.id, known.version, known.first_run),
            (row.id, row.version, row.first_run)
        );
        let found = by_file(&hub, "kicc", &whole).await;
        assert_eq!(told(&found), []);
        assert_eq!(found.breaks[0].status, "vanished");
        let lost = by_file(&hub, "kicc", &format!("{header}\n")).await;
        assert_eq!(told(&lost), [("missing_at_pg", -14_000)]);
    })
    .await;
}

#[tokio::test]
async fn an_item_the_pg_books_on_its_next_day_stays_no_break() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = at_once().into_iter().find(|way| way.pg == "kicc").unwrap();
        paid(&hub, way, "one").await;
        let (kicc, days) = (channel(&hub, "kicc").await, today(&hub));
        let next = Days { from: days.from + 1, to: days.to + 1 };
        let whole = file(&hub, "kicc");
        let (header, row) = whole.trim_end().split_once('\n').unwrap();
        let today_text = reconcile::day_text(days.from);
        let moved = row.replace(&today_text, &reconcile::day_text(next.from));
        assert_ne!(moved, row);
        let run = async |days: Days, rows: &str| {
            let text = format!("{header}\n{rows}");
            let file = ("pg.csv", text.as_bytes());
            reconcile::from_file(hub.engine(), &kicc, days, "test", file, None).await.unwrap()
        };
        assert_eq!(told(&run(days, "").await), [("missing_at_pg", -14_000)]);
        let outcome = run(next, &moved).await;
        assert_eq!((told(&outcome), outcome.run.other_days), (vec![], 1));
        // The day itself, once more: what was found elsewhere stays found.
        let outcome = run(days, "").await;
        assert_eq!(told(&outcome), []);
        assert_eq!(outcome.breaks[0].status, "other_day");
    })
    .await;
}

#[tokio::test]
async fn a_file_of_another_contract_is_refused_and_one_that_cannot_be_read_is_named() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let kicc = channel(&hub, "kicc").await;
        let mut text = "order_no,kind,amount,at\n".to_owned();
        for number in 0..=reconcile::run::MOST {
            text.push_str(&format!("order-{number},approve,100,2026-11-22 10:00:00\n"));
        }
        let day = reconcile::day("date", "2026-11-22").unwrap();
        let days = Days { from: day, to: day };
        let run = async |text: &str| {
            let file = ("pg.csv", text.as_bytes());
            reconcile::from_file(hub.engine(), &kicc, days, "test", file, None).await
        };
        let why = run(&text).await.unwrap_err();
        assert!(matches!(why, engine::Error::Refused(_)), "{why}");
        let why = run("order_no,kind,amount,at\no,approve,1,yesterday\n").await.unwrap_err();
        assert!(why.to_string().contains("2행"), "{why}");
        let runs = reconcile::list::runs(hub.engine(), hub.shop.id, 10).await.unwrap();
        assert_eq!(runs, [], "nothing was kept");
    })
    .await;
}
