//! Helpers of this folder's tests.
#![expect(clippy::unwrap_used, reason = "tests")]

use super::wire::won;
use crate::ops::{Buyer, CancelOrder, Card, Charge, Device, IssuedKey, Order};
use crate::wire::{Request, Response, Transport, TransportError};
use crate::{Credentials, Cx, Mode};
use domain::Millis;

/// 2023-11-15 07:13:20 KST.
pub(super) fn at() -> Millis {
    Millis::from_seconds(1_700_000_000)
}

pub(super) fn credentials() -> Credentials {
    super::spec::SPEC.test_credentials()
}

/// A transport for what must not send.
pub(super) struct Deaf;

#[async_trait::async_trait]
impl Transport for Deaf {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        panic!("sent {}", request.url);
    }
}

pub(super) fn cx<'a>(transport: &'a dyn Transport, credentials: &'a Credentials) -> Cx<'a> {
    Cx { transport, credentials, mode: Mode::Test, at: at(), operation_id: "op_1" }
}

pub(super) fn order(method: &str) -> Order {
    Order {
        imp_uid: "imp_000000000001".into(),
        merchant_uid: "order-1".into(),
        name: "주문명:결제테스트".into(),
        amount: won("14000").unwrap(),
        tax_free: None,
        vat_amount: None,
        method: method.into(),
        buyer: Buyer {
            name: "구매자".into(),
            email: "buyer@example.com".into(),
            tel: "010-1234-5678".into(),
            ..Buyer::default()
        },
        device: Device::Pc,
        customer_uid: None,
        language: "ko".into(),
        vbank_due: None,
        escrow: false,
        digital: false,
        param: serde_json::json!({}),
        return_url: "https://hub.example/return/abc?t=1".into(),
        close_url: "https://hub.example/close/abc?t=1&x=%26".into(),
        notice_url: "https://hub.example/notice/html5_inicis".into(),
        client_ip: "203.0.113.9".into(),
    }
}

pub(super) fn cancel_order() -> CancelOrder {
    CancelOrder {
        cancel_id: "cancel_1".into(),
        imp_uid: "imp_000000000001".into(),
        merchant_uid: "order-1".into(),
        tid: "StdpayCARDINIpayTest20231115071320123456".into(),
        method: "card".into(),
        total: won("14000").unwrap(),
        left: won("14000").unwrap(),
        amount: won("14000").unwrap(),
        earlier: 0,
        deposited: false,
        tax_free: None,
        vat_amount: None,
        reason: "고객 변심".into(),
        refund: None,
        item: None,
        memo: r#"{"way":"pc","ip":"127.0.0.1"}"#.into(),
        paid_at: at(),
        asked_at: at(),
    }
}

pub(super) fn charge() -> Charge {
    let order = order("card");
    Charge {
        imp_uid: "imp_000000000002".into(),
        merchant_uid: "order-2".into(),
        name: order.name,
        amount: order.amount,
        tax_free: None,
        vat_amount: None,
        buyer: order.buyer,
        quota: 0,
        interest_free: false,
        key: IssuedKey {
            key: "KEY-1".into(),
            card: Some(Card {
                code: Some("366".into()),
                number: Some("400914*********7".into()),
                ..Card::default()
            }),
            memo: r#"{"url":"https://hub.example"}"#.into(),
        },
        client_ip: "203.0.113.9".into(),
        asked_at: at(),
    }
}

pub(super) fn answer(status: u16, body: &str) -> Response {
    Response { status, content_type: String::new(), body: body.into() }
}

#[cfg(feature = "sim")]
mod journey;
