//! What V1 has for single PGs.

use super::{Group, nobody, row};
use engine::console::Can;

pub(super) const NAVER: Group = Group {
    name: "naver",
    title: "Naver Pay",
    rows: &[
        row("POST", "/payments/{imp_uid}/naver/cancel", "Cancels product orders and gives their money back.").by(Can::ProductOrder)
            .differs("The reasons of those that were not changed are told when none was; a lost answer is 500 and settled."),
        row("POST", "/payments/{imp_uid}/naver/approve-cancel", "Agrees to a buyer's cancel; the money goes back.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/ship", "Sends product orders.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/ship-exchanged", "Sends their replacement.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/collect-exchanged", "What is exchanged has come back.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/place", "Takes product orders on.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/request-return", "Asks for a return in the buyer's place.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/approve-return", "Agrees to a return; the money goes back.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/reject-return", "Says no to a return.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/withhold-return", "Holds a return back.").by(Can::ProductOrder)
            .differs("`extra_charge` is noted and not taken off the refund."),
        row("POST", "/payments/{imp_uid}/naver/resolve-return", "Ends that.").by(Can::ProductOrder),
        row("POST", "/payments/{imp_uid}/naver/point", "Gives the buyer's points, once per payment.").by(Can::Purchase),
        row("POST", "/payments/{imp_uid}/naver/confirm", "Confirms the purchase, once per payment.").by(Can::Purchase),
        row("GET", "/payments/{imp_uid}/naver/product-orders", "The product orders of a payment, as the PG has them now.").by(Can::ProductOrder),
        row("GET", "/naver/product-orders/{product_order_id}", "One of them.").by(Can::ProductOrder),
        row("GET", "/naver/reviews", "What buyers wrote.").by(Can::ProductOrder)
            .differs("`channel_key` may be left out: the first channel that can."),
        row("GET", "/payments/{imp_uid}/naver/cash-amount", "What a cash receipt may be issued for.").by(Can::Purchase)
            .differs("All of what is left if it was paid by points, else nothing."),
    ],
};

pub(super) const KCPQUICK: Group = Group {
    name: "kcpquick",
    title: "KCP QuickPay",
    rows: &[
        nobody("DELETE", "/kcpquick/members/{member_id}"),
        nobody("POST", "/kcpquick/payment/money"),
        nobody("PUT", "/kcpquick/prepare/{merchant_uid}"),
        nobody("POST", "/kcpquick/prepare/{merchant_uid}"),
        nobody("POST", "/kcpquick/payment/autopay"),
        nobody("DELETE", "/kcpquick/autopay/{customer_uid}"),
        nobody("POST", "/kcpquick/members/{member_id}/fido/release"),
    ],
};

pub(super) const BENEPIA: Group = Group {
    name: "benepia",
    title: "Benepia points",
    rows: &[nobody("POST", "/benepia/point"), nobody("POST", "/benepia/payment")],
};

pub(super) const CVS: Group = Group {
    name: "cvs",
    title: "Payments at a convenience store",
    rows: &[nobody("POST", "/cvs"), nobody("DELETE", "/cvs/{imp_uid}")],
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
