//! Money and points people keep at a PG: members and logins.

use crate::sandbox_only::{channels, param};
use axum::body::Body;
use axum::http::Request;
use pg::Device;
use serde_json::{Value, json};
use testkit::dbs::{TestDb, on_both};
use testkit::hub::TestHub;
use testkit::merchant::Reply;

async fn ready(test: TestDb) -> TestHub {
    let hub = TestHub::new(test).await;
    channels(&hub, &["kcp_quick", "benepia"]).await;
    hub
}

async fn key(hub: &TestHub, pg: &str) -> String {
    let rows = store::channels::list(&hub.engine().db, hub.shop.id).await.unwrap();
    rows.into_iter().find(|row| row.pg == pg).unwrap().channel_key
}

/// A payment in whose window a PIN was typed, by a member.
async fn pin(hub: &TestHub, order: &str, member: &str) -> String {
    let mut param = param("kcp_quick", order);
    param["customer_id"] = member.into();
    hub.pay(&param, Device::Pc, "approve").await;
    hub.order(order).await["imp_uid"].as_str().unwrap().to_owned()
}

async fn money(hub: &TestHub, member: &str, pin: &str, order: &str, amount: i64) -> Reply {
    let body = json!({"member_id": member, "channel_key": key(hub, "kcp_quick").await,
        "merchant_uid": order, "name": "선불머니", "amount": amount, "imp_uid": pin});
    hub.rest("POST", "/kcpquick/payment/money", body).await
}

#[tokio::test]
async fn a_members_money_is_charged_once_per_pin_and_given_back() {
    on_both(async |test| {
        let hub = ready(test).await;
        let typed = pin(&hub, "window", "member-1").await;
        let paid = money(&hub, "member-1", &typed, "money", 60_000).await.ok();
        assert_eq!(
            (&paid["status"], &paid["pay_method"], &paid["pg_provider"]),
            (&json!("paid"), &json!("point"), &json!("kcp_quick"))
        );
        let imp_uid = paid["imp_uid"].as_str().unwrap();
        assert_eq!(hub.held("kcp_quick", imp_uid), 60_000);
        hub.run_jobs().await;
        assert_eq!(hub.told(imp_uid), ["paid"]);
        // The PIN is used up; another one does not make the purse deeper; a cancel does.
        assert!(money(&hub, "member-1", &typed, "again", 1).await.refusal().2.contains("PIN"));
        let typed = pin(&hub, "window-2", "member-1").await;
        let poor = money(&hub, "member-1", &typed, "much", 60_000).await.refusal();
        assert_eq!((poor.0, poor.1), (200, -1));
        assert!(poor.2.contains("잔액"), "{}", poor.2);
        assert_eq!(hub.order("much").await["status"], "failed");
        hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
        let typed = pin(&hub, "window-3", "member-1").await;
        money(&hub, "member-1", &typed, "more", 60_000).await.ok();
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_charge_is_found_and_a_pin_of_another_payment_is_refused() {
    on_both(async |test| {
        let hub = ready(test).await;
        let typed = pin(&hub, "window", "member-1").await;
        hub.fault("kcp_quick", "charge", "timeout_after");
        assert_eq!(money(&hub, "member-1", &typed, "lost", 5_000).await.ok()["status"], "paid");
        let mut other = param("nice", "card");
        other["pay_method"] = "card".into();
        hub.pay(&other, Device::Pc, "approve").await;
        let other = hub.order("card").await["imp_uid"].as_str().unwrap().to_owned();
        for none in ["imp_000000000000", &other] {
            let (status, code, _) = money(&hub, "member-1", none, "x", 1).await.refusal();
            assert_eq!((status, code), (200, 1), "{none}");
        }
        hub.settled().await;
    })
    .await;
}

async fn release(hub: &TestHub, member: &str, channel: &str) -> (u16, Value) {
    let path = format!("/kcpquick/members/{member}/fido/release");
    let token = hub.token().await;
    let request = Request::post(&path)
        .header("authorization", token)
        .header("content-type", "application/json")
        .body(Body::from(json!({"channel_key": channel}).to_string()))
        .unwrap();
    let answer = hub.request(request).await;
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

async fn forget(hub: &TestHub, member: &str, site_code: &str) -> Reply {
    let path = format!(
        "/kcpquick/members/{member}?site_code={site_code}&partner_type=P&partner_subtype=S"
    );
    hub.rest("DELETE", &path, Value::Null).await
}

#[tokio::test]
async fn members_are_seen_released_and_deleted() {
    on_both(async |test| {
        let hub = ready(test).await;
        let channel = key(&hub, "kcp_quick").await;
        pin(&hub, "window", "member-1").await;
        let (status, body) = release(&hub, "member-1", &channel).await;
        assert_eq!((status, &body["code"]), (200, &json!(0)));
        assert_eq!(body["response"], json!({"member_id": "member-1"}));
        let (status, body) = release(&hub, "member-1", &channel).await;
        assert_eq!((status, &body["code"], &body["response"]), (200, &json!(-1), &Value::Null));
        assert_eq!(body["error"]["code"], "S307");
        assert_eq!(release(&hub, "stranger", &channel).await.1["error"]["code"], "S305");
        for wrong in ["channel-key-none", &key(&hub, "nice").await] {
            assert_eq!(release(&hub, "member-1", wrong).await.0, 400, "{wrong}");
        }
        hub.fault("kcp_quick", "other", "timeout_before");
        assert_eq!(release(&hub, "test_1", &channel).await.0, 500);
        assert_eq!(forget(&hub, "member-1", "T9999").await.refusal().0, 404);
        let gone = forget(&hub, "member-1", "A7NC2").await.ok();
        assert_eq!(
            (&gone["member_id"], &gone["pg_provider"], &gone["pg_id"]),
            (&json!("member-1"), &json!("kcp_quick"), &json!("A7NC2"))
        );
        assert!(gone["inserted"].as_i64() > Some(0) && gone["updated"].as_i64() > Some(0));
        assert_eq!(forget(&hub, "member-1", "A7NC2").await.refusal().0, 404);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_registration_is_made_once_changed_and_told_to_the_window() {
    on_both(async |test| {
        let hub = ready(test).await;
        let body = json!({"btid": "bt-1", "cust_ip": "203.0.113.7",
            "code_verifier": "SECRET-VERIFIER",
            "prepaid_auth_yn": "Y", "prepaid_amount": 14000});
        let path = "/kcpquick/prepare/order";
        assert_eq!(hub.rest("PUT", path, body.clone()).await.refusal().0, 404);
        hub.rest("POST", path, body.clone()).await.ok();
        assert_eq!(hub.rest("POST", path, body.clone()).await.refusal().0, 409);
        let mut changed = body;
        changed["btid"] = "bt-2".into();
        hub.rest("PUT", path, changed.clone()).await.ok();
        changed["cust_ip"] = "nowhere".into();
        assert_eq!(hub.rest("PUT", path, changed).await.refusal().0, 400);
        assert_eq!(hub.rest("POST", "/kcpquick/prepare/x", json!({})).await.refusal().0, 400);
        let imp_uid = pin(&hub, "order", "test_1").await;
        let trade = &hub.trades("kcp_quick", &imp_uid)[0];
        assert_eq!(trade["extra"]["prepared"]["btid"], "bt-2", "{trade}");
        let sql = "select sealed from quick_prepares";
        let rows = hub.engine().db.rows(sql, &store::args![]).await.unwrap();
        assert!(!rows[0].text("sealed").unwrap().contains("SECRET-VERIFIER"));
        let sql = "select request, response from exchanges";
        let rows = hub.engine().db.rows(sql, &store::args![]).await.unwrap();
        for row in rows {
            assert!(!row.text("request").unwrap().contains("SECRET-VERIFIER"));
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_members_key_pays_until_it_is_deleted() {
    on_both(async |test| {
        let hub = ready(test).await;
        let mut window = param("kcp_quick", "issue");
        window["customer_uid"] = "customer-1".into();
        hub.pay(&window, Device::Pc, "approve").await;
        let pay = async |order: &str, customer: &str| {
            let body = json!({"customer_uid": customer, "merchant_uid": order, "name": "자동결제",
                "buyer_name": "구매자", "amount": 7_000});
            hub.rest("POST", "/kcpquick/payment/autopay", body).await
        };
        let paid = pay("auto", "customer-1").await.ok();
        assert_eq!((&paid["status"], &paid["pay_method"]), (&json!("paid"), &json!("card")));
        let (status, code, text) = pay("auto-2", "nobody").await.refusal();
        assert_eq!((status, code), (200, -1));
        assert!(text.contains("nobody"), "{text}");
        let gone = async |customer: &str| {
            hub.rest("DELETE", &format!("/kcpquick/autopay/{customer}"), Value::Null).await
        };
        hub.fault("kcp_quick", "forget", "timeout_before");
        assert_eq!(gone("customer-1").await.refusal().0, 500);
        pay("auto-3", "customer-1").await.ok();
        let deleted = gone("customer-1").await;
        assert_eq!((deleted.status, deleted.code), (200, 0));
        assert_eq!(deleted.response, json!({"customer_uid": "customer-1"}));
        assert_eq!(gone("customer-1").await.refusal().0, 404);
        assert_eq!(pay("auto-4", "customer-1").await.refusal().1, -1);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn points_are_spent_with_a_login_that_is_kept_nowhere() {
    on_both(async |test| {
        let hub = ready(test).await;
        let channel = key(&hub, "benepia").await;
        let login = |user: &str, password: &str| {
            json!({"benepia_user": user, "benepia_password": password, "channel_key": channel})
        };
        let points = async |user: &str, password: &str| {
            hub.rest("POST", "/benepia/point", login(user, password)).await
        };
        assert_eq!(points("kim", "benepia1!").await.ok(), json!({"point": 100_000}));
        let (status, code, text) = points("kim", "wrong-pass").await.refusal();
        assert_eq!((status, code), (500, -1));
        assert!(text.contains("비밀번호"), "{text}");
        let pay = async |user: &str, order: &str, amount: i64| {
            let mut body = login(user, "benepia1!");
            body["merchant_uid"] = order.into();
            body["name"] = "복지포인트".into();
            body["amount"] = amount.into();
            hub.rest("POST", "/benepia/payment", body).await
        };
        let paid = pay("kim", "one", 30_000).await.ok();
        assert_eq!(
            (&paid["status"], &paid["pay_method"], &paid["pg_provider"]),
            (&json!("paid"), &json!("point"), &json!("benepia"))
        );
        assert_eq!(points("kim", "benepia1!").await.ok()["point"], 70_000);
        assert_eq!(pay("kim", "two", 70_001).await.refusal().0, 500);
        assert_eq!(hub.order("two").await["status"], "failed");
        assert_eq!(pay("kim", "one", 1).await.refusal().0, 200, "a paid order");
        hub.fault("benepia", "charge", "timeout_after");
        assert_eq!(pay("kim", "three", 20_000).await.ok()["status"], "paid");
        let imp_uid = paid["imp_uid"].as_str().unwrap();
        hub.cancel(json!({"imp_uid": imp_uid, "amount": 10_000})).await.ok();
        assert_eq!(points("kim", "benepia1!").await.ok()["point"], 60_000);
        nowhere(&hub, "benepia1!").await;
        hub.settled().await;
    })
    .await;
}

/// No table and no book has the text.
async fn nowhere(hub: &TestHub, secret: &str) {
    let sql = "select request || coalesce(response, '') both from exchanges";
    for row in hub.engine().db.rows(sql, &store::args![]).await.unwrap() {
        assert!(!row.text("both").unwrap().contains(secret));
    }
    let sql = "select coalesce(pg_auth, '') || pg_memo both from payments";
    for row in hub.engine().db.rows(sql, &store::args![]).await.unwrap() {
        assert!(!row.text("both").unwrap().contains(secret));
    }
    for sent in hub.outbound().sent() {
        let url = &sent.request.url;
        assert!(!sent.text().contains(secret), "sent in the clear to {url}");
    }
    assert!(!hub.books("benepia").to_string().contains(secret));
}
