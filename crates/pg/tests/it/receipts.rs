//! Cash receipts: issued once, taken back whole, and never lost with an answer.

use crate::lost::{nonsense, unknown};
use crate::stage::{Check, PRICE, Stage, ensure, everywhere, run};
use pg::capability::cash_receipt::{
    CashReceipts, IdKind, IssueSettled, Issued, Purpose, ReceiptAsked, ReceiptOrder, Revoke,
};
use pg::sim::Trade;
use pg::sim::transport::Fault;
use pg::{Buyer, CancelDone, CancelSettled, Device, PgError};

/// Receipts do not depend on how the money came: one way per PG is enough.
fn able(stage: &Stage) -> bool {
    let first = stage.pg.spec().methods.first() == Some(&stage.method);
    first && stage.device == Device::Pc && stage.pg.cash_receipts().is_some()
}

fn verbs(stage: &Stage) -> &'static dyn CashReceipts {
    stage.pg.cash_receipts().unwrap()
}

fn order(stage: &Stage, number: &str, id: &str) -> ReceiptOrder {
    let asked = ReceiptAsked {
        order_no: number.to_owned(),
        amount: stage.money(PRICE),
        tax_free: stage.money(8_000),
        vat: stage.money(2_000),
        asked_at: stage.transport.at(),
    };
    ReceiptOrder {
        asked,
        name: "주문명:결제테스트".into(),
        purpose: Purpose::Person,
        id_kind: IdKind::Phone,
        id: zeroize::Zeroizing::new(id.to_owned()),
        buyer: Buyer { name: "홍길동".into(), ..Buyer::default() },
    }
}

fn issue(stage: &Stage, order: &ReceiptOrder) -> Result<Issued, PgError> {
    run(verbs(stage).issue(&stage.cx(&order.asked.order_no), order))
}

fn settle(stage: &Stage, order: &ReceiptOrder) -> Result<IssueSettled, PgError> {
    run(verbs(stage).settle_issue(&stage.cx(&order.asked.order_no), &order.asked))
}

fn back(stage: &Stage, order: &ReceiptOrder, issued: &Issued) -> Revoke {
    Revoke {
        asked: order.asked.clone(),
        tid: issued.tid.clone(),
        issued_at: order.asked.asked_at,
        revoked_at: stage.transport.at(),
        reason: "고객 변심".into(),
    }
}

fn revoke(stage: &Stage, number: &str, revoke: &Revoke) -> Result<CancelDone, PgError> {
    run(verbs(stage).revoke(&stage.cx(number), revoke))
}

fn receipts(stage: &Stage) -> Vec<Trade> {
    let trades = stage.transport.trades(stage.sim.pg());
    trades.into_iter().filter(|trade| trade.method == "cash_receipt").collect()
}

fn states(stage: &Stage) -> Vec<String> {
    receipts(stage).into_iter().map(|trade| trade.state).collect()
}

#[test]
fn a_receipt_is_issued_and_taken_back_once() {
    everywhere(able, |stage| {
        let order = order(stage, "r1", "01012345678");
        verbs(stage).check(&order).map_err(|error| error.to_string())?;
        let issued = issue(stage, &order).map_err(|error| error.to_string())?;
        ensure!(!issued.number.is_empty(), "no number of the tax office");
        let books = receipts(stage);
        let [trade] = books.as_slice() else { return Err(format!("{books:?}")) };
        ensure!((&trade.tid, trade.amount) == (&issued.tid, PRICE), "{trade:?}");
        ensure!(trade.held() == 0, "a receipt holds money");
        stage.wait(60);
        let back = back(stage, &order, &issued);
        let done = revoke(stage, "r1c1", &back).map_err(|error| error.to_string())?;
        ensure!(!done.tid.is_empty(), "no number");
        ensure!(states(stage) == ["cancelled"], "{:?}", states(stage));
        match revoke(stage, "r1c2", &back) {
            Err(PgError::Declined { .. }) => Ok(()),
            other => Err(format!("taken back twice: {other:?}")),
        }
    });
}

#[test]
fn a_business_has_one_too_and_another_buyer_another() {
    everywhere(able, |stage| {
        let mut order = order(stage, "r1", "1208147521");
        (order.purpose, order.id_kind) = (Purpose::Company, IdKind::Business);
        let first = issue(stage, &order).map_err(|error| error.to_string())?;
        stage.wait(1);
        let other = self::order(stage, "r2", "01112345678");
        let second = issue(stage, &other).map_err(|error| error.to_string())?;
        ensure!(first.tid != second.tid, "one number for two receipts");
        ensure!(states(stage) == ["issued", "issued"], "{:?}", states(stage));
        Ok(())
    });
}

#[test]
fn a_refusal_is_told_in_the_pgs_words_and_leaves_nothing() {
    everywhere(able, |stage| match issue(stage, &order(stage, "r1", "01000000000")) {
        Err(PgError::Declined { message, .. }) if !message.is_empty() => {
            ensure!(receipts(stage).is_empty(), "booked all the same");
            Ok(())
        }
        other => Err(format!("{other:?}")),
    });
}

/// What settling says must be what the books say.
fn settles(stage: &Stage, order: &ReceiptOrder) -> Check {
    let settled = settle(stage, order).map_err(|error| format!("settle: {error}"))?;
    let mine = receipts(stage)
        .into_iter()
        .rfind(|trade| trade.order_no == order.asked.order_no || trade.order_no.is_empty());
    match (settled, mine) {
        (IssueSettled::Issued(issued), Some(trade)) => {
            ensure!(issued.tid == trade.tid && trade.state == "issued", "{trade:?}");
        }
        (IssueSettled::Voided, Some(trade)) => ensure!(trade.state == "cancelled", "{trade:?}"),
        (IssueSettled::Nothing, None) => {}
        (IssueSettled::CannotTell(why), _) => ensure!(!why.is_empty(), "no word about why"),
        (settled, trade) => return Err(format!("settled as {settled:?}: {trade:?}")),
    }
    Ok(())
}

#[test]
fn an_issue_without_a_usable_answer_is_settled() {
    everywhere(able, |stage| {
        for (number, fault) in nonsense().chain([Fault::LoseAnswer]).enumerate() {
            let order = order(stage, &format!("r{number}"), "01012345678");
            stage.transport.fail_next("receipt", fault.clone());
            unknown(&format!("{fault:?}"), issue(stage, &order))?;
            stage.wait(60);
            settles(stage, &order).map_err(|why| format!("{fault:?}: {why}"))?;
        }
        Ok(())
    });
}

#[test]
fn an_issue_that_never_arrived_is_no_receipt() {
    everywhere(able, |stage| {
        let order = order(stage, "r1", "01012345678");
        stage.transport.fail_next("receipt", Fault::NotSent);
        match issue(stage, &order) {
            Err(PgError::Unavailable(_)) => {}
            other => return Err(format!("not sent, but {other:?}")),
        }
        stage.transport.fail_next("receipt", Fault::LoseRequest);
        unknown("a lost request", issue(stage, &order))?;
        stage.wait(60);
        settles(stage, &order)?;
        ensure!(receipts(stage).is_empty(), "a receipt came from nothing");
        Ok(())
    });
}

#[test]
fn taking_back_without_a_usable_answer_is_settled() {
    everywhere(able, |stage| {
        for (number, fault) in nonsense().chain([Fault::LoseAnswer]).enumerate() {
            let order = order(stage, &format!("r{number}"), "01012345678");
            let issued = issue(stage, &order).map_err(|error| error.to_string())?;
            stage.wait(60);
            let back = back(stage, &order, &issued);
            stage.transport.fail_next("cancel", fault.clone());
            let own = format!("r{number}c1");
            unknown(&format!("{fault:?}"), revoke(stage, &own, &back))?;
            stage.wait(60);
            match run(verbs(stage).settle_revoke(&stage.cx(&own), &back)) {
                Ok(CancelSettled::Done(done)) => ensure!(!done.tid.is_empty(), "no number"),
                other => return Err(format!("{fault:?}: settled as {other:?}")),
            }
        }
        ensure!(states(stage).iter().all(|state| state == "cancelled"), "{:?}", states(stage));
        Ok(())
    });
}

#[test]
fn taking_back_that_never_arrived_is_not_reported() {
    everywhere(able, |stage| {
        let order = order(stage, "r1", "01012345678");
        let issued = issue(stage, &order).map_err(|error| error.to_string())?;
        stage.wait(60);
        let back = back(stage, &order, &issued);
        stage.transport.fail_next("cancel", Fault::LoseRequest);
        unknown("a lost request", revoke(stage, "r1c1", &back))?;
        stage.wait(60);
        match run(verbs(stage).settle_revoke(&stage.cx("r1c1"), &back)) {
            Ok(CancelSettled::NotDone) => ensure!(states(stage) == ["issued"], "taken back"),
            // A PG without an inquiry is asked again.
            Ok(CancelSettled::Done(_)) => ensure!(states(stage) == ["cancelled"], "still there"),
            other => return Err(format!("settled as {other:?}")),
        }
        Ok(())
    });
}
