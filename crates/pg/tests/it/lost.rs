//! Answers that never came or make no sense: unknown is not failed, and settling finds the truth.

use crate::stage::{Check, PRICE, Ready, Stage, any, at_once, ensure, everywhere};
use pg::sim::transport::Fault;
use pg::{CancelSettled, PgError, Settled};

/// Answers no PG gives: each must leave the outcome unknown.
const NONSENSE: &[(u16, &[u8])] = &[
    (200, b""),
    (200, b"{"),
    (200, b"{}"),
    (200, b"null"),
    (200, b"[]"),
    (200, b"<html><body>\xec\xa0\x90\xea\xb2\x80 \xec\xa4\x91</body></html>"),
    (200, b"\xff\xfe\x00\x01=&%%%zz"),
    (404, b"not found"),
    (500, b""),
    (502, b"<html><h1>502 Bad Gateway</h1></html>"),
    (503, b"{\"message\":\"try later\"}"),
];

/// Those, and the PG's true words under an HTTP error: a gateway in between may have made them up.
pub(crate) fn nonsense() -> impl Iterator<Item = Fault> {
    let answers = NONSENSE.iter().map(|(status, body)| Fault::Answer(*status, body.to_vec()));
    answers.chain([Fault::Status(500), Fault::Status(503)])
}

pub(crate) fn unknown<T: std::fmt::Debug>(what: &str, result: Result<T, PgError>) -> Check {
    match result {
        Err(PgError::Unknown(_)) => Ok(()),
        other => Err(format!("{what} gave {other:?}, not Unknown")),
    }
}

/// Settles, later; what it says must be what the books say.
fn settles(stage: &Stage, ready: &Ready, may_be_nothing: bool) -> Check {
    stage.wait(120);
    match stage.settle(ready).map_err(|error| format!("settle: {error}"))? {
        Settled::Approved(approval) => {
            ensure!(approval.amount == ready.order.amount, "settled {:?}", approval.amount);
            ensure!(approval.account.is_some() == (stage.method == "vbank"), "{approval:?}");
            stage.books_agree()?;
            let cancel = stage.cancel_order(ready, &approval, PRICE, (0, 0));
            stage.cancel(&cancel).map_err(|error| format!("cancel after settling: {error}"))?;
        }
        Settled::Voided => {}
        Settled::Nothing if may_be_nothing => {}
        other => return Err(format!("settled as {other:?}")),
    }
    // Nothing may be left that a deposit or a late capture could wake up.
    let trades = stage.transport.trades(stage.sim.pg());
    let live = trades.iter().find(|trade| trade.held() > 0 || trade.state == "awaiting_deposit");
    ensure!(live.is_none(), "left over: {live:?}");
    stage.books_agree()
}

#[test]
fn an_approval_whose_answer_is_lost_is_settled() {
    everywhere(any, |stage| {
        for press in ["timeout", "reset"] {
            let ready = stage.authorised(press)?;
            unknown(press, stage.approve(&ready))?;
            settles(stage, &ready, false)?;
        }
        let ready = stage.authorised("approve")?;
        stage.transport.fail_next("approve", Fault::LoseAnswer);
        unknown("a lost answer", stage.approve(&ready))?;
        settles(stage, &ready, false)
    });
}

#[test]
fn an_approval_with_a_senseless_answer_is_unknown_and_settled() {
    everywhere(any, |stage| {
        for fault in nonsense() {
            let ready = stage.authorised("approve")?;
            stage.transport.fail_next("approve", fault.clone());
            unknown(&format!("{fault:?}"), stage.approve(&ready))?;
            settles(stage, &ready, false).map_err(|why| format!("after {fault:?}: {why}"))?;
        }
        for press in ["decline", "cancel"] {
            let (ready, outcome) = stage.window(stage.order(), press)?;
            if let pg::Outcome::Authorised { .. } = outcome {
                stage.transport.fail_next("approve", Fault::Status(500));
                unknown("a refusal under HTTP 500", stage.approve(&ready))?;
            }
        }
        Ok(())
    });
}

#[test]
fn an_approval_that_never_arrived_comes_to_nothing() {
    everywhere(any, |stage| {
        let ready = stage.authorised("approve")?;
        stage.transport.fail_next("approve", Fault::NotSent);
        match stage.approve(&ready) {
            Err(PgError::Unavailable(_)) => {}
            other => return Err(format!("not sent, but {other:?}")),
        }
        ensure!(stage.held_in_all() == 0, "money came from nothing");
        let ready = stage.authorised("approve")?;
        stage.transport.fail_next("approve", Fault::LoseRequest);
        unknown("a lost request", stage.approve(&ready))?;
        settles(stage, &ready, true)
    });
}

#[test]
fn settling_an_approval_survives_its_own_accidents() {
    everywhere(any, |stage| {
        for fault in nonsense().chain([Fault::LoseAnswer, Fault::LoseRequest, Fault::NotSent]) {
            let ready = stage.authorised("timeout")?;
            unknown("timeout", stage.approve(&ready))?;
            stage.wait(60);
            stage.transport.fail_next("lookup", fault.clone());
            stage.transport.fail_next("net_cancel", fault.clone());
            match stage.settle(&ready) {
                Err(PgError::Unknown(_) | PgError::Unavailable(_)) => {
                    stage.transport.clear_faults();
                    settles(stage, &ready, false).map_err(|why| format!("{fault:?}: {why}"))?;
                }
                Ok(Settled::Voided) => stage.books_agree()?,
                other => return Err(format!("{fault:?}: settled as {other:?}")),
            }
            stage.transport.clear_faults();
        }
        Ok(())
    });
}

#[test]
fn a_cancel_whose_answer_is_lost_is_settled() {
    everywhere(at_once, |stage| {
        for fault in nonsense().chain([Fault::LoseAnswer]) {
            let (ready, approval) = stage.approved()?;
            let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
            stage.transport.fail_next("cancel", fault.clone());
            unknown(&format!("{fault:?}"), stage.cancel(&cancel))?;
            stage.wait(60);
            match stage.settle_cancel(&cancel) {
                Ok(CancelSettled::Done(done)) => ensure!(!done.tid.is_empty(), "no number"),
                Ok(CancelSettled::CannotTell(why)) => {
                    ensure!(!why.is_empty(), "no word about why");
                    stage.add(-PRICE);
                }
                other => return Err(format!("{fault:?}: settled as {other:?}")),
            }
            stage.books_agree()?;
        }
        Ok(())
    });
}

#[test]
fn a_cancel_that_never_arrived_is_not_reported() {
    everywhere(at_once, |stage| {
        let (ready, approval) = stage.approved()?;
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        stage.transport.fail_next("cancel", Fault::NotSent);
        match stage.cancel(&cancel) {
            Err(PgError::Unavailable(_)) => {}
            other => return Err(format!("not sent, but {other:?}")),
        }
        stage.transport.fail_next("cancel", Fault::LoseRequest);
        unknown("a lost request", stage.cancel(&cancel))?;
        stage.wait(60);
        match stage.settle_cancel(&cancel) {
            Ok(CancelSettled::NotDone | CancelSettled::CannotTell(_)) => {}
            // A PG without an inquiry is asked again; the books below must show it was carried out.
            Ok(CancelSettled::Done(_)) => return stage.books_agree(),
            other => return Err(format!("settled as {other:?}")),
        }
        stage.books_agree()?;
        // The same intent may be sent again, and is carried out this time.
        stage.cancel(&cancel).map(drop).map_err(|error| format!("again: {error}"))
    });
}

#[test]
fn a_window_that_cannot_be_opened_says_so() {
    everywhere(any, |stage| {
        for fault in nonsense() {
            stage.transport.fail_next("register", fault.clone());
            match stage.open(&stage.order()) {
                // PGs without a register call open anyway.
                Ok(_) => ensure!(stage.transport.sent().is_empty(), "opened with {fault:?}"),
                Err(PgError::Unknown(_) | PgError::Unavailable(_)) => {}
                Err(error) => return Err(format!("{fault:?}: {error}")),
            }
            stage.transport.clear_faults();
        }
        Ok(())
    });
}
