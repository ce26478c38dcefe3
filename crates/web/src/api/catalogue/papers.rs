//! Everything around a payment: who the buyer is, receipts, deliveries, and the merchant's own
//! settings.

use super::{Group, nobody, row};
use engine::console::Can;

pub(super) const CERTIFICATIONS: Group = Group {
    name: "certifications",
    title: "Identity verification",
    rows: &[
        row("GET", "/certifications/{imp_uid}", "Who it was, opened from its seal.")
            .differs(
                "One that is not finished, or failed, is `certified: false` and names nobody. V1 \
                 shows `phone` and `carrier` to merchants the carriers approved: here a switch.",
            )
            .switches(&["compat.hide_certified_phone"]),
        row("DELETE", "/certifications/{imp_uid}", "Erases the person, shown a last time.")
            .differs("Afterwards the number is unknown (404)."),
        row("POST", "/certifications/otp/request", "Has a code sent, in the sandbox: `000000`.")
            .differs(
                "`channel_key` may be left out: the first channel that sends codes is taken. \
                 `bypass` is not looked at.",
            )
            .by(Can::Code),
        row("POST", "/certifications/otp/confirm/{imp_uid}", "Confirms the code.")
            .differs("A wrong code is HTTP 400 and may be typed again, four times.")
            .by(Can::Code),
    ],
};

pub(super) const RECEIPTS: Group = Group {
    name: "receipts",
    title: "Cash receipts",
    rows: &[
        nobody("GET", "/receipts/{imp_uid}"),
        nobody("POST", "/receipts/{imp_uid}"),
        nobody("DELETE", "/receipts/{imp_uid}"),
        nobody("GET", "/receipts/external/{merchant_uid}"),
        nobody("POST", "/receipts/external/{merchant_uid}"),
        nobody("DELETE", "/receipts/external/{merchant_uid}"),
    ],
};

pub(super) const ESCROW: Group = Group {
    name: "escrow.logis",
    title: "Escrow deliveries",
    rows: &[
        nobody("GET", "/escrows/logis/{imp_uid}"),
        nobody("POST", "/escrows/logis/{imp_uid}"),
        nobody("PUT", "/escrows/logis/{imp_uid}"),
    ],
};

pub(super) const PARTNERS: Group = Group {
    name: "partners",
    title: "Sub-merchants' receipts",
    rows: &[nobody("POST", "/partners/receipts/{imp_uid}")],
};

pub(super) const USERS: Group = Group {
    name: "users",
    title: "The merchant's channels",
    rows: &[row("GET", "/users/pg", "Every channel with its key, MID and mode.")],
};

pub(super) const TIERS: Group = Group {
    name: "tiers",
    title: "Sub-merchants",
    rows: &[row("GET", "/tiers/{tier_code}", "A sub-merchant's code and name.")],
};

pub(super) const CODES: Group = Group {
    name: "codes",
    title: "Codes of banks and cards",
    rows: &[
        row("GET", "/cards", "Every card company."),
        row("GET", "/cards/{card_standard_code}", "One of them."),
        row("GET", "/banks", "Every bank."),
        row("GET", "/banks/{bank_standard_code}", "One of them."),
    ],
};
