//! How a cancel without an answer ended: the PG's books are asked, nothing is sent again.

use super::inquiry::{self, By, Found, Known, Standing};
use super::wire::Memo;
use crate::{CancelDone, CancelOrder, CancelSettled, Cx, PgError};

/// Asks the books.
pub(super) async fn settle(cx: &Cx<'_>, cancel: &CancelOrder) -> Result<CancelSettled, PgError> {
    let ip = Memo::read(&cancel.memo)?.ip;
    let found = inquiry::ask(cx, &ip, By::Tid(&cancel.tid)).await?;
    let known = match found {
        Found::None => return Ok(CancelSettled::CannotTell("the PG does not know it".into())),
        Found::Refused(why) => return Ok(CancelSettled::CannotTell(why)),
        Found::Trade(known) => known,
    };
    let mine = known.tid.is_empty() || known.tid == cancel.tid;
    if !mine || !known.is_of(cx, &cancel.imp_uid) {
        return Ok(CancelSettled::CannotTell(format!("the inquiry names {}", known.tid)));
    }
    Ok(outcome(cancel, &known))
}

fn outcome(cancel: &CancelOrder, known: &Known) -> CancelSettled {
    let cannot = |why: &str| CancelSettled::CannotTell(why.to_owned());
    let last_part = cancel.amount == cancel.left;
    match &known.standing {
        Standing::Cancelled(at) if last_part => {
            CancelSettled::Done(CancelDone { tid: cancel.tid.clone(), at: *at })
        }
        Standing::Cancelled(_) => cannot("the PG gave back more than was asked for"),
        // A shape that cannot show partial cancels still says for sure that not all went back.
        Standing::Approved { .. } if cancel.is_full() => CancelSettled::NotDone,
        Standing::Approved { sure: true } if cancel.earlier == 0 => CancelSettled::NotDone,
        Standing::Approved { .. } => cannot("the PG does not tell of partial cancels"),
        Standing::Part { left: Some(left), latest } => {
            if *left == cancel.left && !cancel.is_full() {
                return CancelSettled::NotDone;
            }
            if cancel.left.minus(cancel.amount) != Ok(*left) {
                return cannot("the PG's balance is neither before nor after this cancel");
            }
            let (tid, at) = latest.clone().unwrap_or_else(|| (cancel.tid.clone(), None));
            CancelSettled::Done(CancelDone { tid, at })
        }
        Standing::Part { left: None, .. } => cannot("the PG does not tell what is left"),
        Standing::Strange(word) => cannot(word),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::cancel_order;
    use super::super::wire::won;
    use super::*;

    fn known(standing: Standing) -> Known {
        let (tid, oid, mid) = Default::default();
        Known { tid, oid, mid, standing, vbank: false, price: None, at: None }
    }

    fn word(cancel: &CancelOrder, standing: Standing) -> &'static str {
        match outcome(cancel, &known(standing)) {
            CancelSettled::Done(_) => "done",
            CancelSettled::NotDone => "not done",
            CancelSettled::CannotTell(_) => "cannot tell",
        }
    }

    fn part(left: &str) -> Standing {
        Standing::Part { left: won(left), latest: Some(("P1".into(), None)) }
    }

    #[test]
    fn a_full_cancel() {
        let full = cancel_order();
        assert_eq!(word(&full, Standing::Cancelled(None)), "done");
        assert_eq!(word(&full, Standing::Approved { sure: false }), "not done");
        assert_eq!(word(&full, part("1000")), "cannot tell");
        assert_eq!(word(&full, part("14000")), "cannot tell");
        assert_eq!(word(&full, Standing::Strange("WAIT".into())), "cannot tell");
    }

    #[test]
    fn a_partial_cancel_by_the_balance() {
        let first = CancelOrder { amount: won("4000").unwrap(), ..cancel_order() };
        assert_eq!(word(&first, Standing::Approved { sure: true }), "not done");
        assert_eq!(word(&first, Standing::Approved { sure: false }), "cannot tell");
        assert_eq!(word(&first, part("10000")), "done");
        assert_eq!(word(&first, part("9999")), "cannot tell");
        assert_eq!(word(&first, Standing::Cancelled(None)), "cannot tell");
        assert_eq!(word(&first, Standing::Part { left: None, latest: None }), "cannot tell");
        let second = CancelOrder { left: won("10000").unwrap(), earlier: 1, ..first };
        assert_eq!(word(&second, part("10000")), "not done");
        assert_eq!(word(&second, part("6000")), "done");
        assert_eq!(word(&second, Standing::Approved { sure: true }), "cannot tell");
        let last = CancelOrder { amount: second.left, ..second };
        assert_eq!(word(&last, Standing::Cancelled(None)), "done");
        assert_eq!(word(&last, part("10000")), "not done");
    }

    #[test]
    fn a_partial_cancel_keeps_its_own_number() {
        let first = CancelOrder { amount: won("4000").unwrap(), ..cancel_order() };
        let settled = outcome(&first, &known(part("10000")));
        assert_eq!(settled, CancelSettled::Done(CancelDone { tid: "P1".into(), at: None }));
    }
}
