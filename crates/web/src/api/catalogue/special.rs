//! What V1 has for single PGs.

use super::{Group, Operation, row};
use engine::console::Can;

/// A row of a step of product orders.
macro_rules! step {
    ($task:literal, $what:literal) => {
        row("POST", concat!("/payments/{imp_uid}/naver/", $task), $what).by(Can::ProductOrder)
    };
}

const POINT: Operation =
    row("POST", "/payments/{imp_uid}/naver/point", "Gives the buyer's points, once per payment.")
        .by(Can::Purchase);
const CONFIRM: Operation =
    row("POST", "/payments/{imp_uid}/naver/confirm", "Confirms the purchase, once per payment.")
        .by(Can::Purchase);
const ORDERS: Operation =
    row("GET", "/payments/{imp_uid}/naver/product-orders", "As the PG has them now.")
        .by(Can::ProductOrder);
const CASH: Operation =
    row("GET", "/payments/{imp_uid}/naver/cash-amount", "What a cash receipt may be issued for.")
        .differs("All of what is left if it was paid by points, else nothing.")
        .by(Can::Purchase);

pub(super) const NAVER: Group = Group {
    name: "naver",
    title: "Naver Pay",
    rows: &[
        step!("cancel", "Cancels product orders and gives their money back.").differs(
            "The reasons are told when none was changed; a lost answer is 500 and settled.",
        ),
        step!("approve-cancel", "Agrees to a buyer's cancel; the money goes back."),
        step!("ship", "Sends product orders."),
        step!("ship-exchanged", "Sends their replacement."),
        step!("collect-exchanged", "What is exchanged has come back."),
        step!("place", "Takes product orders on."),
        step!("request-return", "Asks for a return in the buyer's place."),
        step!("approve-return", "Agrees to a return; the money goes back."),
        step!("reject-return", "Says no to a return."),
        step!("withhold-return", "Holds a return back.")
            .differs("`extra_charge` is noted and not taken off what goes back."),
        step!("resolve-return", "Ends that."),
        POINT,
        CONFIRM,
        ORDERS,
        row("GET", "/naver/product-orders/{product_order_id}", "One of them.")
            .by(Can::ProductOrder),
        row("GET", "/naver/reviews", "What buyers wrote.")
            .differs("`channel_key` may be left out: the first channel that can.")
            .by(Can::ProductOrder),
        CASH,
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
    rows: &[row(
        "POST",
        "/payco/orders/status/{imp_uid}",
        "Changes a state beside the payment; no money.",
    )
    .by(Can::OrderStatus)],
};

pub(super) const PAYMENTWALL: Group = Group {
    name: "paymentwall",
    title: "Paymentwall",
    rows: &[row("POST", "/paymentwall/delivery", "Tells the PG how the goods travel.")
        .by(Can::Delivery)],
};
