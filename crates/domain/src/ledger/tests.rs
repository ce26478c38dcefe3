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
        Event::Declined,
        Event::NoAnswer,
        Event::Voided,
        Event::Deposited(won(100)),
        Event::Deposited(won(99)),
        Event::CancelStarted(won(60)),
        Event::CancelDone,
        Event::CancelRefused,
        Event::CancelNoAnswer,
    ]
}

/// Every event that may happen and moves money; all others are not in it.
fn table() -> String {
    let mut text = String::new();
    for state in states() {
        let before = Payment { amount: won(100), state };
        let stored = before.stored();
        for event in events() {
            if before.apply(event).is_err() {
                continue;
            }
            let Some(moved) = transfer(before, event, 7) else { continue };
            let Transfer { kind, debit, credit, amount } = moved;
            let state = format!("{}/{}/{}", stored.word, stored.cancelled, stored.pending);
            let (kind, amount) = (kind.as_str(), amount.minor());
            text.push_str(&format!("{state} {event:?}: {kind} {credit} -> {debit} {amount}\n"));
        }
    }
    text.replace("Money { minor: ", "").replace(", currency: Krw }", "")
}

#[test]
fn the_table_of_what_moves_is_the_one_we_agreed_on() {
    assert_eq!(table(), include_str!("table.txt"), "the new table:\n{}", table());
}

#[test]
fn accounts_and_kinds_are_read_as_they_are_written() {
    let accounts =
        [Account::Pg(7), Account::Sales, Account::Refunds, Account::Suspense, Account::Correction];
    for account in accounts {
        assert_eq!(Account::parse(&account.to_string()), Some(account));
    }
    for word in ["", "pg:", "pg:x", "Sales", "sales "] {
        assert_eq!(Account::parse(word), None, "{word}");
    }
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    prop_oneof![
        proptest::sample::select(events()),
        (0_i64..140).prop_map(|minor| Event::CancelStarted(won(minor))),
        Just(Event::CancelDone),
    ]
}

/// What the entries come to: the PG, sales, refunds and suspense.
#[derive(Default)]
struct Books {
    pg: i64,
    sales: i64,
    refunds: i64,
    suspense: i64,
}

impl Books {
    fn enter(&mut self, moved: &Transfer) {
        for (account, amount) in
            [(moved.debit, moved.amount.minor()), (moved.credit, -moved.amount.minor())]
        {
            match account {
                Account::Pg(_) => self.pg += amount,
                Account::Sales => self.sales -= amount,
                Account::Refunds => self.refunds += amount,
                Account::Suspense => self.suspense -= amount,
                Account::Correction => panic!("nobody corrects here"),
            }
        }
    }
}

proptest! {
    /// Whatever happens in whatever order, the entries say what the payment says.
    #[test]
    fn the_entries_come_to_what_the_payment_says(
        history in proptest::collection::vec(any_event(), 0..40),
    ) {
        let mut payment = Payment::new(won(100));
        let (mut books, mut paid) = (Books::default(), false);
        for event in history {
            let Ok((next, _)) = payment.apply(event) else { continue };
            if let Some(moved) = transfer(payment, event, 7) {
                prop_assert!(moved.kind.fits(moved.debit, moved.credit));
                prop_assert!(moved.amount.minor() > 0);
                books.enter(&moved);
            }
            paid |= matches!(next.state, State::Paid { .. });
            payment = next;
            let expected = Expected::of(payment, paid);
            prop_assert_eq!(books.sales, expected.sales.minor());
            prop_assert_eq!(books.refunds, expected.refunds.minor());
            prop_assert_eq!(books.pg, expected.held().unwrap().minor() + books.suspense);
            let mut opened = Books::default();
            for moved in opening(payment, paid, 7) {
                prop_assert!(moved.kind.fits(moved.debit, moved.credit));
                opened.enter(&moved);
            }
            prop_assert_eq!(opened.pg, expected.held().unwrap().minor());
            prop_assert_eq!(opened.sales, books.sales);
            prop_assert_eq!(opened.refunds, books.refunds);
        }
    }
}
