//! PGs only the sandbox plays: real flows in test mode, nothing at all anywhere else.

use pg::Device;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::dbs::on_both;
use testkit::hub::{TestHub, into};

/// Adds test channels of PGs.
pub(crate) async fn channels(hub: &TestHub, codes: &[&str]) {
    for code in codes {
        let channel = engine::channels::AddChannel {
            pg: (*code).to_owned(),
            name: String::new(),
            mode: pg::Mode::Test,
            fields: BTreeMap::new(),
        };
        engine::channels::add(hub.engine(), hub.shop.id, "test", channel).await.unwrap();
    }
}

pub(crate) fn param(pg: &str, order: &str) -> Value {
    json!({"pg": pg, "merchant_uid": order, "name": "주문명:결제테스트", "amount": 14000,
        "buyer_email": "iamport@siot.do", "buyer_name": "구매자이름", "buyer_tel": "010-1234-5678"})
}

const CODES: [&str; 6] = ["kcp", "kakaopay", "naverpay", "payco", "paypal", "naverco"];
const BACK: &str = "https://shop.test/done";

#[tokio::test]
async fn the_flow_of_each_pg_is_v1s() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        channels(&hub, &CODES).await;
        let flow = async |pg: &str, device, extra: Value| {
            let mut param = param(pg, &format!("{pg}-{}", hub.clock().read().0));
            for (name, value) in extra.as_object().unwrap() {
                param[name] = value.clone();
            }
            let opened = hub.open(&param, device).await;
            opened["flow"].as_str().unwrap_or("refused").to_owned()
        };
        let back = json!({"m_redirect_url": BACK});
        let popup = json!({"m_redirect_url": BACK, "naverPopupMode": true});
        let dollars = json!({"m_redirect_url": BACK, "amount": "14.20"});
        for (pg, device, extra, wanted) in [
            ("kcp", Device::Pc, &back, "overlay"),
            ("kcp", Device::Mobile, &back, "redirect"),
            ("kakaopay", Device::Mobile, &json!({}), "overlay"),
            ("payco", Device::Pc, &back, "overlay"),
            ("payco", Device::Mobile, &back, "overlay"),
            ("naverpay", Device::Pc, &back, "redirect"),
            ("naverpay", Device::Pc, &popup, "overlay"),
            ("naverpay", Device::Pc, &json!({}), "refused"),
            ("naverco", Device::Pc, &json!({}), "redirect"),
            ("paypal", Device::Pc, &dollars, "redirect"),
            ("paypal", Device::Pc, &json!({"amount": "1.20"}), "refused"),
            ("paypal", Device::Pc, &json!({"m_redirect_url": BACK, "currency": "KRW"}), "refused"),
        ] {
            assert_eq!(flow(pg, device, extra.clone()).await, wanted, "{pg} {device:?} {extra}");
        }
    })
    .await;
}

#[tokio::test]
async fn paid_told_and_given_back_in_part() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        channels(&hub, &CODES).await;
        for pg in CODES {
            let mut param = param(pg, pg);
            param["m_redirect_url"] = BACK.into();
            // Wallets do not look at it.
            param["pay_method"] = if pg == "kakaopay" { "trans" } else { "card" }.into();
            let minor = if pg == "paypal" { 1420 } else { 14_000 };
            let part = if pg == "paypal" { "4.20" } else { "4000" };
            if pg == "paypal" {
                param["amount"] = serde_json::from_str("14.20").unwrap();
            }
            let ending = hub.pay(&param, Device::Pc, "approve").await;
            assert!(ending.is_success(), "{pg}");
            let payment = hub.order(pg).await;
            let imp_uid = payment["imp_uid"].as_str().unwrap();
            assert_eq!(payment["status"], "paid", "{pg}: {payment}");
            assert_eq!(payment["pg_provider"], pg);
            assert_eq!(payment["pay_method"], "card", "{pg}");
            assert_eq!(hub.held(pg, imp_uid), minor, "{pg}");
            hub.run_jobs().await;
            assert_eq!(hub.told(imp_uid), ["paid"], "{pg}");
            let cancelled = hub.cancel(json!({"imp_uid": imp_uid, "amount": part})).await;
            if pg == "naverco" {
                // Product by product only: `naver`.
                assert_eq!((cancelled.status, cancelled.code), (200, -1));
                continue;
            }
            let cancelled = cancelled.ok();
            assert_eq!(cancelled["status"], "cancelled", "{pg}");
            assert_eq!(hub.held(pg, imp_uid), minor - if pg == "paypal" { 420 } else { 4000 });
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_buyer_does_in_a_wallet_is_what_the_payment_says() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        channels(&hub, &["kakaopay"]).await;
        let mut points = param("kakaopay", "points");
        points["pay_method"] = "point".into();
        hub.pay(&points, Device::Pc, "approve").await;
        let paid = hub.order("points").await;
        assert_eq!((&paid["pay_method"], &paid["card_code"]), (&json!("point"), &Value::Null));
        for press in ["decline", "cancel"] {
            let ending = hub.pay(&param("kakaopay", press), Device::Pc, press).await;
            assert!(!ending.is_success());
            let failed = hub.order(press).await;
            let reason = failed["fail_reason"].as_str().unwrap();
            assert_eq!((&failed["status"], reason.is_empty()), (&json!("failed"), false));
        }
        // An answer that never came is found by its number.
        hub.pay(&param("kakaopay", "lost"), Device::Pc, "timeout").await;
        hub.advance(120).await;
        assert_eq!(hub.order("lost").await["status"], "paid");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_account_takes_its_deposit() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        channels(&hub, &["kcp", "settle"]).await;
        let mut account = param("kcp", "window");
        account["pay_method"] = "vbank".into();
        hub.pay(&account, Device::Pc, "approve").await;
        let due = hub.clock().read().seconds() + 86_400;
        let body = json!({"pg": "settle", "merchant_uid": "api", "amount": 14000,
            "vbank_code": "088", "vbank_due": due, "vbank_holder": "회사명"});
        hub.rest("POST", "/vbanks", body).await.ok();
        hub.run_jobs().await;
        for order in ["window", "api"] {
            let issued = hub.order(order).await;
            assert_eq!(issued["status"], "ready", "{order}");
            let imp_uid = issued["imp_uid"].as_str().unwrap();
            assert_eq!(hub.deposit(imp_uid, Value::Null).await.ok()["status"], "paid");
            hub.run_jobs().await;
            assert_eq!(hub.told(imp_uid), ["ready", "paid"], "{order}");
        }
        assert_eq!(hub.order("api").await["pg_provider"], "settle");
        hub.settled().await;
    })
    .await;
}

async fn again(hub: &TestHub, order: &str, customer: &str) -> Value {
    let body = json!({"customer_uid": customer, "merchant_uid": order, "amount": 1004,
        "name": "정기결제"});
    hub.rest("POST", "/subscribe/payments/again", body).await.ok()
}

#[tokio::test]
async fn key_windows_charge_where_v1_says_so() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        channels(&hub, &["kakaopay", "kcp_billing", "danal", "kcp"]).await;
        for (pg, amount, held) in [
            ("kakaopay", 9900, 9900),
            ("kakaopay", 0, 0),
            ("kcp_billing", 9900, 0),
            ("danal", 5000, 5000),
        ] {
            let order = format!("{pg}-{amount}");
            let mut param = param(pg, &order);
            param["amount"] = amount.into();
            param["customer_uid"] = order.clone().into();
            if pg == "danal" {
                param["pay_method"] = "phone".into();
            }
            hub.pay(&param, Device::Pc, "approve").await;
            let issued = hub.order(&order).await;
            let imp_uid = issued["imp_uid"].as_str().unwrap();
            assert_eq!(
                (&issued["status"], &issued["customer_uid_usage"]),
                (&json!("paid"), &json!("issue")),
                "{order}"
            );
            assert_eq!(hub.held(pg, imp_uid), held, "{order}");
            let paid = again(&hub, &format!("{order}-again"), &order).await;
            let method = if pg == "danal" { "phone" } else { "card" };
            assert_eq!((&paid["status"], &paid["pay_method"]), (&json!("paid"), &json!(method)));
            let cancel = hub.cancel(json!({"imp_uid": imp_uid})).await;
            if held > 0 {
                assert_eq!(cancel.ok()["status"], "cancelled", "{order}");
                assert_eq!(hub.held(pg, imp_uid), 0);
            } else {
                assert_eq!(cancel.refusal().0, 200, "{order}: nothing was charged");
            }
        }
        // A window of a PG that only takes numbers, and an order without a key's window.
        let mut none = param("kcp", "none");
        none["customer_uid"] = "none".into();
        assert_eq!(hub.open(&none, Device::Pc).await["ok"], false);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_pg_needs_is_asked_for_by_name() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        channels(&hub, &["kcp_billing", "payco", "eximbay"]).await;
        for (pg, missing) in
            [("kcp_billing", "customer_uid"), ("payco", "name"), ("eximbay", "buyer_tel")]
        {
            let mut param = param(pg, pg);
            param.as_object_mut().unwrap().remove(missing);
            let opened = hub.open(&param, Device::Pc).await;
            let ending = hub.browser(Device::Pc).walk(into(&opened), "approve").await;
            assert!(!ending.is_success(), "{pg}");
            let reason = hub.order(pg).await["fail_reason"].as_str().unwrap().to_owned();
            assert!(reason.contains(missing), "{pg}: {reason}");
        }
    })
    .await;
}

#[tokio::test]
async fn without_the_sandbox_nothing_opens() {
    on_both(async |test| {
        let hub = TestHub::with(test, |parts| parts.settings.sandbox_tests = false).await;
        channels(&hub, &["kakaopay", "settle"]).await;
        let refused = hub.open(&param("kakaopay", "order"), Device::Pc).await;
        assert_eq!((&refused["ok"], &refused["rsp"]["imp_uid"]), (&json!(false), &Value::Null));
        let text = refused["rsp"]["error_msg"].as_str().unwrap();
        assert!(text.contains("샌드박스"), "{text}");
        let body = json!({"pg": "settle", "merchant_uid": "card", "amount": 1000,
            "card_number": "4111-1111-1111-1111", "expiry": "2099-12", "birth": "880101",
            "pwd_2digit": "12", "name": "카드"});
        let (status, code, text) =
            hub.rest("POST", "/subscribe/payments/onetime", body).await.refusal();
        assert_eq!(status, 200);
        assert!(code != 0 && text.contains("샌드박스"), "{text}");
        assert!(hub.outbound().sent().is_empty(), "something was sent");
    })
    .await;
}

#[tokio::test]
async fn live_mode_is_refused_naming_the_field() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let fields = [("mid", "T0000"), ("key", "real-key")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let channel = engine::channels::AddChannel {
            pg: "kcp".into(),
            name: String::new(),
            mode: pg::Mode::Live,
            fields: BTreeMap::from(fields),
        };
        let added = engine::channels::add(hub.engine(), hub.shop.id, "test", channel).await;
        match added {
            Err(engine::Error::Invalid { field, message }) => {
                assert_eq!(field, "mode");
                assert!(message.contains("테스트 모드"), "{message}");
            }
            other => panic!("{:?}", other.map(|row| row.pg)),
        }
    })
    .await;
}
