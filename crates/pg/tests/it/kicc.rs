//! What only KICC does: an inquiry that reaches back one day, numbers that are good once a day.

use crate::stage::{Check, PRICE, Stage, at_once, ensure, everywhere};
use domain::Millis;
use pg::{CancelSettled, PgError, Settled};

fn kicc(stage: &Stage) -> bool {
    stage.pg.spec().code == "kicc" && at_once(stage)
}

fn midnight(stage: &Stage) -> Result<(), String> {
    let at = Millis::parse_kst("20260423235950").ok_or("no time")?;
    stage.transport.set_at(at);
    Ok(())
}

#[test]
fn an_approval_across_midnight_is_found() {
    everywhere(kicc, |stage| {
        midnight(stage)?;
        let ready = stage.authorised("timeout")?;
        stage.wait(20);
        let lost = stage.approve(&ready);
        ensure!(matches!(lost, Err(PgError::Unknown(_))), "{lost:?}");
        stage.wait(60);
        match stage.settle(&ready) {
            Ok(Settled::Approved(approval)) => ensure!(approval.amount.minor() == PRICE, "?"),
            other => return Err(format!("{other:?}")),
        }
        Ok(())
    });
}

#[test]
fn what_is_too_old_to_ask_about_is_left_to_a_person() {
    everywhere(kicc, |stage| {
        let ready = stage.authorised("timeout")?;
        let lost = stage.approve(&ready);
        ensure!(matches!(lost, Err(PgError::Unknown(_))), "{lost:?}");
        stage.wait(2 * 86_400);
        let settled = stage.settle(&ready);
        ensure!(matches!(settled, Ok(Settled::CannotTell(_))), "{settled:?}");
        // The person finds the money in KICC's admin.
        stage.add(PRICE);
        let (ready, approval) = stage.approved()?;
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        stage.wait(2 * 86_400);
        let settled = stage.settle_cancel(&cancel);
        ensure!(matches!(settled, Ok(CancelSettled::CannotTell(_))), "{settled:?}");
        Ok(())
    });
}

#[test]
fn a_call_repeated_with_its_number_is_carried_out_once() {
    everywhere(kicc, |stage| {
        let (ready, approval) = stage.approved()?;
        let again = stage.approve(&ready);
        ensure!(matches!(again, Err(PgError::Unknown(_))), "{again:?}");
        stage.add(-PRICE);
        let settled = stage.settle(&ready).map_err(|error| error.to_string())?;
        ensure!(matches!(&settled, Settled::Approved(a) if a.tid == approval.tid), "{settled:?}");
        part_twice(stage, &stage.cancel_order(&ready, &approval, PRICE / 3, (0, 0)))
    });
}

fn part_twice(stage: &Stage, cancel: &pg::CancelOrder) -> Check {
    let first = stage.cancel(cancel).map_err(|error| error.to_string())?;
    let again = stage.cancel(cancel);
    ensure!(matches!(again, Err(PgError::Unknown(_))), "{again:?}");
    stage.add(cancel.amount.minor());
    match stage.settle_cancel(cancel) {
        Ok(CancelSettled::Done(done)) => ensure!(done.tid == first.tid, "{done:?}"),
        other => return Err(format!("{other:?}")),
    }
    ensure!(stage.held(&cancel.tid) == PRICE - PRICE / 3, "held {}", stage.held(&cancel.tid));
    Ok(())
}
