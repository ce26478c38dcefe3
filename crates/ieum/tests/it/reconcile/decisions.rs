//! Two people for every correction; a machine's remedy where there is one.

use super::{by_file, channel, file, told};
use crate::cancels::paid;
use crate::vbank::text;
use crate::ways::{Way, at_once};
use engine::reconcile::decide::{self, By, Proposal, suggested};
use engine::reconcile::{BreakRow, remedy};
use engine::staff::{CreateStaff, Role};
use engine::{Error, reconcile};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

fn kicc() -> Way {
    at_once().into_iter().find(|way| way.pg == "kicc").unwrap()
}

async fn person(hub: &TestHub, login: &str, role: Role) -> By {
    let new = CreateStaff { login: login.to_owned(), password: None, role };
    let made = engine::staff::create(hub.engine(), hub.shop.id, "test", new).await.unwrap();
    By { staff_id: made.id }
}

/// A payment the PG does not have, and its break.
async fn missing(hub: &TestHub) -> BreakRow {
    paid(hub, kicc(), "one").await;
    let whole = file(hub, "kicc");
    let header = whole.lines().next().unwrap();
    let outcome = by_file(hub, "kicc", &format!("{header}\n")).await;
    outcome.open().next().unwrap().clone()
}

fn forbidden(result: engine::Result<BreakRow>) {
    assert!(matches!(result, Err(Error::Forbidden(_))), "{result:?}");
}

fn refused(result: engine::Result<BreakRow>) {
    assert!(matches!(result, Err(Error::Refused(_))), "{result:?}");
}

#[tokio::test]
async fn a_correction_takes_two_people_and_is_made_once() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (engine, shop) = (hub.engine(), hub.shop.id);
        let row = missing(&hub).await;
        let one = person(&hub, "one", Role::Manager).await;
        let other = person(&hub, "other", Role::Manager).await;
        let looker = person(&hub, "looker", Role::Viewer).await;
        let proposal = suggested(&row).unwrap();
        assert_eq!((proposal.debit.as_str(), proposal.amount), ("correction", 14_000));
        forbidden(decide::propose(engine, shop, looker, row.id, proposal.clone()).await);
        let nobody = By { staff_id: 1 };
        forbidden(decide::propose(engine, shop, nobody, row.id, proposal.clone()).await);
        refused(decide::approve(engine, shop, other, row.id).await);
        let proposed = decide::propose(engine, shop, one, row.id, proposal.clone()).await.unwrap();
        assert_eq!(proposed.status, "proposed");
        refused(decide::propose(engine, shop, other, row.id, proposal).await);
        forbidden(decide::approve(engine, shop, one, row.id).await);
        forbidden(decide::approve(engine, shop, looker, row.id).await);
        let before = entries(&hub, &row).await;
        let (first, second) = tokio::join!(
            decide::approve(engine, shop, other, row.id),
            decide::approve(engine, shop, other, row.id),
        );
        assert_eq!([&first, &second].iter().filter(|done| done.is_ok()).count(), 1);
        refused(decide::approve(engine, shop, other, row.id).await);
        assert_eq!(entries(&hub, &row).await, before + 1, "one entry, by two people");
        let lines = engine::audit::recent(engine, shop, i64::MAX, 10).await.unwrap();
        let acts: Vec<(&str, &str)> =
            lines.iter().map(|line| (line.action.as_str(), line.actor.as_str())).collect();
        assert_eq!(acts[..2], [("reconcile.approve", "other"), ("reconcile.propose", "one")]);
        // Compared again, what was decided stays decided.
        let whole = file(&hub, "kicc");
        let outcome = by_file(&hub, "kicc", &format!("{}\n", whole.lines().next().unwrap())).await;
        assert_eq!(told(&outcome), []);
        assert_eq!(outcome.breaks[0].status, "corrected");
    })
    .await;
}

/// How many entries the ledger has of what a break is about.
async fn entries(hub: &TestHub, row: &BreakRow) -> usize {
    let (engine, imp_uid) = (hub.engine(), row.imp_uid.as_deref().unwrap());
    engine::ledger::entries(engine, hub.shop.id, imp_uid).await.unwrap().len()
}

#[tokio::test]
async fn a_proposal_is_checked_taken_back_and_a_break_closed_with_a_note() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (engine, shop) = (hub.engine(), hub.shop.id);
        let row = missing(&hub).await;
        let one = person(&hub, "one", Role::Manager).await;
        let good = suggested(&row).unwrap();
        for (wrong, field) in [
            (Proposal { reason: " ".into(), ..good.clone() }, "reason"),
            (Proposal { amount: 0, ..good.clone() }, "amount"),
            (Proposal { amount: -1, ..good.clone() }, "amount"),
            (Proposal { debit: "cash".into(), ..good.clone() }, "debit"),
            (Proposal { credit: "pg:1".into(), ..good.clone() }, "credit"),
            (Proposal { credit: good.debit.clone(), ..good.clone() }, "credit"),
        ] {
            let why = decide::propose(engine, shop, one, row.id, wrong).await.unwrap_err();
            assert!(why.to_string().starts_with(field), "{why}");
        }
        decide::propose(engine, shop, one, row.id, good.clone()).await.unwrap();
        refused(decide::close(engine, shop, one, row.id, "why").await);
        let back = decide::reject(engine, shop, one, row.id, "not so").await.unwrap();
        assert_eq!(back.status, "open");
        assert!(decide::close(engine, shop, one, row.id, " ").await.is_err());
        let closed = decide::close(engine, shop, one, row.id, "known").await.unwrap();
        assert_eq!((closed.status.as_str(), closed.note.as_deref()), ("closed", Some("known")));
        refused(decide::propose(engine, shop, one, row.id, good).await);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_payment_is_asked_about_instead_of_corrected() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        hub.fault("kicc", "approve", "timeout_after");
        hub.faults("kicc", "lookup", "down", -1);
        hub.pay(&kicc().param("one"), kicc().device, "approve").await;
        let imp_uid = text(&hub.order("one").await, "imp_uid").to_owned();
        assert_eq!(hub.state(&imp_uid).await, "unknown");
        let outcome = by_file(&hub, "kicc", &file(&hub, "kicc")).await;
        assert_eq!(told(&outcome), [("unknown_here", 14_000)]);
        let row = outcome.open().next().unwrap().clone();
        let one = person(&hub, "one", Role::Manager).await;
        refused(remedy::remedy(hub.engine(), hub.shop.id, one, row.id).await);
        hub.sandbox.clear_faults();
        let done = remedy::remedy(hub.engine(), hub.shop.id, one, row.id).await.unwrap();
        assert_eq!((done.status.as_str(), done.note.as_deref()), ("remedied", Some("paid")));
        let outcome = by_file(&hub, "kicc", &file(&hub, "kicc")).await;
        assert_eq!((told(&outcome), outcome.run.matched), (vec![], 1));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn money_of_a_failed_payment_is_written_down_and_shown_to_a_person() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        hub.pay(&kicc().param("one"), kicc().device, "decline").await;
        let imp_uid = text(&hub.order("one").await, "imp_uid").to_owned();
        assert_eq!(hub.state(&imp_uid).await, "failed");
        let mid = channel(&hub, "kicc").await.mid;
        let at = hub.clock().read().kst_text();
        let rows =
            format!("mid,tid,order_no,kind,amount,at\n{mid},T,{imp_uid},approve,14000,{at}\n");
        let outcome = by_file(&hub, "kicc", &rows).await;
        assert_eq!(told(&outcome), [("unpaid_here", 14_000)]);
        let row = outcome.open().next().unwrap().clone();
        let offered = remedy::offered(hub.engine(), &row).await.unwrap();
        assert_eq!(offered, Some(remedy::Remedy::MoneyAfterEnd));
        let one = person(&hub, "one", Role::Manager).await;
        remedy::remedy(hub.engine(), hub.shop.id, one, row.id).await.unwrap();
        refused(remedy::remedy(hub.engine(), hub.shop.id, one, row.id).await);
        assert_eq!(hub.attentions(&imp_uid).await, ["money_after_failure"]);
        assert_eq!(hub.state(&imp_uid).await, "failed", "the payment stays what it is");
    })
    .await;
}

#[tokio::test]
async fn money_nobody_knows_is_corrected_without_a_payment() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (engine, shop) = (hub.engine(), hub.shop.id);
        let mid = channel(&hub, "kicc").await.mid;
        let at = hub.clock().read().kst_text();
        let rows =
            format!("mid,tid,order_no,kind,amount,at\n{mid},T9,elsewhere,approve,500,{at}\n");
        let outcome = by_file(&hub, "kicc", &rows).await;
        assert_eq!(told(&outcome), [("missing_here", 500)]);
        let row = outcome.open().next().unwrap().clone();
        let proposal = suggested(&row).unwrap();
        assert_eq!((proposal.credit.as_str(), proposal.amount), ("suspense", 500));
        let one = person(&hub, "one", Role::Manager).await;
        let other = person(&hub, "other", Role::Owner).await;
        decide::propose(engine, shop, one, row.id, proposal).await.unwrap();
        decide::approve(engine, shop, other, row.id).await.unwrap();
        let chain = reconcile::entry_chain(row.id);
        let made = engine::ledger::entries(engine, shop, &chain).await.unwrap();
        assert_eq!(made.len(), 1);
        assert_eq!((made[0].amount, made[0].credit.as_str()), (500, "suspense"));
    })
    .await;
}
