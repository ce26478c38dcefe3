//! Sub-merchants of an agency: their payments, keys, channels and webhooks are their own.

use axum::body::Body;
use domain::MerchantId;
use engine::Mode;
use engine::channels::AddChannel;
use engine::merchants::{self, tiers, tiers::CreateTier};
use pg::Device;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::dbs::on_both;
use testkit::hub::{HUB, TestHub, into};
use testkit::merchant::WEBHOOK;

/// A tier of the shop with a channel of each of two PGs.
async fn tier(hub: &TestHub, code: &str) -> MerchantId {
    let new =
        CreateTier { code: code.to_owned(), name: format!("지점 {code}"), login: String::new() };
    let made = tiers::create(hub.engine(), hub.shop.id, "test", new).await.unwrap();
    let id = MerchantId(made.merchant.id);
    for pg in ["html5_inicis", "nice"] {
        let channel = AddChannel {
            pg: pg.to_owned(),
            name: String::new(),
            mode: Mode::Test,
            fields: BTreeMap::new(),
        };
        engine::channels::add(hub.engine(), id, "test", channel).await.unwrap();
    }
    id
}

/// A REST call of the agency for a tier (none for an empty code): HTTP status and envelope.
async fn call(hub: &TestHub, code: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
    let mut request = axum::http::Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", hub.token().await)
        .header("content-type", "application/json");
    if !code.is_empty() {
        request = request.header("tier", code);
    }
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let answer = hub.request(request.body(body).unwrap()).await;
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// `IMP.agency(userCode, tierCode)` and a paid order; what the SDK was answered.
async fn agency_pays(hub: &TestHub, code: &Value, order: &str) -> Value {
    let browser = hub.browser(Device::Pc);
    let body = json!({
        "user_code": hub.shop.user_code, "tier_code": code, "device": "pc",
        "page_url": "https://shop.test/order",
        "param": {"merchant_uid": order, "amount": 14000, "name": "주문", "pay_method": "card",
            "buyer_name": "구매자", "buyer_tel": "010-1234-5678", "buyer_email": "a@shop.test"},
    });
    let url = format!("{HUB}/sdk/payments");
    let body = body.to_string().into_bytes();
    let opened = browser.send("POST", &url, "application/json", body).await;
    let opened: Value = serde_json::from_str(&opened.text).unwrap();
    if opened["ok"] == true {
        assert!(browser.walk(into(&opened), "approve").await.is_success());
    }
    opened
}

fn uid(opened: &Value) -> String {
    opened["imp_uid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_tier_is_a_merchant_of_its_own_behind_its_agencys_token() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        tier(&hub, "ABC").await;
        tier(&hub, "XY9").await;
        let (status, shown) = call(&hub, "", "GET", "/tiers/ABC", Value::Null).await;
        let expected = json!({"tier_code": "ABC", "tier_name": "지점 ABC"});
        assert_eq!((status, &shown["response"]), (200, &expected));
        assert_eq!(call(&hub, "XY9", "GET", "/tiers/ABC", Value::Null).await, (200, shown));
        for unknown in ["ZZZ", "abc", "ABCD", "%00BC"] {
            let (status, body) =
                call(&hub, "", "GET", &format!("/tiers/{unknown}"), Value::Null).await;
            assert_eq!((status, &body["code"]), (404, &json!(-1)), "{unknown}");
        }

        // The same order number, three merchants: nobody's payment is another's.
        let mut paid = Vec::new();
        for code in ["", "ABC", "XY9"] {
            let imp_uid = uid(&agency_pays(&hub, &json!(code), "order").await);
            paid.push((code, imp_uid));
        }
        for (owner, imp_uid) in &paid {
            for (code, _) in &paid {
                let path = format!("/payments/{imp_uid}");
                let (status, body) = call(&hub, code, "GET", &path, Value::Null).await;
                let cancel = json!({"imp_uid": imp_uid, "amount": 1000});
                if owner == code {
                    let provider = if code.is_empty() { "kicc" } else { "html5_inicis" };
                    let payment = &body["response"];
                    assert_eq!((status, &payment["pg_provider"]), (200, &json!(provider)));
                    let (_, list) =
                        call(&hub, code, "GET", "/payments/status/paid", Value::Null).await;
                    assert_eq!(list["response"]["total"], 1);
                    let (_, done) = call(&hub, code, "POST", "/payments/cancel", cancel).await;
                    assert_eq!(done["response"]["cancel_amount"], 1000, "{done}");
                } else {
                    assert_eq!(status, 404, "{owner} {code}");
                    let (status, none) = call(&hub, code, "POST", "/payments/cancel", cancel).await;
                    assert_eq!((status, &none["code"]), (200, &json!(1)), "{none}");
                }
            }
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn unknown_tiers_are_nobody() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        tier(&hub, "ABC").await;
        let other = hub.base.merchant("other@shop.test").await;
        let agency = MerchantId(other.merchant.id);
        let new =
            CreateTier { code: "DEF".into(), name: "남의 지점".into(), login: String::new() };
        tiers::create(hub.engine(), agency, "test", new).await.unwrap();
        for code in ["DEF", "ZZZ", "abc", "AB", "A B", "ABCD", " ABC,ABC", "imp"] {
            let (status, body) = call(&hub, code, "GET", "/users/pg", Value::Null).await;
            let expected = json!({"code": -1, "message": "Unauthorized", "response": null});
            assert_eq!((status, body), (401, expected), "{code}");
        }
        for code in [json!("DEF"), json!("ZZZ"), json!("abc"), json!("\0BC")] {
            let opened = agency_pays(&hub, &code, "order").await;
            assert_eq!(opened["rsp"]["error_msg"], "판매자 정보를 찾을 수 없습니다.", "{code}");
        }
        let none = agency_pays(&hub, &Value::Null, "order").await;
        assert_eq!(hub.payment(&uid(&none)).await["status"], "paid", "no tier is the agency");
        let (_, rows) = call(&hub, "ABC", "GET", "/users/pg", Value::Null).await;
        assert_eq!(rows["response"].as_array().unwrap().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn webhooks_and_plans_of_a_tier_are_its_own() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let own = tier(&hub, "ABC").await;
        let shared = agency_pays(&hub, &json!("ABC"), "first").await;
        let engine = hub.engine();
        engine::jobs::run_due(engine, own).await.unwrap();
        let target = "https://branch.test/hook";
        merchants::set_webhook(engine, own, "test", target, "form").await.unwrap();
        let separate = agency_pays(&hub, &json!("ABC"), "second").await;
        engine::jobs::run_due(engine, own).await.unwrap();
        let hooks = hub.webhooks();
        let urls: Vec<&str> = hooks.iter().map(|hook| hook.url.as_str()).collect();
        assert_eq!(urls, [WEBHOOK, target], "the agency's until the tier has its own");
        assert!(hooks[0].body.contains(&uid(&shared)) && hooks[1].body.contains(&uid(&separate)));

        let card = json!({"card_number": "4111111111111111", "expiry": "2030-12",
            "birth": "880101", "pwd_2digit": "12"});
        let path = "/subscribe/customers/c1";
        assert_eq!(call(&hub, "ABC", "POST", path, card).await.1["code"], 0);
        assert_eq!(call(&hub, "ABC", "GET", path, Value::Null).await.1["code"], 0);
        assert_eq!(call(&hub, "", "GET", path, Value::Null).await.1["code"], 1);
        let plans = json!([{"merchant_uid": "m1", "schedule_at": 1_700_086_400, "amount": 10}]);
        let body = json!({"customer_uid": "c1", "schedules": plans});
        let path = "/subscribe/payments/schedule";
        assert_eq!(call(&hub, "", "POST", path, body.clone()).await.1["code"], 1);
        assert_eq!(call(&hub, "ABC", "POST", path, body).await.1["code"], 0);
        let day = json!({"advance_seconds": 90_000});
        assert_eq!(call(&hub, "ABC", "POST", "/sandbox/clock", day).await.1["code"], 0);
        let (_, plan) = call(&hub, "ABC", "GET", &format!("{path}/m1"), Value::Null).await;
        assert_eq!(plan["response"]["payment_status"], "paid", "{plan}");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_a_tier_is_refused() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let own = tier(&hub, "ABC").await;
        for (agency, code, name, login, field) in [
            (hub.shop.id, "ABC", "또", "", "tier_code"),
            (hub.shop.id, "abc", "또", "", "tier_code"),
            (hub.shop.id, "", "또", "", "tier_code"),
            (hub.shop.id, "AB가", "또", "", "tier_code"),
            (hub.shop.id, "DEF", " ", "", "tier_name"),
            (hub.shop.id, "DEF", "또", "owner@shop.test", "login"),
            (own, "DEF", "또", "", "하위 상점은"),
        ] {
            let new = CreateTier { code: code.into(), name: name.into(), login: login.into() };
            let refused = tiers::create(hub.engine(), agency, "test", new).await.unwrap_err();
            assert!(format!("{refused:?}").contains(field), "{code} {name} {login}: {refused:?}");
        }
        assert_eq!(tiers::list(hub.engine(), hub.shop.id).await.unwrap().len(), 1);
    })
    .await;
}
