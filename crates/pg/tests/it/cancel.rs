//! Money back: whole, in parts, never more than there was.

use crate::stage::{PRICE, Stage, at_once, ensure, everywhere};
use pg::PgError;

fn refusal(error: &PgError) -> bool {
    matches!(error, PgError::Declined { .. } | PgError::Invalid { .. })
}

fn in_one_piece(stage: &Stage) -> bool {
    stage.method != "card" || stage.pg.product_orders().is_some()
}

#[test]
fn the_whole_amount_goes_back_once() {
    everywhere(at_once, |stage| {
        let (ready, approval) = stage.approved()?;
        let cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        let done = stage.cancel(&cancel).map_err(|error| format!("cancel: {error}"))?;
        ensure!(!done.tid.is_empty(), "no number of the cancel");
        ensure!(stage.held(&approval.tid) == 0, "still held");
        stage.wait(5);
        let mut again = cancel.clone();
        again.cancel_id = "can_again".into();
        match stage.cancel(&again) {
            Err(error) if refusal(&error) => Ok(()),
            // "Done before" may mean a copy of this request; then the PG is asked.
            Err(PgError::Unknown(_)) => Ok(()),
            other => Err(format!("a second full cancel: {other:?}")),
        }
    });
}

#[test]
fn parts_go_back_and_never_more_than_was_paid() {
    everywhere(at_once, |stage| {
        let (ready, approval) = stage.approved()?;
        let part = PRICE / 3;
        let first = stage.cancel_order(&ready, &approval, part, (0, 0));
        match stage.cancel(&first) {
            Ok(_) => {}
            // Some PGs give back other ways than cards only in one piece; they have to say so.
            // Product orders go back one by one, which `product_orders.rs` tries.
            Err(error) if in_one_piece(stage) && refusal(&error) => {
                let whole = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
                return stage.cancel(&whole).map(drop).map_err(|error| error.to_string());
            }
            Err(error) => return Err(format!("first part: {error}")),
        }
        ensure!(stage.held(&approval.tid) == PRICE - part, "held {}", stage.held(&approval.tid));
        stage.wait(5);
        let mut over = stage.cancel_order(&ready, &approval, PRICE, (1, part));
        over.left = stage.money(PRICE);
        match stage.cancel(&over) {
            Err(error) if refusal(&error) => {}
            other => return Err(format!("more than was left: {other:?}")),
        }
        stage.books_agree()?;
        stage.wait(5);
        let second = stage.cancel_order(&ready, &approval, part, (1, part));
        stage.cancel(&second).map_err(|error| format!("second part: {error}"))?;
        stage.wait(5);
        let third = stage.cancel_order(&ready, &approval, PRICE - 2 * part, (2, 2 * part));
        stage.cancel(&third).map_err(|error| format!("last part: {error}"))?;
        ensure!(stage.held(&approval.tid) == 0, "held {}", stage.held(&approval.tid));
        stage.wait(5);
        let mut more = stage.cancel_order(&ready, &approval, 1, (3, PRICE - 1));
        more.cancel_id = "can_one_too_many".into();
        match stage.cancel(&more) {
            Err(error) if refusal(&error) => Ok(()),
            // "Done before" may mean a copy of this request; then the PG is asked.
            Err(PgError::Unknown(_)) => Ok(()),
            other => Err(format!("one too many: {other:?}")),
        }
    });
}

#[test]
fn a_cancel_of_what_the_pg_does_not_know_is_refused() {
    everywhere(at_once, |stage| {
        let (ready, approval) = stage.approved()?;
        let mut cancel = stage.cancel_order(&ready, &approval, PRICE, (0, 0));
        // Same shape, other digits: a number the PG never gave out.
        cancel.tid = approval.tid.chars().rev().collect();
        match stage.cancel(&cancel) {
            Err(error) if refusal(&error) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
}
