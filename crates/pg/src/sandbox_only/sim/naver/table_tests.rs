//! Every cell of the table: what is allowed is listed here by hand, all else must be refused.

use super::table::{Act, Claim, REFUSALS, Standing, Status};
use std::collections::{BTreeSet, VecDeque};

/// A standing in words: `PAYED placed`, `DELIVERED RETURN.COLLECTING withheld`.
pub(super) fn shown(standing: Standing) -> String {
    let (kind, status) = standing.claim.words();
    let mut text = standing.status.word().to_owned();
    if standing.claim != Claim::None {
        text.push_str(&format!(" {kind}.{status}"));
    }
    // Whatever was sent was placed.
    if standing.placed && standing.status == Status::Payed {
        text.push_str(" placed");
    }
    if standing.withheld {
        text.push_str(" withheld");
    }
    text
}

/// Every standing there is, reached or not.
fn all() -> Vec<Standing> {
    let mut all = Vec::new();
    for status in Status::ALL {
        for claim in Claim::ALL {
            for (placed, withheld) in [(false, false), (false, true), (true, false), (true, true)] {
                all.push(Standing { status, claim, placed, withheld });
            }
        }
    }
    all
}

/// Every standing a product that was paid can come to, in the order it is found.
pub(super) fn reached() -> Vec<Standing> {
    let mut found = vec![Standing::NEW];
    let mut open = VecDeque::from(found.clone());
    while let Some(standing) = open.pop_front() {
        for next in Act::ALL.into_iter().filter_map(|act| standing.after(act).ok()) {
            if !found.contains(&next) {
                found.push(next);
                open.push_back(next);
            }
        }
    }
    found.sort_unstable();
    found
}

/// `standing | act -> standing`, for the sent states written once with `*` for both of them.
const ALLOWED: &str = "
PAYED | cancel -> CANCELED CANCEL.CANCEL_DONE
PAYED | place -> PAYED placed
PAYED | ship -> DELIVERING
PAYED | request-cancel -> PAYED CANCEL.CANCEL_REQUEST
PAYED placed | cancel -> CANCELED CANCEL.CANCEL_DONE
PAYED placed | ship -> DELIVERING
PAYED placed | request-cancel -> PAYED CANCEL.CANCEL_REQUEST placed
PAYED CANCEL.CANCEL_REQUEST | approve-cancel -> CANCELED CANCEL.CANCEL_DONE
PAYED CANCEL.CANCEL_REQUEST | ship -> DELIVERING CANCEL.CANCEL_REJECT
PAYED CANCEL.CANCEL_REQUEST | withdraw -> PAYED CANCEL.CANCEL_REJECT
PAYED CANCEL.CANCEL_REQUEST placed | approve-cancel -> CANCELED CANCEL.CANCEL_DONE
PAYED CANCEL.CANCEL_REQUEST placed | ship -> DELIVERING CANCEL.CANCEL_REJECT
PAYED CANCEL.CANCEL_REQUEST placed | withdraw -> PAYED CANCEL.CANCEL_REJECT placed
PAYED CANCEL.CANCEL_REJECT | cancel -> CANCELED CANCEL.CANCEL_DONE
PAYED CANCEL.CANCEL_REJECT | place -> PAYED CANCEL.CANCEL_REJECT placed
PAYED CANCEL.CANCEL_REJECT | ship -> DELIVERING CANCEL.CANCEL_REJECT
PAYED CANCEL.CANCEL_REJECT | request-cancel -> PAYED CANCEL.CANCEL_REQUEST
PAYED CANCEL.CANCEL_REJECT placed | cancel -> CANCELED CANCEL.CANCEL_DONE
PAYED CANCEL.CANCEL_REJECT placed | ship -> DELIVERING CANCEL.CANCEL_REJECT
PAYED CANCEL.CANCEL_REJECT placed | request-cancel -> PAYED CANCEL.CANCEL_REQUEST placed
DELIVERING | deliver -> DELIVERED
DELIVERING CANCEL.CANCEL_REJECT | deliver -> DELIVERED CANCEL.CANCEL_REJECT
DELIVERING RETURN.RETURN_REJECT | deliver -> DELIVERED RETURN.RETURN_REJECT
DELIVERING EXCHANGE.EXCHANGE_REJECT | deliver -> DELIVERED EXCHANGE.EXCHANGE_REJECT
* | decide -> PURCHASE_DECIDED
* CANCEL.CANCEL_REJECT | decide -> PURCHASE_DECIDED CANCEL.CANCEL_REJECT
* RETURN.RETURN_REJECT | decide -> PURCHASE_DECIDED RETURN.RETURN_REJECT
* EXCHANGE.EXCHANGE_REJECT | decide -> PURCHASE_DECIDED EXCHANGE.EXCHANGE_REJECT
* | request-return -> * RETURN.RETURN_REQUEST
* CANCEL.CANCEL_REJECT | request-return -> * RETURN.RETURN_REQUEST
* RETURN.RETURN_REJECT | request-return -> * RETURN.RETURN_REQUEST
* EXCHANGE.EXCHANGE_REJECT | request-return -> * RETURN.RETURN_REQUEST
* | request-exchange -> * EXCHANGE.EXCHANGE_REQUEST
* CANCEL.CANCEL_REJECT | request-exchange -> * EXCHANGE.EXCHANGE_REQUEST
* RETURN.RETURN_REJECT | request-exchange -> * EXCHANGE.EXCHANGE_REQUEST
* EXCHANGE.EXCHANGE_REJECT | request-exchange -> * EXCHANGE.EXCHANGE_REQUEST
* RETURN.RETURN_REQUEST | approve-return -> RETURNED RETURN.RETURN_DONE
* RETURN.RETURN_REQUEST | reject-return -> * RETURN.RETURN_REJECT
* RETURN.RETURN_REQUEST | withhold-return -> * RETURN.RETURN_REQUEST withheld
* RETURN.RETURN_REQUEST | collect -> * RETURN.COLLECTING
* RETURN.RETURN_REQUEST | withdraw -> * RETURN.RETURN_REJECT
* RETURN.RETURN_REQUEST withheld | resolve-return -> * RETURN.RETURN_REQUEST
* RETURN.RETURN_REQUEST withheld | reject-return -> * RETURN.RETURN_REJECT
* RETURN.RETURN_REQUEST withheld | collect -> * RETURN.COLLECTING withheld
* RETURN.RETURN_REQUEST withheld | withdraw -> * RETURN.RETURN_REJECT
* RETURN.COLLECTING | approve-return -> RETURNED RETURN.RETURN_DONE
* RETURN.COLLECTING | reject-return -> * RETURN.RETURN_REJECT
* RETURN.COLLECTING | withhold-return -> * RETURN.COLLECTING withheld
* RETURN.COLLECTING | collect -> * RETURN.COLLECT_DONE
* RETURN.COLLECTING | withdraw -> * RETURN.RETURN_REJECT
* RETURN.COLLECTING withheld | resolve-return -> * RETURN.COLLECTING
* RETURN.COLLECTING withheld | reject-return -> * RETURN.RETURN_REJECT
* RETURN.COLLECTING withheld | collect -> * RETURN.COLLECT_DONE withheld
* RETURN.COLLECTING withheld | withdraw -> * RETURN.RETURN_REJECT
* RETURN.COLLECT_DONE | approve-return -> RETURNED RETURN.RETURN_DONE
* RETURN.COLLECT_DONE | reject-return -> * RETURN.RETURN_REJECT
* RETURN.COLLECT_DONE | withhold-return -> * RETURN.COLLECT_DONE withheld
* RETURN.COLLECT_DONE withheld | resolve-return -> * RETURN.COLLECT_DONE
* RETURN.COLLECT_DONE withheld | reject-return -> * RETURN.RETURN_REJECT
* EXCHANGE.EXCHANGE_REQUEST | collect-exchanged -> * EXCHANGE.COLLECT_DONE
* EXCHANGE.EXCHANGE_REQUEST | collect -> * EXCHANGE.COLLECTING
* EXCHANGE.EXCHANGE_REQUEST | withdraw -> * EXCHANGE.EXCHANGE_REJECT
* EXCHANGE.COLLECTING | collect-exchanged -> * EXCHANGE.COLLECT_DONE
* EXCHANGE.COLLECTING | collect -> * EXCHANGE.COLLECT_DONE
* EXCHANGE.COLLECTING | withdraw -> * EXCHANGE.EXCHANGE_REJECT
* EXCHANGE.COLLECT_DONE | ship-exchanged -> * EXCHANGE.EXCHANGE_REDELIVERING
* EXCHANGE.EXCHANGE_REDELIVERING | deliver -> EXCHANGED EXCHANGE.EXCHANGE_DONE
PURCHASE_DECIDED | review -> PURCHASE_DECIDED
PURCHASE_DECIDED CANCEL.CANCEL_REJECT | review -> PURCHASE_DECIDED CANCEL.CANCEL_REJECT
PURCHASE_DECIDED RETURN.RETURN_REJECT | review -> PURCHASE_DECIDED RETURN.RETURN_REJECT
PURCHASE_DECIDED EXCHANGE.EXCHANGE_REJECT | review -> PURCHASE_DECIDED EXCHANGE.EXCHANGE_REJECT
";

#[test]
fn every_cell_that_can_be_reached() {
    let lines = ALLOWED.lines().filter(|line| !line.is_empty());
    let expected: BTreeSet<String> = lines
        .flat_map(|line| match line.contains('*') {
            true => vec![line.replace('*', "DELIVERING"), line.replace('*', "DELIVERED")],
            false => vec![line.to_owned()],
        })
        .collect();
    let mut allowed = BTreeSet::new();
    for standing in reached() {
        for act in Act::ALL {
            if let Ok(next) = standing.after(act) {
                let line = format!("{} | {} -> {}", shown(standing), act.word(), shown(next));
                allowed.insert(line);
            }
        }
    }
    let (more, less) = (allowed.difference(&expected), expected.difference(&allowed));
    assert_eq!((more.collect::<Vec<_>>(), less.collect::<Vec<_>>()), (vec![], vec![]));
}

#[test]
fn every_cell_at_all_has_an_answer_that_makes_sense() {
    for standing in all() {
        for act in Act::ALL {
            let cell = format!("{} {}", shown(standing), act.word());
            match standing.after(act) {
                Err(refused) => assert!(REFUSALS.contains(&refused), "{cell}"),
                Ok(next) => {
                    let back = |status| matches!(status, Status::Canceled | Status::Returned);
                    // Money goes back by these three only, and never twice.
                    let refund =
                        matches!(act, Act::Cancel | Act::ApproveCancel | Act::ApproveReturn);
                    assert_eq!(back(next.status), refund, "{cell}");
                    assert!(!back(standing.status), "{cell}");
                    // A buyer's wish never comes back from nothing, and nothing is unplaced.
                    assert!(next.placed || !standing.placed, "{cell}");
                }
            }
        }
    }
}

#[test]
fn what_is_over_stays_over() {
    use Status::{Canceled, CanceledByNopayment, Exchanged, PaymentWaiting, Returned};
    for standing in all() {
        let over = [Canceled, CanceledByNopayment, Exchanged, PaymentWaiting, Returned];
        if over.contains(&standing.status) {
            assert!(Act::ALL.iter().all(|act| standing.after(*act).is_err()), "{standing:?}");
        }
    }
}

#[test]
fn nobody_in_the_sandbox_comes_to_a_state_of_navers_own_people() {
    let theirs = [
        Claim::Canceling,
        Claim::Holdback,
        Claim::HoldbackRedelivering,
        Claim::DecisionRequest,
        Claim::HoldbackRelease,
        Claim::AdminCanceling,
        Claim::AdminCancelDone,
    ];
    assert!(reached().iter().all(|standing| !theirs.contains(&standing.claim)));
}

#[test]
fn refusals_and_words_are_told_apart() {
    let codes: BTreeSet<_> = REFUSALS.iter().map(|(code, _)| code).collect();
    let texts: BTreeSet<_> = REFUSALS.iter().map(|(_, text)| text).collect();
    assert_eq!((codes.len(), texts.len()), (REFUSALS.len(), REFUSALS.len()));
    assert!(texts.iter().all(|text| text.ends_with("다.")));
    for claim in Claim::ALL {
        let (kind, status) = claim.words();
        assert_eq!(Claim::parse(kind, status), Some(claim));
    }
    for status in Status::ALL {
        assert_eq!(Status::parse(status.word()), Some(status));
    }
    for act in Act::ALL {
        let word = act.word();
        let found = [Act::of_seller(word), Act::of_refund(word), Act::of_buyer(word)];
        assert!(found.contains(&Some(act)) && found.iter().flatten().all(|it| *it == act));
    }
}
