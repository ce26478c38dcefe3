//! `IMP.certification`: overlay, redirect, ages, closed windows, lost answers.

use super::{NOW, certify, channel, get, hub, open};
use pg::Device;
use pg::sim::headless::Step;
use serde_json::{Value, json};
use testkit::browser::{Ending, SHOP};
use testkit::dbs::on_both;
use testkit::hub::{TestHub, into};

fn uid(rsp: &Value) -> String {
    rsp["imp_uid"].as_str().unwrap().to_owned()
}

/// Pages the SDK asks to close a window.
async fn close(hub: &TestHub, opened: &Value) -> Value {
    let session = opened["session"].as_str().unwrap();
    let url = format!("http://hub.test/sdk/certifications/{session}/close");
    let page = hub.browser(Device::Pc).send("POST", &url, "application/json", b"{}".into()).await;
    serde_json::from_str(&page.text).unwrap()
}

#[tokio::test]
async fn on_a_pc_the_callback_says_that_and_the_server_who() {
    on_both(async |test| {
        let hub = hub(test).await;
        let param = json!({"merchant_uid": "c1", "name": "임꺽정", "phone": "010-9999-8888"});
        let rsp = certify(&hub, &param, Device::Pc, "approve").await.rsp();
        let imp_uid = uid(&rsp);
        let expected = json!({
            "success": true, "imp_uid": imp_uid, "merchant_uid": "c1", "pg_provider": "danal",
            "pg_type": "certification", "error_code": null, "error_msg": null,
        });
        assert_eq!(rsp, expected);
        let mut row = get(&hub, &imp_uid).await.ok();
        let (ci, di) = (row["unique_key"].take(), row["unique_in_site"].take());
        assert_eq!((ci.as_str().unwrap().len(), di.as_str().unwrap().len()), (88, 64));
        assert!(row["pg_tid"].take().is_string());
        let expected = json!({
            "birth": 631_119_600, "birthday": "1990-01-01", "carrier": "SKT", "certified": true,
            "certified_at": NOW, "foreigner": false, "foreigner_v2": false, "gender": "male",
            "imp_uid": imp_uid, "merchant_uid": "c1", "name": "임꺽정",
            "origin": format!("{SHOP}/order"), "pg_provider": "danal", "pg_tid": null,
            "phone": "01099998888", "unique_in_site": null, "unique_key": null,
        });
        assert_eq!(row, expected);
        // No money, no webhook, no payment.
        assert!(hub.webhooks().is_empty());
        let path = format!("/payments/{imp_uid}");
        assert_eq!(hub.rest("GET", &path, Value::Null).await.refusal().0, 404);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn the_same_person_has_the_same_ci_and_another_has_not() {
    on_both(async |test| {
        let hub = hub(test).await;
        channel(&hub, "inicis_unified").await;
        let mut keys = Vec::new();
        for (name, pg) in [
            ("홍길동", "danal"),
            ("홍길동", "danal"),
            ("홍길동", "inicis_unified"),
            ("임", "danal"),
        ] {
            let param = json!({"merchant_uid": "c", "name": name, "pg": pg});
            let rsp = certify(&hub, &param, Device::Pc, "approve").await.rsp();
            assert_eq!(rsp["pg_provider"], pg);
            let row = get(&hub, &uid(&rsp)).await.ok();
            keys.push((row["unique_key"].clone(), row["unique_in_site"].clone()));
        }
        assert_eq!(keys[0], keys[1]);
        assert_eq!(keys[0].0, keys[2].0, "one CI everywhere");
        assert_ne!(keys[0].1, keys[2].1, "a DI for each MID");
        assert_ne!(keys[0].0, keys[3].0);
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_the_browser_goes_back_with_success() {
    on_both(async |test| {
        let hub = hub(test).await;
        let url = "https://shop.test/done?a=b#top";
        let param = json!({"merchant_uid": "c 1", "m_redirect_url": url, "popup": false});
        let back = certify(&hub, &param, Device::Mobile, "approve").await.url();
        let rest = back.strip_prefix("https://shop.test/done?a=b&imp_uid=imp_").unwrap();
        assert_eq!(&rest[12..], "&merchant_uid=c%201&success=true#top");
        let back = certify(&hub, &param, Device::Mobile, "decline").await.url();
        assert!(back.contains("&success=false&error_code=3001&error_msg="), "{back}");
        let back = certify(&hub, &param, Device::Mobile, "cancel").await.url();
        assert!(back.contains("&success=false&error_code=9000&error_msg="), "{back}");
        assert!(!back.contains("imp_success"));
        // The page may ask for the overlay, and gets it where there is nowhere to come back to.
        for param in [
            json!({"merchant_uid": "c2", "m_redirect_url": url, "popup": true}),
            json!({"merchant_uid": "c2"}),
        ] {
            let rsp = certify(&hub, &param, Device::Mobile, "approve").await.rsp();
            assert_eq!(rsp["success"], true);
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_refused_or_gives_up_is_nobody() {
    on_both(async |test| {
        let hub = hub(test).await;
        for (press, code) in [("decline", "3001"), ("cancel", "9000")] {
            let param = json!({"merchant_uid": "c1", "name": "홍길동"});
            let rsp = certify(&hub, &param, Device::Pc, press).await.rsp();
            assert_eq!((&rsp["success"], &rsp["error_code"]), (&json!(false), &json!(code)));
            assert!(!rsp["error_msg"].as_str().unwrap().is_empty());
            let row = get(&hub, &uid(&rsp)).await.ok();
            assert_eq!((&row["certified"], &row["certified_at"]), (&json!(false), &json!(0)));
            for key in ["name", "phone", "unique_key", "birthday", "gender"] {
                assert_eq!(row[key], Value::Null, "{key}");
            }
            assert_eq!((&row["birth"], &row["foreigner"]), (&json!(0), &json!(false)));
        }
    })
    .await;
}

#[tokio::test]
async fn the_young_are_refused_by_the_merchants_clock() {
    on_both(async |test| {
        let hub = hub(test).await;
        let years = async |age: i64| {
            let param = json!({"merchant_uid": "c1", "min_age": age});
            certify(&hub, &param, Device::Pc, "approve").await.rsp()
        };
        assert_eq!(years(33).await["success"], true);
        let young = years(34).await;
        assert_eq!(young["success"], false);
        assert!(young["error_msg"].as_str().unwrap().contains("만 34세"), "{young}");
        let row = get(&hub, &uid(&young)).await.ok();
        assert_eq!((&row["certified"], &row["name"]), (&json!(false), &Value::Null));
        // 2024-01-01 in Korea is 47 days on.
        let days = json!({"advance_seconds": 47 * 86_400});
        hub.rest("POST", "/sandbox/clock", days).await.ok();
        assert_eq!(years(34).await["success"], true);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_before() {
    on_both(async |test| {
        let bare = TestHub::new(test).await;
        let refused = async |param: Value, device: Device| {
            let answer = open(&bare, &param, device).await;
            assert_eq!((&answer["ok"], &answer["rsp"]["imp_uid"]), (&json!(false), &Value::Null));
            let text = answer["rsp"]["error_msg"].as_str().unwrap().to_owned();
            (text, answer["m_redirect"].as_str().unwrap_or_default().to_owned())
        };
        let (text, back) = refused(
            json!({"merchant_uid": "c1", "m_redirect_url": "https://shop.test/x"}),
            Device::Pc,
        )
        .await;
        assert_eq!(text, "등록된 본인인증 PG 설정 정보가 없습니다.");
        assert!(back.starts_with("https://shop.test/x?merchant_uid=c1&success=false"), "{back}");
        channel(&bare, "danal").await;
        for (param, word) in [
            (json!({"merchant_uid": "x".repeat(41)}), "40자"),
            (json!({}), "merchant_uid"),
            (json!({"merchant_uid": "c1", "min_age": "old"}), "min_age"),
            (json!({"merchant_uid": "c1", "min_age": -1}), "min_age"),
            (json!({"merchant_uid": "c1", "popup": false}), "m_redirect_url"),
        ] {
            let (text, _) = refused(param.clone(), Device::Mobile).await;
            assert!(text.contains(word), "{param}: {text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_window_can_be_closed_until_it_is_decided() {
    on_both(async |test| {
        let hub = hub(test).await;
        let opened = open(&hub, &json!({"merchant_uid": "c1"}), Device::Pc).await;
        let browser = hub.browser(Device::Pc);
        let back = browser.until_back(into(&opened), "approve").await;
        let closed = close(&hub, &opened).await;
        assert_eq!((&closed["done"], &closed["rsp"]["success"]), (&json!(true), &json!(false)));
        assert_eq!(closed["rsp"]["error_code"], "F400");
        // Whoever verifies all the same comes too late.
        let ending = browser.walk(back, "approve").await.rsp();
        assert_eq!(ending["success"], false);
        let done = open(&hub, &json!({"merchant_uid": "c1"}), Device::Pc).await;
        let first = browser.walk(into(&done), "approve").await.rsp();
        let closed = close(&hub, &done).await;
        assert_eq!((&closed["done"], &closed["rsp"]), (&json!(true), &first));
    })
    .await;
}

#[tokio::test]
async fn a_result_whose_answer_is_lost_is_asked_for_again() {
    on_both(async |test| {
        let hub = hub(test).await;
        for fault in ["timeout_after", "reset_after", "server_error", "garbage", "down"] {
            hub.fault("certification", "lookup", fault);
            let opened = open(&hub, &json!({"merchant_uid": "c1"}), Device::Pc).await;
            let ending = hub.browser(Device::Pc).walk(into(&opened), "approve").await;
            assert_eq!(ending, Ending::Waiting, "{fault}");
            assert_eq!(close(&hub, &opened).await, json!({"done": false}), "{fault}");
            let imp_uid = uid(&opened);
            assert_eq!(get(&hub, &imp_uid).await.ok()["certified"], false, "{fault}");
            hub.advance(60).await;
            assert_eq!(get(&hub, &imp_uid).await.ok()["certified"], true, "{fault}");
            let session = opened["session"].as_str().unwrap();
            let done = Step::Get { url: format!("http://hub.test/certify/{session}/done") };
            let rsp = hub.browser(Device::Pc).walk(done, "approve").await.rsp();
            assert_eq!(rsp["success"], true, "{fault}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_return_that_is_none_changes_nothing() {
    on_both(async |test| {
        let hub = hub(test).await;
        let browser = hub.browser(Device::Pc);
        let opened = open(&hub, &json!({"merchant_uid": "c1"}), Device::Pc).await;
        let back = browser.until_back(into(&opened), "approve").await;
        let address = back.url().to_owned();
        let form = "application/x-www-form-urlencoded";
        for body in ["", "number=", "number=../x&code=0000", "x=y"] {
            let page = browser.send("POST", &address, form, body.into()).await;
            assert_eq!(page.status, 400, "{body}");
        }
        let elsewhere = address.replace("/danal/", "/kcp_v2/");
        assert_eq!(browser.send("POST", &elsewhere, form, "number=C1".into()).await.status, 404);
        let imp_uid = uid(&opened);
        assert_eq!(get(&hub, &imp_uid).await.ok()["certified"], false);
        // Somebody else's verification proves nothing about this person.
        let other = open(&hub, &json!({"merchant_uid": "c2"}), Device::Pc).await;
        let Step::Post { body, .. } = browser.until_back(into(&other), "approve").await else {
            panic!("a POST")
        };
        let page = browser.send("POST", &address, form, body).await;
        assert_eq!(page.status, 200);
        let row = get(&hub, &imp_uid).await.ok();
        assert_eq!((&row["certified"], &row["name"]), (&json!(false), &Value::Null));
        // Brought twice, a result is the same result.
        let third = open(&hub, &json!({"merchant_uid": "c3"}), Device::Pc).await;
        let step = browser.until_back(into(&third), "approve").await;
        let one = browser.walk(step.clone(), "approve").await;
        assert_eq!(one, browser.walk(step, "approve").await);
    })
    .await;
}

#[tokio::test]
async fn a_page_loaded_again_opens_another_window_of_the_same() {
    on_both(async |test| {
        let hub = hub(test).await;
        let browser = hub.browser(Device::Pc);
        let opened = open(&hub, &json!({"merchant_uid": "c1"}), Device::Pc).await;
        let first = browser.until_back(into(&opened), "approve").await;
        let second = browser.until_back(into(&opened), "decline").await;
        assert_eq!(browser.walk(first, "").await.rsp()["success"], true);
        assert_eq!(browser.walk(second, "").await.rsp()["success"], true, "it was certified");
        let page = browser.go(&Step::Get { url: "http://hub.test/certify/00ff".into() }).await;
        assert_eq!(page.status, 404);
        assert!(page.text.contains("본인인증을 찾을 수 없습니다"));
    })
    .await;
}
