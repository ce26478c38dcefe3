//! Everything around a payment: who the buyer is, receipts, deliveries, and the merchant's own
//! settings.

use super::{Group, row};
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
        row(
            "GET",
            "/receipts/{imp_uid}",
            "The newest receipt of a payment, also a taken-back one.",
        ),
        row(
            "POST",
            "/receipts/{imp_uid}",
            "For what is left of a paid transfer or virtual account; VAT is an eleventh of what is \
             taxed, rounded down, unless said. A lost answer is looked up, or undone; what neither \
             can is shown to staff. A payment cancelled in full takes its receipt with it, one \
             cancelled in part leaves it.",
        )
        .by(Can::CashReceipt)
        .differs(
            "`identifier_type` may be left out everywhere: the number's shape tells. One at a \
             time: after it is taken back another may be issued. None for a payment whose window \
             issued one.",
        ),
        row("DELETE", "/receipts/{imp_uid}", "Takes it back.")
            .by(Can::CashReceipt)
            .differs("Also where V1 lists issuing only: the PG's own manual has the call."),
        row("GET", "/receipts/external/{merchant_uid}", "The newest receipt of a sale elsewhere."),
        row("POST", "/receipts/external/{merchant_uid}", "For a sale the hub knows nothing of.")
            .by(Can::CashReceipt)
            .differs("The PG gets a number of ours as its order number, not `merchant_uid`."),
        row("DELETE", "/receipts/external/{merchant_uid}", "Takes it back.").by(Can::CashReceipt),
    ],
};

pub(super) const ESCROW: Group = Group {
    name: "escrow.logis",
    title: "Escrow deliveries",
    rows: &[
        row(
            "GET",
            "/escrows/logis/{imp_uid}",
            "What was registered here: courier, parcel, times. Names and addresses are not kept.",
        )
        .by(Can::Escrow),
        row(
            "POST",
            "/escrows/logis/{imp_uid}",
            "For a paid escrow payment. A lost answer is settled by a job, by asking for the same \
             again; what a PG cannot tell is shown to staff. In the sandbox the buyer then takes \
             or refuses, and a webhook with a name of its own tells of it.",
        )
        .by(Can::Escrow)
        .differs(
            "`products` is checked for its form, then ignored: no PG here asks for it. In live \
             mode no notice of the buyer's choice is read: its form is not published.",
        ),
        row("PUT", "/escrows/logis/{imp_uid}", "Until the buyer chose.").by(Can::EscrowChange),
    ],
};

pub(super) const PARTNERS: Group = Group {
    name: "partners",
    title: "Sub-merchants' receipts",
    rows: &[row(
        "POST",
        "/partners/receipts/{imp_uid}",
        "Lists sub-merchants on the sales slip of a paid payment; the newest list counts. \
         Registration numbers must be real ones, and the amounts no more than was paid.",
    )
    .by(Can::PartnerReceipt)
    .differs(
        "The slip is the hub's own page and the PG is not told: its call is not published. So \
         channels in live mode answer 501.",
    )],
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
