//! Every state against every event, as a table; and what must hold whatever happens.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::Currency;
use proptest::prelude::*;

fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap()
}

fn states() -> Vec<State> {
    let some = Some(won(30));
    vec![
        State::Ready,
        State::Approving,
        State::Unknown,
        State::AccountIssued { closing: false },
        State::AccountIssued { closing: true },
        State::Paid { pending: None },
        State::Paid { pending: some },
        State::PartCancelled { cancelled: won(40), pending: None },
        State::PartCancelled { cancelled: won(40), pending: some },
        State::Cancelled,
        State::Failed,
    ]
}

fn events() -> Vec<Event> {
    vec![
        Event::ApprovalStarted,
        Event::Approved(won(100)),
        Event::Approved(won(99)),
        Event::AccountIssued,
        Event::AccountChanged(won(99)),
        Event::AccountChanged(won(0)),
        Event::Declined,
        Event::NoAnswer,
        Event::Voided,
        Event::Deposited(won(100)),
        Event::Deposited(won(99)),
        Event::CancelStarted(won(60)),
        Event::CancelStarted(won(100)),
        Event::CancelStarted(won(101)),
        Event::CancelDone,
        Event::CancelRefused,
        Event::CancelNoAnswer,
    ]
}

fn short(state: State) -> String {
    let stored = Payment { amount: won(100), state }.stored();
    format!("{}/{}/{}", stored.word, stored.cancelled, stored.pending)
}

fn table() -> String {
    let mut text = String::new();
    for state in states() {
        text.push_str(&format!("{}\n", short(state)));
        for event in events() {
            let next = match (Payment { amount: won(100), state }).apply(event) {
                Err(Illegal::State) => continue,
                Err(why) => format!("- {why}"),
                Ok((next, effects)) if next.amount == won(100) => {
                    format!("{} {effects:?}", short(next.state))
                }
                Ok((next, effects)) => {
                    format!("{} {effects:?} of {}", short(next.state), next.amount.minor())
                }
            };
            text.push_str(&format!("  {event:?} -> {next}\n"));
        }
    }
    text.replace("Money { minor: ", "").replace(", currency: Krw }", "")
}

#[test]
fn the_table_of_states_and_events_is_the_one_we_agreed_on() {
    assert_eq!(table(), include_str!("table.txt"), "the new table:\n{}", table());
}

#[test]
fn every_state_survives_its_columns() {
    for state in states() {
        let payment = Payment { amount: won(100), state };
        let columns = payment.stored();
        let back = Payment::from_stored(won(100), columns.word, columns.cancelled, columns.pending);
        assert_eq!(back, Ok(Some(payment)));
    }
    assert_eq!(Payment::from_stored(won(100), "nonsense", 0, 0), Ok(None));
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        proptest::sample::select(events()),
        (0_i64..140).prop_map(|minor| Event::CancelStarted(won(minor))),
        Just(Event::CancelDone),
    ]
}

proptest! {
    /// Whatever happens in whatever order: what was paid is what is left and what went back, and
    /// nothing is promised that is not there.
    #[test]
    fn money_is_conserved(history in proptest::collection::vec(any_event(), 0..40)) {
        let mut payment = Payment::new(won(100));
        for event in history {
            if let Ok((next, _)) = payment.apply(event) {
                prop_assert!(next.cancelled().minor() >= payment.cancelled().minor());
                // What is asked for changes only while nothing is held.
                let changed = next.amount != payment.amount;
                prop_assert!(!changed || matches!(event, Event::AccountChanged(_)));
                let open = State::AccountIssued { closing: false };
                prop_assert!(!changed || next.state == open);
                payment = next;
            }
            let held = matches!(
                payment.state,
                State::Paid { .. } | State::PartCancelled { .. } | State::Cancelled
            );
            if held {
                let sum = payment.left().unwrap().plus(payment.cancelled()).unwrap();
                prop_assert_eq!(sum, payment.amount);
            }
            if let Some(pending) = payment.pending_cancel() {
                prop_assert!(pending.minor() > 0);
                prop_assert!(pending.minor() <= payment.left().unwrap().minor());
            }
        }
    }
}
