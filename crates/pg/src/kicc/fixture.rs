//! What the unit tests of this folder share: an order, a cancel and a transport that answers once.

use crate::cx::Cx;
use crate::ops::{Buyer, CancelOrder, Charge, Device, IssuedKey, Order};
use crate::spec::{Credentials, Mode};
use crate::wire::{Request, Response, Transport, TransportError};
use domain::{Currency, Millis, Money};

/// No call is made in a test of `request()` or `outcome()`.
pub(super) struct Nowhere;

#[async_trait::async_trait]
impl Transport for Nowhere {
    async fn send(&self, _request: Request) -> Result<Response, TransportError> {
        Err(TransportError::NotSent("no network in unit tests".into()))
    }
}

/// 2021-03-26 09:02:00 KST.
pub(super) const AT: Millis = Millis(1_616_716_920_000);

pub(super) fn cx(credentials: &Credentials) -> Cx<'_> {
    Cx { transport: &Nowhere, credentials, mode: Mode::Test, at: AT, operation_id: "op1" }
}

pub(super) fn credentials() -> Credentials {
    super::spec::SPEC.test_credentials()
}

pub(super) fn won(minor: i64) -> Money {
    Money::new(minor, Currency::Krw).unwrap_or_else(|error| panic!("{error}"))
}

pub(super) fn order(method: &str) -> Order {
    Order {
        imp_uid: "imp_000000000001".into(),
        merchant_uid: "order-1".into(),
        name: "주문명:\"결제\" 테스트".into(),
        amount: won(51_004),
        tax_free: None,
        vat_amount: None,
        method: method.into(),
        buyer: Buyer { name: "홍길동".into(), tel: "010-1234-5678".into(), ..Buyer::default() },
        device: Device::Pc,
        customer_uid: None,
        language: "ko".into(),
        vbank_due: None,
        escrow: false,
        digital: false,
        param: serde_json::json!({}),
        return_url: "https://hub.example.com/back/1".into(),
        close_url: String::new(),
        notice_url: String::new(),
        client_ip: "127.0.0.1".into(),
    }
}

pub(super) fn cancel(method: &str, amount: i64) -> CancelOrder {
    CancelOrder {
        cancel_id: "op1".into(),
        imp_uid: "imp_000000000001".into(),
        merchant_uid: "order-1".into(),
        tid: "21032609020010850001".into(),
        method: method.into(),
        total: won(51_004),
        left: won(51_004),
        amount: won(amount),
        earlier: 0,
        deposited: false,
        tax_free: None,
        vat_amount: None,
        reason: "고객 변심".into(),
        refund: None,
        item: None,
        memo: String::new(),
        paid_at: AT,
        asked_at: AT,
    }
}

/// A charge of the key in the samples.
pub(super) fn charge() -> Charge {
    let key = "574880230721BA465449".into();
    Charge {
        imp_uid: "imp_000000000001".into(),
        merchant_uid: "order-1".into(),
        name: "정기결제 3월".into(),
        amount: won(51_004),
        tax_free: None,
        vat_amount: None,
        buyer: Buyer { name: "홍길동".into(), tel: "010-1234-5678".into(), ..Buyer::default() },
        quota: 0,
        interest_free: false,
        key: IssuedKey { key, card: None, memo: String::new() },
        client_ip: "127.0.0.1".into(),
        asked_at: AT,
    }
}

/// A sample answer with the signature KICC would put in.
pub(super) fn signed(sample: &str) -> String {
    let value: serde_json::Value =
        serde_json::from_str(sample).unwrap_or_else(|error| panic!("{error}"));
    let get = |name: &str| super::wire::text(&value[name]);
    let message = [get("pgCno"), get("amount"), get("transactionDate")].join("|");
    let signature = crate::crypto::hmac_sha256_hex(b"easypay!KICCTEST", message.as_bytes());
    sample.replace("{msgAuthValue}", &signature)
}

/// The value of a future that is ready when first asked: the simulator answers at once.
pub(super) fn run<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("the future waited"),
    }
}

/// The JSON of a request, for comparing.
pub(super) fn json(request: &Request) -> serde_json::Value {
    serde_json::from_slice(&request.body).unwrap_or_else(|error| panic!("{error}"))
}

/// An answer with HTTP 200.
pub(super) fn response(body: &str) -> Response {
    Response { status: 200, content_type: "application/json".into(), body: body.into() }
}
