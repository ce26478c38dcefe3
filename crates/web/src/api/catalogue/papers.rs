//! Everything around a payment: who the buyer is, receipts, deliveries, and the merchant's own
//! settings.

use super::{Group, nobody, row};

pub(super) const CERTIFICATIONS: Group = Group {
    name: "certifications",
    title: "Identity verification",
    rows: &[
        nobody("GET", "/certifications/{imp_uid}"),
        nobody("DELETE", "/certifications/{imp_uid}"),
        nobody("POST", "/certifications/otp/request"),
        nobody("POST", "/certifications/otp/confirm/{imp_uid}"),
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
