//! What is special about PGs only the sandbox plays: they can reach nobody.

use crate::stage::run;
use domain::{Currency, Millis, Money};
use pg::sim::transport::SimTransport;
use pg::{Billing, Cx, Device, Mode, Pg, PgError, Request, Transport};
use serde_json::{Value, json};

const NOW: Millis = Millis(1_776_999_600_000);

fn ones() -> impl Iterator<Item = &'static dyn Pg> {
    pg::ALL.iter().copied().filter(|pg| pg.spec().sandbox_only)
}

#[test]
fn no_host_of_theirs_can_ever_resolve() {
    assert!(ones().count() >= 30);
    for pg in ones() {
        let spec = pg.spec();
        assert!(!spec.ko.is_empty() && !spec.en.is_empty(), "{}", spec.code);
        for host in spec.hosts {
            assert!(host.ends_with(".invalid"), "{host}");
        }
    }
    for pg in pg::ALL.iter().filter(|pg| !pg.spec().sandbox_only) {
        assert!(!pg.spec().hosts.iter().any(|host| host.ends_with(".invalid")));
    }
}

/// V1 behaviour §5.8 and §8.1, for codes merchants use most.
#[test]
fn flows_are_v1s() {
    use pg::Flow::{AskedPopup, CallbackCallback, CallbackRedirect, NoReturn, RedirectRedirect};
    for (flow, codes) in [
        (RedirectRedirect, &["chai", "paypal"][..]),
        (AskedPopup, &["naverpay"]),
        (NoReturn, &["naverco"]),
        (
            CallbackCallback,
            &["danal", "danal_tpay", "payco", "eximbay", "toss_brandpay", "paypal_v2"],
        ),
        (
            CallbackRedirect,
            &[
                "kcp",
                "kcp_billing",
                "jtnet",
                "settle",
                "uplus",
                "tosspayments",
                "tosspay",
                "tosspay_v2",
                "paymentwall",
                "ksnet",
                "smartro",
                "smartro_v2",
                "galaxia",
                "daou",
                "welcome",
                "kakaopay",
                "smilepay",
                "bluewalnut",
                "mobilians",
                "nice_v2",
            ],
        ),
    ] {
        for code in codes {
            assert_eq!(pg::find(code).map(|pg| pg.spec().flow), Some(flow), "{code}");
        }
    }
}

/// Window, card number, charge at issue (V1 behaviour §8.1, last paragraph).
#[test]
fn keys_are_v1s() {
    for (code, window, card, charges) in [
        ("nice_v2", false, true, false),
        ("tosspayments", true, true, false),
        ("kcp_billing", true, false, false),
        ("kcp", false, true, false),
        ("danal_tpay", true, false, true),
        ("settle", false, true, false),
        ("daou", false, true, false),
        ("mobilians", true, false, true),
        ("ksnet", false, true, false),
        ("smartro_v2", true, false, false),
        ("kakaopay", true, false, true),
        ("naverpay", true, false, false),
        ("payco", true, false, false),
        ("tosspay_v2", true, false, false),
        ("settle_acc", true, false, true),
        ("paymentwall", true, true, true),
        ("paypal_v2", true, false, false),
    ] {
        let billing = pg::find(code).and_then(Pg::billing);
        let seen = billing.map(|billing: &dyn Billing| {
            (billing.has_window(), billing.has_card_issue(), billing.charges_at_issue())
        });
        assert_eq!(seen, Some((window, card, charges)), "{code}");
    }
    for code in ["uplus", "tosspay", "eximbay", "smilepay", "paypal", "galaxia"] {
        assert!(pg::find(code).and_then(Pg::billing).is_none(), "{code}");
    }
}

fn order(amount: i64) -> pg::Order {
    pg::Order {
        imp_uid: "imp_000000000001".into(),
        merchant_uid: "order-1".into(),
        name: "주문".into(),
        amount: Money::new(amount, Currency::Krw).unwrap(),
        tax_free: None,
        vat_amount: None,
        method: "card".into(),
        buyer: pg::Buyer::default(),
        customer_uid: None,
        device: Device::Pc,
        language: "ko".into(),
        vbank_due: None,
        escrow: false,
        digital: false,
        param: json!({}),
        return_url: "http://hub.test/back".into(),
        close_url: "http://hub.test/close".into(),
        notice_url: "http://hub.test/notice".into(),
        client_ip: "127.0.0.1".into(),
    }
}

#[test]
fn amounts_too_small_are_refused_before_anything_is_sent() {
    let pg = pg::find("naverpay").unwrap();
    let transport = SimTransport::new(pg::sim::ALL, NOW);
    let credentials = pg.spec().test_credentials();
    let cx = Cx {
        transport: &transport,
        credentials: &credentials,
        mode: Mode::Test,
        at: NOW,
        operation_id: "op",
    };
    let opened = run(pg.open(&cx, &order(9)));
    assert!(matches!(opened, Err(PgError::Invalid { field: "amount", .. })), "{opened:?}");
    assert!(transport.sent().is_empty());
    assert!(run(pg.open(&cx, &order(10))).is_ok());
}

/// The simulator's own checks: a shop it does not know, a signature of another key, no number.
#[test]
fn the_simulator_believes_only_signed_requests() {
    let transport = SimTransport::new(pg::sim::ALL, NOW);
    let ask = |body: Value| {
        let request = Request::json("cancel", "https://kcp.pg.invalid/v1/cancel", &body);
        let response = run(transport.send(request)).unwrap();
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        (response.status, body["data"]["code"].as_str().unwrap_or_default().to_owned())
    };
    let data = json!({"operation": "op1", "tid": "S1", "amount": 1, "left": 1, "currency": "KRW"});
    let sign = |key: &str| pg::crypto::hmac_sha256_hex(key.as_bytes(), data.to_string().as_bytes());
    let good = sign("sandbox-only-test-key");
    let sent = |mid: &str, signature: &str| {
        ask(json!({"mid": mid, "data": data.clone(), "signature": signature}))
    };
    assert_eq!(sent("T9999", &good), (200, "S101".into()));
    assert_eq!(sent("T0000", &sign("another key")), (200, "S102".into()));
    assert_eq!(sent("T0000", &good), (200, "S203".into()), "a transaction nobody knows");
    assert_eq!(sent("T0000", &good), (200, "S409".into()), "the number was used");
    assert_eq!(ask(json!({"mid": "T0000", "data": {}, "signature": good})).0, 400);
}
