//! Charges without a window, plans, and billing keys.

use super::{Group, Operation, row};
use engine::console::Can;

const KEYS: &[&str] = &["compat.legacy_payment_keys"];
const CARDS: &[&str] = &["cards.live", "compat.legacy_payment_keys"];
const UNKNOWN: &[&str] = &["compat.customer_not_found_404"];

/// Said of every call that takes fields.
const WRONG: &str = "A missing or wrong field is HTTP 400; the documents name only 401.";
/// Said of every list of plans.
const PAGED: &str = "A page (`total`, `previous`, `next`, `list`), as V1 answered and its clients \
                     read; its documents declare an array.";

pub(super) const SUBSCRIBE: Group = Group {
    name: "subscribe",
    title: "Subscriptions",
    rows: &[
        row(
            "POST",
            "/subscribe/payments/onetime",
            "Charges a card; with `customer_uid` its key is kept. In live mode card numbers are \
             refused until the operator takes them on.",
        )
        .by(Can::KeyFromCard)
        .switches(CARDS)
        .differs(WRONG),
        row("POST", "/subscribe/payments/again", "Charges a billing key, once per order.")
            .by(Can::Charge)
            .switches(KEYS)
            .differs(
                "`name` may be left out, as V1's clients do. A missing or wrong field is \
                 HTTP 400.",
            ),
        row("GET", "/subscribe/payments/schedule", "Plans between two moments, at most 3 months.")
            .differs(PAGED),
        row(
            "POST",
            "/subscribe/payments/schedule",
            "Plans charges, all or none; run exactly once.",
        )
        .switches(&["cards.live"])
        .differs(WRONG),
        row(
            "POST",
            "/subscribe/payments/unschedule",
            "Revokes what was not charged: by customer, by orders, or both.",
        )
        .differs(WRONG),
        row("GET", "/subscribe/payments/schedule/{merchant_uid}", "One plan."),
        row("PUT", "/subscribe/payments/schedule/{merchant_uid}", "Moves a plan not charged yet."),
        row(
            "POST",
            "/subscribe/payments/schedule/{merchant_uid}/reschedule",
            "Plans a failed charge again.",
        ),
        row(
            "POST",
            "/subscribe/payments/schedule/{merchant_uid}/retry",
            "Charges a failed plan now.",
        )
        .by(Can::Charge)
        .switches(KEYS),
        plans("/subscribe/payments/schedule/customers/{customer_uid}"),
    ],
};

pub(super) const CUSTOMERS: Group = Group {
    name: "subscribe.customer",
    title: "Billing keys",
    rows: &[
        row("GET", "/subscribe/customers", "Up to 100 at once; 207 if some are missing.")
            .differs("No name at all, or more than 100, is HTTP 400."),
        row("GET", "/subscribe/customers/{customer_uid}", "One customer.")
            .switches(UNKNOWN)
            .differs(GONE),
        row(
            "POST",
            "/subscribe/customers/{customer_uid}",
            "Issues a key from a card, or replaces it; nothing is charged.",
        )
        .by(Can::KeyFromCard)
        .switches(&["cards.live"])
        .differs(WRONG),
        row("DELETE", "/subscribe/customers/{customer_uid}", "Forgets the key, also at the PG.")
            .by(Can::Charge)
            .switches(UNKNOWN)
            .differs(GONE),
        row(
            "GET",
            "/subscribe/customers/{customer_uid}/payments",
            "What was paid with the key, newest first, paged.",
        )
        .switches(KEYS),
        plans("/subscribe/customers/{customer_uid}/schedules"),
    ],
};

const GONE: &str = "An unknown customer is HTTP 200 with code 1, as V1 answered; its documents \
                    say 404, and so does the switch.";

/// A customer's plans, under either of their two addresses.
const fn plans(path: &'static str) -> Operation {
    row("GET", path, "A customer's plans between two moments, at most 3 months.").differs(PAGED)
}
