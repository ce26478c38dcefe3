//! What V1 has for single PGs.

use super::{Group, nobody, row};
use engine::console::Can;

pub(super) const NAVER: Group = Group {
    name: "naver",
    title: "Naver Pay",
    rows: &[
        nobody("POST", "/payments/{imp_uid}/naver/cancel"),
        nobody("POST", "/payments/{imp_uid}/naver/approve-cancel"),
        nobody("POST", "/payments/{imp_uid}/naver/ship"),
        nobody("POST", "/payments/{imp_uid}/naver/ship-exchanged"),
        nobody("POST", "/payments/{imp_uid}/naver/collect-exchanged"),
        nobody("POST", "/payments/{imp_uid}/naver/place"),
        nobody("POST", "/payments/{imp_uid}/naver/request-return"),
        nobody("POST", "/payments/{imp_uid}/naver/approve-return"),
        nobody("POST", "/payments/{imp_uid}/naver/reject-return"),
        nobody("POST", "/payments/{imp_uid}/naver/withhold-return"),
        nobody("POST", "/payments/{imp_uid}/naver/resolve-return"),
        nobody("POST", "/payments/{imp_uid}/naver/point"),
        nobody("POST", "/payments/{imp_uid}/naver/confirm"),
        nobody("GET", "/payments/{imp_uid}/naver/product-orders"),
        nobody("GET", "/naver/product-orders/{product_order_id}"),
        nobody("GET", "/naver/reviews"),
        nobody("GET", "/payments/{imp_uid}/naver/cash-amount"),
    ],
};

pub(super) const KCPQUICK: Group = Group {
    name: "kcpquick",
    title: "KCP QuickPay",
    rows: &[
        row("DELETE", "/kcpquick/members/{member_id}", "Deletes a member at the PG.")
            .by(Can::QuickPay)
            .differs("A missing query field is HTTP 400; the documents name 401 and 404."),
        row(
            "POST",
            "/kcpquick/payment/money",
            "Charges a member's prepaid money, once per PIN typed in a window (`imp_uid`).",
        )
        .by(Can::QuickPay),
        row("PUT", "/kcpquick/prepare/{merchant_uid}", "Changes what is registered."),
        row(
            "POST",
            "/kcpquick/prepare/{merchant_uid}",
            "Registers what the PG's window is told about the order; kept sealed.",
        ),
        row("POST", "/kcpquick/payment/autopay", "Charges a member's billing key.")
            .by(Can::QuickPay),
        row("DELETE", "/kcpquick/autopay/{customer_uid}", "Deletes it at the PG, then here.")
            .by(Can::QuickPay),
        row(
            "POST",
            "/kcpquick/members/{member_id}/fido/release",
            "Ends a member's biometrics; the PG's refusal is in `error`.",
        )
        .by(Can::QuickPay),
    ],
};

pub(super) const BENEPIA: Group = Group {
    name: "benepia",
    title: "Benepia points",
    rows: &[
        row("POST", "/benepia/point", "Asks the PG; the password is kept nowhere.")
            .by(Can::Points)
            .differs("A missing field is HTTP 400, another PG's channel HTTP 200 with a code."),
        row(
            "POST",
            "/benepia/payment",
            "The login becomes a key for one charge; the password is kept nowhere.",
        )
        .by(Can::Points)
        .differs("A missing field is HTTP 400, an order that is paid HTTP 200 with a code."),
    ],
};

pub(super) const CVS: Group = Group {
    name: "cvs",
    title: "Payments at a convenience store",
    rows: &[
        row(
            "POST",
            "/cvs",
            "Gets or registers a number; `confirm_url` is asked when it is about to be paid.",
        )
        .by(Can::Cvs)
        .differs(
            "The number is in `vbank_num`, its deadline in `vbank_date`: V1's Payment has no \
                  fields for them. A missing or wrong field is HTTP 400.",
        ),
        row("DELETE", "/cvs/{imp_uid}", "Voids a number nobody paid.").by(Can::Cvs),
    ],
};

pub(super) const PAYCO: Group = Group {
    name: "payco",
    title: "PAYCO",
    rows: &[nobody("POST", "/payco/orders/status/{imp_uid}")],
};

pub(super) const PAYMENTWALL: Group = Group {
    name: "paymentwall",
    title: "Paymentwall",
    rows: &[nobody("POST", "/paymentwall/delivery")],
};
