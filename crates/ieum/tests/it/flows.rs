//! What every payment is for: paid, declined, given up, closed; told to the page and by REST.

use crate::ways::{Way, at_once, by_deposit, pgs, ways};
use serde_json::{Value, json};
use testkit::browser::Ending;
use testkit::dbs::on_both;
use testkit::hub::{HUB, TestHub, into};

/// Keys of the callback's object on success, in V1's order (V1 behaviour §5.4).
const SUCCESS: [&str; 24] = [
    "success",
    "imp_uid",
    "pay_method",
    "merchant_uid",
    "name",
    "paid_amount",
    "currency",
    "pg_provider",
    "pg_type",
    "pg_tid",
    "apply_num",
    "buyer_name",
    "buyer_email",
    "buyer_tel",
    "buyer_addr",
    "buyer_postcode",
    "custom_data",
    "status",
    "paid_at",
    "receipt_url",
    "card_name",
    "bank_name",
    "card_quota",
    "card_number",
];

/// Keys of a failure after the window opened (§5.5).
const FAILURE: [&str; 8] = [
    "success",
    "imp_uid",
    "merchant_uid",
    "pay_method",
    "pg_provider",
    "pg_type",
    "error_code",
    "error_msg",
];

pub(crate) fn keys(object: &Value) -> Vec<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// Name and value of the query the hub appended, decoded, in order.
pub(crate) fn query(url: &str) -> Vec<(String, String)> {
    let (_, query) = url.split_once('?').unwrap();
    let query = query.split('#').next().unwrap();
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.into_owned().collect()
}

fn names(pairs: &[(String, String)]) -> Vec<&str> {
    pairs.iter().map(|(name, _)| name.as_str()).collect()
}

/// The success told to the browser, whichever way it is told.
fn told_success(way: Way, ending: Ending, payment: &Value) {
    let name = way.name();
    if way.redirects() {
        let url = ending.url();
        let imp_uid = payment["imp_uid"].as_str().unwrap();
        let order = payment["merchant_uid"].as_str().unwrap();
        let wanted = format!(
            "https://shop.test/payments/complete?from=test&imp_uid={imp_uid}\
             &merchant_uid={order}&imp_success=true#top"
        );
        assert_eq!(url, wanted, "{name}");
        return;
    }
    let rsp = ending.rsp();
    let mut wanted = SUCCESS.to_vec();
    if way.method == "vbank" {
        wanted.extend(["vbank_num", "vbank_name", "vbank_holder", "vbank_date"]);
    }
    let mut seen = keys(&rsp);
    seen.retain(|key| *key != "emb_pg_provider");
    assert_eq!(seen, wanted, "{name}");
    assert_eq!(rsp["success"], true);
    assert_eq!(rsp["paid_amount"].to_string(), way.amount(), "{name}");
    assert_eq!(rsp["pg_type"], "payment");
    // What the page is told is what the server will read.
    for (told, read) in [
        ("imp_uid", "imp_uid"),
        ("merchant_uid", "merchant_uid"),
        ("pay_method", "pay_method"),
        ("name", "name"),
        ("paid_amount", "amount"),
        ("currency", "currency"),
        ("pg_provider", "pg_provider"),
        ("pg_tid", "pg_tid"),
        ("buyer_name", "buyer_name"),
        ("buyer_email", "buyer_email"),
        ("buyer_tel", "buyer_tel"),
        ("buyer_addr", "buyer_addr"),
        ("buyer_postcode", "buyer_postcode"),
        ("status", "status"),
        ("paid_at", "paid_at"),
        ("receipt_url", "receipt_url"),
        ("card_name", "card_name"),
        ("bank_name", "bank_name"),
        ("card_quota", "card_quota"),
        ("card_number", "card_number"),
    ] {
        assert_eq!(rsp[told], payment[read], "{name}: {told}");
    }
    if way.method == "vbank" {
        for key in ["vbank_num", "vbank_name", "vbank_holder", "vbank_date"] {
            assert_eq!(rsp[key], payment[key], "{name}: {key}");
        }
    }
}

#[tokio::test]
async fn every_way_of_the_four_pgs_is_paid_and_told_alike_everywhere() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in at_once() {
            let order = way.name();
            let ending = hub.pay(&way.param(&order), way.device, "approve").await;
            let payment = hub.order(&order).await;
            assert_eq!(payment["status"], "paid", "{order}");
            assert_eq!(payment["amount"].to_string(), way.amount(), "{order}");
            assert_eq!(payment["currency"], way.currency(), "{order}");
            assert_eq!(payment["pg_provider"], way.pg, "{order}");
            assert_eq!(payment["pay_method"], way.method, "{order}");
            assert_eq!(
                payment["channel"],
                if way.device == pg::Device::Pc { "pc" } else { "mobile" }
            );
            assert_eq!(payment["cancel_amount"].to_string(), "0");
            assert_eq!(payment["fail_reason"], Value::Null);
            assert!(payment["paid_at"].as_i64() > Some(0), "{order}");
            let imp_uid = payment["imp_uid"].as_str().unwrap();
            let trades = hub.trades(way.books(), imp_uid);
            assert_eq!(trades.len(), 1, "{order}: {trades:?}");
            assert_eq!(trades[0]["held"], way.minor(), "{order}");
            assert_eq!(trades[0]["currency"], way.currency(), "{order}");
            assert_eq!(trades[0]["tid"], payment["pg_tid"], "{order}");
            hub.run_jobs().await;
            assert_eq!(hub.told(imp_uid), ["paid"], "{order}");
            told_success(way, ending, &payment);
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_issued_account_is_a_success_without_money() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in by_deposit() {
            let order = way.name();
            let ending = hub.pay(&way.param(&order), way.device, "approve").await;
            let payment = hub.order(&order).await;
            assert_eq!(payment["status"], "ready", "{order}");
            assert_eq!((&payment["paid_at"], &payment["receipt_url"]), (&json!(0), &Value::Null));
            for key in ["vbank_num", "vbank_name", "vbank_code", "pg_tid"] {
                assert!(
                    payment[key].as_str().is_some_and(|text| !text.is_empty()),
                    "{order} {key}"
                );
            }
            let now = hub.clock().read().seconds();
            assert!(payment["vbank_date"].as_i64() > Some(now), "{order}");
            assert_eq!(payment["vbank_issued_at"], now, "{order}");
            hub.run_jobs().await;
            assert_eq!(hub.told(payment["imp_uid"].as_str().unwrap()), ["ready"], "{order}");
            told_success(way, ending, &payment);
        }
        hub.settled().await;
    })
    .await;
}

/// The failure told to the browser: code and text.
fn told_failure(way: Way, ending: Ending, payment: &Value) -> (String, String) {
    let name = way.name();
    if way.redirects() {
        let url = ending.url();
        let pairs = query(&url);
        let wanted = ["from", "imp_uid", "merchant_uid", "imp_success", "error_code", "error_msg"];
        assert_eq!(names(&pairs), wanted, "{name}");
        assert_eq!(pairs[1].1, payment["imp_uid"].as_str().unwrap());
        assert_eq!(pairs[3].1, "false");
        assert!(url.ends_with("#top"), "{url}");
        return (pairs[4].1.clone(), pairs[5].1.clone());
    }
    let rsp = ending.rsp();
    assert_eq!(keys(&rsp), FAILURE, "{name}");
    assert_eq!(rsp["success"], false, "{name}");
    assert_eq!(rsp["imp_uid"], payment["imp_uid"], "{name}");
    assert_eq!(rsp["merchant_uid"], payment["merchant_uid"], "{name}");
    assert_eq!(rsp["pg_provider"], way.pg, "{name}");
    let text = |key: &str| rsp[key].as_str().unwrap().to_owned();
    (text("error_code"), text("error_msg"))
}

#[tokio::test]
async fn a_decline_and_a_buyer_who_gives_up_in_the_window_are_failures_in_the_pgs_words() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in ways() {
            for press in ["decline", "cancel"] {
                let order = format!("{}-{press}", way.name());
                let ending = hub.pay(&way.param(&order), way.device, press).await;
                let payment = hub.order(&order).await;
                assert_eq!(payment["status"], "failed", "{order}");
                assert!(payment["failed_at"].as_i64() > Some(0), "{order}");
                assert_eq!(payment["paid_at"], 0, "{order}");
                let (code, text) = told_failure(way, ending, &payment);
                assert!(!code.is_empty() && !text.is_empty(), "{order}");
                assert_eq!(payment["fail_reason"], text.as_str(), "{order}");
                hub.run_jobs().await;
                let imp_uid = payment["imp_uid"].as_str().unwrap();
                assert_eq!(hub.told(imp_uid), [""; 0], "{order}: failures are not told");
                assert_eq!(hub.held(way.books(), imp_uid), 0, "{order}");
            }
        }
        hub.settled().await;
    })
    .await;
}

/// The SDK closes the overlay.
pub(crate) async fn close(hub: &TestHub, opened: &Value) -> Value {
    let session = opened["session"].as_str().unwrap();
    let url = format!("{HUB}/sdk/payments/{session}/close");
    let browser = hub.browser(pg::Device::Pc);
    let page = browser.send("POST", &url, "application/json", b"{}".to_vec()).await;
    assert_eq!(page.status, 200, "{}", page.text);
    serde_json::from_str(&page.text).unwrap()
}

#[tokio::test]
async fn closing_the_overlay_fails_in_the_pgs_words_and_once_only() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            let order = way.name();
            let opened = hub.open(&way.param(&order), way.device).await;
            let browser = hub.browser(way.device);
            browser.go(&into(&opened)).await;
            let closed = close(&hub, &opened).await;
            assert_eq!(closed["done"], true, "{order}");
            let text = pg::find(way.pg).unwrap().spec().closed_text;
            assert_eq!(closed["rsp"]["error_msg"], text, "{order}");
            assert_eq!(closed["rsp"]["error_code"], "F400", "{order}");
            assert_eq!(keys(&closed["rsp"]), FAILURE, "{order}");
            assert_eq!(close(&hub, &opened).await, closed, "closed again: the same");
            let payment = hub.order(&order).await;
            assert_eq!(
                (&payment["status"], &payment["fail_reason"]),
                (&json!("failed"), &json!(text))
            );
            // The window that was left open shows how it ended instead of opening again.
            let ending = browser.walk(into(&opened), "approve").await;
            assert!(!ending.is_success(), "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn closing_after_the_money_moved_tells_what_really_happened() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs() {
            let order = way.name();
            let opened = hub.open(&way.param(&order), way.device).await;
            let ending = hub.browser(way.device).walk(into(&opened), "approve").await;
            assert!(ending.is_success());
            let closed = close(&hub, &opened).await;
            assert_eq!((&closed["done"], &closed["rsp"]["success"]), (&json!(true), &json!(true)));
            assert_eq!(hub.order(&order).await["status"], "paid", "{order}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn custom_data_is_an_object_for_the_page_and_text_for_the_server() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let way = pgs()[0];
        let mut param = way.param("custom");
        param["custom_data"] = json!({"a": [1, "둘"], "b": {"c": null}});
        let rsp = hub.pay(&param, way.device, "approve").await.rsp();
        assert_eq!(rsp["custom_data"], param["custom_data"]);
        let payment = hub.order("custom").await;
        let text = payment["custom_data"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), param["custom_data"]);

        let mut param = way.param("bare");
        let object = param.as_object_mut().unwrap();
        for key in ["buyer_email", "buyer_name", "buyer_addr", "buyer_postcode", "pay_method"] {
            object.remove(key);
        }
        let rsp = hub.pay(&param, way.device, "approve").await.rsp();
        let payment = hub.order("bare").await;
        assert_eq!((&rsp["buyer_name"], &rsp["custom_data"]), (&json!(""), &Value::Null));
        assert_eq!((&payment["buyer_name"], &payment["custom_data"]), (&Value::Null, &Value::Null));
        assert_eq!(rsp["pay_method"], "card", "the default");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_phone_without_a_return_address_gets_the_overlay_and_its_callback() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for way in pgs().into_iter().filter(|way| way.pg != "alipay") {
            let param = way.param(&way.name());
            let opened = hub.open(&param, pg::Device::Mobile).await;
            assert_eq!(opened["flow"], "overlay", "{way:?}");
            let ending = hub.browser(pg::Device::Mobile).walk(into(&opened), "approve").await;
            assert_eq!(ending.rsp()["success"], true, "{way:?}");
            let mut param = way.param(&format!("{}-pc", way.name()));
            param["m_redirect_url"] = "https://shop.test/done".into();
            let opened = hub.open(&param, pg::Device::Pc).await;
            assert_eq!(opened["flow"], "overlay", "on PC the return address is not used: {way:?}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn both_guides_examples_come_out_exactly() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let kicc = json!({
            "pg": "kicc", "pay_method": "card", "merchant_uid": "merchant_1", "amount": 14000,
            "name": "주문명:결제테스트", "buyer_tel": "010-1234-5678",
        });
        let rsp = hub.pay(&kicc, pg::Device::Pc, "approve").await.rsp();
        let read = hub.payment(rsp["imp_uid"].as_str().unwrap()).await;
        assert_eq!((&read["status"], read["amount"].to_string()), (&json!("paid"), "14000".into()));
        assert_eq!(rsp["apply_num"], read["apply_num"]);
        let alipay = json!({
            "pg": "alipay", "pay_method": "anything", "merchant_uid": "merchant_2",
            "amount": serde_json::from_str::<Value>("1.2").unwrap(),
            "m_redirect_url": "https://www.yourdomain.com/payments/complete",
        });
        for device in [pg::Device::Pc, pg::Device::Mobile] {
            let mut alipay = alipay.clone();
            let order = format!("merchant_{device:?}");
            alipay["merchant_uid"] = order.as_str().into();
            let url = hub.pay(&alipay, device, "approve").await.url();
            let read = hub.order(&order).await;
            let imp_uid = read["imp_uid"].as_str().unwrap();
            assert_eq!(
                url,
                format!(
                    "https://www.yourdomain.com/payments/complete?imp_uid={imp_uid}\
                     &merchant_uid={order}&imp_success=true"
                )
            );
            assert_eq!(read["amount"].to_string(), "1.2");
            assert_eq!((&read["currency"], &read["pay_method"]), (&json!("USD"), &json!("alipay")));
            assert_eq!(read["pg_provider"], "alipay");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_clock_that_is_ahead_changes_nothing_about_paying() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for days in [1, 40] {
            let step = json!({"advance_seconds": days * 86_400});
            hub.rest("POST", "/sandbox/clock", step).await.ok();
            let now = hub.rest("GET", "/sandbox/clock", Value::Null).await.ok();
            for way in ways() {
                let order = format!("{}-{days}", way.name());
                let ending = hub.pay(&way.param(&order), way.device, "approve").await;
                assert!(ending.is_success(), "{order}: {ending:?}");
                let payment = hub.order(&order).await;
                assert_eq!(payment["started_at"], now["now"], "{order}");
                if way.method == "vbank" {
                    let imp_uid = payment["imp_uid"].as_str().unwrap();
                    hub.deposit(imp_uid, json!({})).await.ok();
                }
                let paid = hub.order(&order).await;
                assert_eq!((&paid["status"], &paid["paid_at"]), (&json!("paid"), &now["now"]));
                hub.cancel(json!({
                    "imp_uid": paid["imp_uid"], "refund_holder": "홍길동", "refund_bank": "004",
                    "refund_account": "1234567890",
                }))
                .await
                .ok();
            }
        }
        hub.settled().await;
    })
    .await;
}
