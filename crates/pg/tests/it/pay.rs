//! From the window to the money: the good way, and the buyer's and the PG's ways out.

use crate::stage::{Check, PRICE, Ready, Stage, any, at_once, ensure, everywhere};
use pg::{Outcome, PgError, Settled};

#[test]
fn a_payment_is_approved_for_what_was_ordered() {
    everywhere(at_once, |stage| {
        let (ready, approval) = stage.approved()?;
        ensure!(approval.amount == ready.order.amount, "approved {:?}", approval.amount);
        ensure!(approval.account.is_none() && !approval.tid.is_empty(), "{approval:?}");
        ensure!(stage.held(&approval.tid) == PRICE, "the PG holds {}", stage.held(&approval.tid));
        let final_method = stage.pg.spec().only_method.unwrap_or(stage.method);
        let method = approval.method.as_deref().unwrap_or(final_method);
        ensure!(method == final_method, "paid by {method}");
        match method {
            "card" => {
                let card = approval.card.as_ref().ok_or("no card")?;
                let code = card.code.as_deref().ok_or("no card code")?;
                ensure!(pg::codes::card_name(code).is_some(), "{code} is no V1 card");
                let number = card.number.as_deref().unwrap_or("****");
                ensure!(number.contains('*'), "the card number {number} is not masked");
                ensure!(approval.apply_num.is_some(), "no approval number");
            }
            "trans" => {
                let bank = approval.bank.as_ref().and_then(|bank| bank.code.as_deref());
                let bank = bank.ok_or("no bank code")?;
                ensure!(pg::codes::bank_name(bank).is_some(), "{bank} is no V1 bank");
            }
            _ => {}
        }
        let late = approval.at.ok_or("no time of approval")?;
        let seconds = late.seconds() - stage.transport.at().seconds();
        ensure!(seconds == 0, "the approval is {seconds} seconds off");
        Ok(())
    });
}

#[test]
fn settling_an_approval_that_was_answered_agrees_with_the_books() {
    everywhere(at_once, |stage| {
        let (ready, approval) = stage.approved()?;
        stage.add(-approval.amount.minor());
        match stage.settle(&ready).map_err(|error| format!("settle: {error}"))? {
            Settled::Approved(found) => {
                ensure!(found.tid == approval.tid, "found {} for {}", found.tid, approval.tid);
                ensure!(found.amount == approval.amount, "found {:?}", found.amount);
                ensure!(found.card == approval.card, "{:?} {:?}", found.card, approval.card);
                ensure!(found.memo == approval.memo, "{} is not {}", found.memo, approval.memo);
            }
            Settled::Voided => {}
            other => return Err(format!("settled as {other:?}")),
        }
        Ok(())
    });
}

#[test]
fn an_authentication_pays_once() {
    everywhere(any, |stage| {
        let (ready, approval) = stage.approved()?;
        let again = Ready {
            order: ready.order.clone(),
            memo: ready.memo.clone(),
            auth: ready.auth.clone(),
        };
        let cx = stage.cx("another_operation");
        let second =
            crate::stage::run(stage.pg.approve(&cx, &again.order, &again.memo, &again.auth));
        match second {
            Ok(second) => ensure!(second.tid == approval.tid, "a second {second:?}"),
            Err(error) => {
                ensure!(!matches!(error, PgError::Unavailable(_)), "{error}");
            }
        }
        let trades = stage.transport.trades(stage.sim.pg());
        let live =
            trades.iter().filter(|trade| trade.held() > 0 || trade.state == "awaiting_deposit");
        ensure!(live.count() == 1, "{trades:?}");
        Ok(())
    });
}

#[test]
fn a_buyer_who_gives_up_pays_nothing() {
    everywhere(any, |stage| {
        let (_, outcome) = stage.window(stage.order(), "cancel")?;
        let Outcome::Closed(refusal) = outcome else { return Err(format!("{outcome:?}")) };
        ensure!(!refusal.message.is_empty(), "no word about why");
        Ok(())
    });
}

#[test]
fn a_refusal_is_told_in_the_pgs_words() {
    everywhere(any, |stage| {
        let (ready, outcome) = stage.window(stage.order(), "decline")?;
        let (code, message) = match outcome {
            Outcome::Refused(refusal) => (refusal.code, refusal.message),
            Outcome::Authorised { .. } => match stage.approve(&ready) {
                Err(PgError::Declined { code, message }) => (code, message),
                other => return Err(format!("approved after a decline: {other:?}")),
            },
            Outcome::Closed(refusal) => return Err(format!("closed: {refusal:?}")),
        };
        ensure!(!code.is_empty() && !message.is_empty(), "[{code}] {message}");
        Ok(())
    });
}

#[test]
fn what_the_pg_does_not_sell_is_refused_before_anything_is_sent() {
    everywhere(any, |stage| {
        let spec = stage.pg.spec();
        if spec.only_method.is_none() && !spec.any_method {
            let mut order = stage.order();
            order.method = "no_such_method".into();
            refused(stage, &order)?;
        }
        let mut order = stage.order();
        let foreign = domain::Currency::ALL.into_iter().find(|c| !spec.currencies.contains(c));
        if let Some(foreign) = foreign {
            order.amount = domain::Money::new(PRICE, foreign).map_err(|error| error.to_string())?;
            refused(stage, &order)?;
        }
        Ok(())
    });
}

fn refused(stage: &Stage, order: &pg::Order) -> Check {
    let before = stage.transport.sent().len();
    match stage.open(order) {
        Err(PgError::Invalid { field, message }) => {
            ensure!(!field.is_empty() && !message.is_empty(), "an empty refusal");
        }
        other => return Err(format!("{} {:?}: {other:?}", order.method, order.amount)),
    }
    ensure!(stage.transport.sent().len() == before, "something was sent");
    Ok(())
}

#[test]
fn a_missing_credential_is_named_before_anything_is_sent() {
    everywhere(any, |stage| {
        let empty = pg::Credentials::default();
        let mut cx = stage.cx("without");
        cx.credentials = &empty;
        match crate::stage::run(stage.pg.open(&cx, &stage.order())) {
            Err(PgError::Invalid { field, .. }) => {
                let known = stage.pg.spec().fields.iter().any(|known| known.key == field);
                ensure!(known, "{field} is no field of the settings form");
            }
            other => return Err(format!("{other:?}")),
        }
        ensure!(stage.transport.sent().is_empty(), "something was sent");
        Ok(())
    });
}
