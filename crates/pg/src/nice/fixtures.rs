//! What the tests of this folder start from: an order, a cancel, credentials and a moment.
#![expect(clippy::unwrap_used, reason = "tests")]

use crate::Cx;
use crate::ops::{
    AccountOrder, Buyer, CancelOrder, Card, CardInput, Charge, Device, IssuedKey, KeyIssue, Order,
};
use crate::spec::{Credentials, Mode};
use crate::wire::{Request, Response, Transport, TransportError};
use domain::{Currency, Millis, Money};

/// 2023-11-15 07:13:20 KST.
pub(crate) const AT: Millis = Millis(1_700_000_000_000);

/// A way out that is never used: pure functions only.
struct Nowhere;

#[async_trait::async_trait]
impl Transport for Nowhere {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        Err(TransportError::NotSent(request.url))
    }
}

/// A channel with the published test shop.
pub(crate) struct Lab {
    pub(crate) credentials: Credentials,
}

impl Default for Lab {
    fn default() -> Self {
        Self { credentials: crate::nice::spec::SPEC.test_credentials() }
    }
}

impl Lab {
    pub(crate) fn cx(&self) -> Cx<'_> {
        Cx {
            transport: &Nowhere,
            credentials: &self.credentials,
            mode: Mode::Test,
            at: AT,
            operation_id: "op_1",
        }
    }
}

pub(crate) fn order() -> Order {
    Order {
        imp_uid: "imp_123456789012".into(),
        merchant_uid: "merchant_1700000000000".into(),
        name: "주문명:결제테스트".into(),
        amount: Money::new(14_000, Currency::Krw).unwrap(),
        tax_free: None,
        vat_amount: None,
        method: "card".into(),
        buyer: Buyer {
            name: "구매자이름".into(),
            email: "iamport@siot.do".into(),
            tel: "010-1234-5678".into(),
            addr: "서울특별시 강남구 삼성동".into(),
            postcode: "123-456".into(),
        },
        device: Device::Pc,
        customer_uid: None,
        language: "ko".into(),
        vbank_due: None,
        escrow: false,
        digital: false,
        param: serde_json::Value::Null,
        return_url: "http://127.0.0.1:9000/back/1".into(),
        close_url: "http://127.0.0.1:9000/close/1".into(),
        notice_url: "http://127.0.0.1:9000/notice/nice".into(),
        client_ip: "127.0.0.1".into(),
    }
}

/// The amount of the manual's vectors.
pub(crate) fn order_of_1004() -> Order {
    Order { amount: Money::new(1004, Currency::Krw).unwrap(), ..order() }
}

pub(crate) fn cancel_of_1004() -> CancelOrder {
    let amount = Money::new(1004, Currency::Krw).unwrap();
    CancelOrder {
        cancel_id: "01HF8ZQ5C0ABCDEFGH12".into(),
        imp_uid: "imp_123456789012".into(),
        merchant_uid: "merchant_1700000000000".into(),
        tid: "nicepay00m01012006221311045107".into(),
        method: "card".into(),
        total: amount,
        left: amount,
        amount,
        earlier: 0,
        deposited: false,
        tax_free: None,
        vat_amount: None,
        reason: "고객요청".into(),
        refund: None,
        item: None,
        memo: String::new(),
        paid_at: AT,
        asked_at: AT,
    }
}

pub(crate) fn key_issue() -> KeyIssue {
    let secret = |text: &str| zeroize::Zeroizing::new(text.to_owned());
    KeyIssue {
        customer_uid: "customer_1".into(),
        order_no: "key_123456789012".into(),
        card: CardInput {
            number: secret("4111111111111111"),
            expiry: secret("3012"),
            birth: secret("800101"),
            password: secret("12"),
        },
        buyer: order().buyer,
        client_ip: "127.0.0.1".into(),
    }
}

pub(crate) fn issued_key() -> IssuedKey {
    let number = Some("411111******1111".to_owned());
    IssuedKey {
        key: "BIKYnicepay00m2311150713205596".into(),
        card: Some(Card { number, ..Card::default() }),
        memo: String::new(),
    }
}

pub(crate) fn charge_of_1004() -> Charge {
    let order = order_of_1004();
    Charge {
        imp_uid: order.imp_uid,
        merchant_uid: order.merchant_uid,
        name: "정기결제".into(),
        amount: order.amount,
        tax_free: None,
        vat_amount: None,
        buyer: order.buyer,
        quota: 0,
        interest_free: false,
        key: issued_key(),
        client_ip: "127.0.0.1".into(),
        asked_at: AT,
    }
}

pub(crate) fn account_of_1004() -> AccountOrder {
    let order = order_of_1004();
    AccountOrder {
        imp_uid: order.imp_uid,
        merchant_uid: order.merchant_uid,
        name: order.name,
        amount: order.amount,
        tax_free: None,
        vat_amount: None,
        bank_code: "088".into(),
        due: Millis::parse_kst("20231130235959").unwrap(),
        holder: "회사명".into(),
        buyer: order.buyer,
        notice_url: order.notice_url,
        client_ip: order.client_ip,
        asked_at: AT,
    }
}
