//! Tokens, payments, what an order must cost, virtual accounts.

use super::{Group, Operation, row};
use engine::console::Can;

/// What every answer that holds a payment can leave out.
const KEYS: &[&str] = &["compat.legacy_payment_keys"];

pub(super) const AUTHENTICATE: Group = Group {
    name: "authenticate",
    title: "Tokens",
    rows: &[row(
        "POST",
        "/users/getToken",
        "One token per key, 30 minutes, the same one while it lives and five minutes more when \
         asked for in its last minute.",
    )
    .differs("A missing key is HTTP 400, as V1 did; the documents name only 401.")],
};

pub(super) const PAYMENTS: Group = Group {
    name: "payments",
    title: "Payments",
    rows: &[
        payment("/payments/{imp_uid}", "One payment."),
        payment(
            "/payments",
            "Up to 100 by number or order, newest first; 207 if some are missing.",
        )
        .differs("No number at all, or more than 100, is HTTP 400."),
        payment(
            "/payments/find/{merchant_uid}/{payment_status}",
            "The first attempt of an order in sort order, also without a status.",
        ),
        payment(
            "/payments/findAll/{merchant_uid}/{payment_status}",
            "Every attempt of an order, paged, also without a status.",
        ),
        payment(
            "/payments/status/{payment_status}",
            "What reached a status between two moments, at most 90 days apart, paged.",
        ),
        row(
            "POST",
            "/payments/cancel",
            "Whole or in part, with `checksum` and refund accounts; an unanswered cancel is \
             settled with the PG, never asked for twice.",
        )
        .by(Can::Pay)
        .switches(KEYS)
        .differs(
            "A value of the wrong type is HTTP 400 naming the field. `retain_promotion` is read \
             and without effect: there are no promotions here.",
        ),
        row(
            "GET",
            "/payments/{imp_uid}/balance",
            "What is left, split by tax, with a line per cancel.",
        )
        .differs(
            "V1 has it from one PG; here it follows from the payment and its cancels for all.",
        ),
    ],
};

/// A look-up that shows payments.
const fn payment(path: &'static str, what: &'static str) -> Operation {
    row("GET", path, what).switches(KEYS)
}

pub(super) const VALIDATION: Group = Group {
    name: "payments.validation",
    title: "What an order must cost",
    rows: &[
        row("POST", "/payments/prepare", "Registers it; a second time is refused with code 1.")
            .differs("A missing field is HTTP 400; the documents name only 401."),
        row("PUT", "/payments/prepare", "Changes it.").differs("A missing field is HTTP 400."),
        row("GET", "/payments/prepare/{merchant_uid}", "Shows it; unknown is code 1."),
    ],
};

pub(super) const VBANKS: Group = Group {
    name: "vbanks",
    title: "Virtual accounts by API",
    rows: &[
        row("POST", "/vbanks", "Opens an account; one whose answer was lost is closed at the PG.")
            .by(Can::Account)
            .switches(KEYS)
            .differs(
                "A missing or wrong field is HTTP 400; the documents name only 401. \
                 `channel_key` may be left out or replaced by `pg`: then the first channel that \
                 can.",
            ),
        row(
            "PUT",
            "/vbanks/{imp_uid}",
            "Another amount or deadline for an account nobody paid into; one whose answer was lost \
             is asked about until it is known what the bank takes.",
        )
        .by(Can::AccountChange)
        .differs("No PG spoken to here publishes such a call: their accounts are refused."),
        row("DELETE", "/vbanks/{imp_uid}", "Closes an account nobody paid into.").by(Can::Account),
    ],
};
