//! What V1 has for single PGs besides product orders: what follows a purchase of `naverpay`,
//! PAYCO's state of an order, Paymentwall's deliveries.

use crate::sandbox_only::{channels, param};
use pg::Device;
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// Pays at a PG; the payment's number.
async fn paid(hub: &TestHub, pg: &str, order: &str, method: &str) -> String {
    let mut param = param(pg, order);
    param["pay_method"] = method.into();
    param["m_redirect_url"] = "https://shop.test/done".into();
    param["currency"] = "KRW".into();
    hub.pay(&param, Device::Pc, "approve").await;
    let paid = hub.order(order).await;
    assert_eq!(paid["status"], "paid", "{paid}");
    paid["imp_uid"].as_str().unwrap().to_owned()
}

async fn hub(test: testkit::dbs::TestDb) -> TestHub {
    let hub = TestHub::new(test).await;
    channels(&hub, &["naverpay", "payco", "paymentwall"]).await;
    hub
}

#[tokio::test]
async fn points_and_the_end_of_a_purchase_once_each() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = paid(&hub, "naverpay", "order", "card").await;
        for (word, again) in [("point", "이미 포인트가 적립된"), ("confirm", "이미 구매확정된")]
        {
            let path = |imp_uid: &str| format!("/payments/{imp_uid}/naver/{word}");
            let first = hub.rest("POST", &path(&imp_uid), json!({"requester": "customer"})).await;
            assert_eq!(first.ok(), Value::Null);
            let twice = hub.rest("POST", &path(&imp_uid), json!({})).await.refusal();
            assert_eq!((twice.0, twice.1), (500, -1));
            assert!(twice.2.contains(again), "{}", twice.2);
            let unknown = hub.rest("POST", &path("imp_000000000000"), json!({})).await.refusal();
            assert_eq!((unknown.0, unknown.1), (404, -1));
            let kicc = paid(&hub, "kicc", &format!("kicc-{word}"), "card").await;
            assert_eq!(hub.rest("POST", &path(&kicc), json!({})).await.refusal().0, 404);
            // Both at once: one of them.
            let other = paid(&hub, "naverpay", &format!("twice-{word}"), "card").await;
            let path = path(&other);
            let (one, two) = tokio::join!(
                hub.rest("POST", &path, json!({})),
                hub.rest("POST", &path, json!({}))
            );
            assert_eq!(one.code + two.code, -1, "{} {}", one.message, two.message);
        }
        let path = format!("/payments/{imp_uid}/naver/confirm");
        let odd = hub.rest("POST", &path, json!({"requester": "nobody"})).await.refusal();
        assert_eq!((odd.0, odd.1), (400, -1));
        let gone = paid(&hub, "naverpay", "gone", "card").await;
        hub.cancel(json!({"imp_uid": gone})).await.ok();
        let path = format!("/payments/{gone}/naver/point");
        let refused = hub.rest("POST", &path, json!({})).await.refusal();
        assert!(refused.2.contains("취소된 거래"), "{}", refused.2);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_answer_lost_is_told_and_found_out() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = paid(&hub, "naverpay", "order", "card").await;
        let path = format!("/payments/{imp_uid}/naver/confirm");
        hub.fault("naverpay", "errand", "timeout_after");
        assert_eq!(hub.rest("POST", &path, json!({})).await.ok(), Value::Null);
        let path = format!("/payments/{imp_uid}/naver/point");
        hub.fault("naverpay", "errand", "timeout_before");
        let unknown = hub.rest("POST", &path, json!({})).await.refusal();
        assert_eq!((unknown.0, unknown.1), (500, -1));
        assert!(unknown.2.contains("확인하고 있습니다"), "{}", unknown.2);
        let busy = hub.rest("POST", &path, json!({})).await.refusal();
        assert_eq!((busy.0, busy.1), (500, 1));
        hub.advance(600).await;
        assert_eq!(hub.rest("POST", &path, json!({})).await.ok(), Value::Null);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn cash_receipts_are_for_what_was_cash() {
    on_both(async |test| {
        let hub = hub(test).await;
        let cash = async |imp_uid: &str| {
            hub.rest("GET", &format!("/payments/{imp_uid}/naver/cash-amount"), Value::Null).await
        };
        let points = paid(&hub, "naverpay", "points", "point").await;
        assert_eq!(
            cash(&points).await.ok(),
            json!({"amount_total": 14000, "amount_by_npoint": 14000, "amount_by_primary": 0,
                "amount_supply": 12728, "amount_vat": 1272})
        );
        hub.cancel(json!({"imp_uid": points, "amount": 3000})).await.ok();
        assert_eq!(cash(&points).await.ok()["amount_total"], 11_000);
        let card = paid(&hub, "naverpay", "card", "card").await;
        assert_eq!(cash(&card).await.ok()["amount_total"], 0);
        let kicc = paid(&hub, "kicc", "kicc", "card").await;
        assert_eq!(cash(&kicc).await.refusal().0, 400);
        assert_eq!(cash("imp_000000000000").await.refusal().0, 404);
        hub.fault("naverpay", "query", "garbage");
        assert_eq!(cash(&card).await.refusal().0, 500);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn paycos_state_of_an_order() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = paid(&hub, "payco", "order", "card").await;
        let change = async |imp_uid: &str, status: Value| {
            let path = format!("/payco/orders/status/{imp_uid}");
            hub.rest("POST", &path, json!({ "status": status })).await
        };
        for status in ["DELIVERY_START", "DELIVERY_START", "PURCHASE_DECISION"] {
            let done = change(&imp_uid, json!(status)).await.ok();
            assert_eq!(done, json!({ "status": status }));
        }
        let over = change(&imp_uid, json!("CANCELED")).await.refusal();
        assert_eq!((over.0, over.1), (200, -1));
        assert!(over.2.contains("이미 구매확정된 주문"), "{}", over.2);
        for odd in [json!(""), json!("ORDERED"), json!([1])] {
            assert_eq!(change(&imp_uid, odd).await.refusal().0, 400);
        }
        let kicc = paid(&hub, "kicc", "kicc", "card").await;
        for (imp_uid, why) in [
            ("imp_000000000000", "존재하지 않는 결제정보입니다."),
            (kicc.as_str(), "이 PG사의 결제에서 지원하지 않는 처리입니다."),
        ] {
            let refused = change(imp_uid, json!("CANCELED")).await.refusal();
            assert_eq!(refused, (200, 1, why.to_owned()));
        }
        // A state is no money; money that went back is.
        let other = paid(&hub, "payco", "other", "card").await;
        change(&other, json!("CANCELED")).await.ok();
        assert_eq!(hub.held("payco", &other), 14_000);
        assert_eq!(hub.payment(&other).await["status"], "paid");
        let back = paid(&hub, "payco", "back", "card").await;
        hub.cancel(json!({"imp_uid": back})).await.ok();
        assert_eq!(change(&back, json!("DELIVERY_START")).await.refusal().1, -1);
        // Lost and found.
        let lost = paid(&hub, "payco", "lost", "card").await;
        hub.fault("payco", "errand", "reset_after");
        assert_eq!(change(&lost, json!("DELIVERY_START")).await.ok()["status"], "DELIVERY_START");
        hub.fault("payco", "errand", "timeout_before");
        assert_eq!(change(&lost, json!("CANCELED")).await.refusal().1, -1);
        hub.settled().await;
    })
    .await;
}

fn report(imp_uid: &str, order: &str) -> Value {
    json!({
        "imp_uid": imp_uid, "merchant_uid": order, "type": "physical", "status": "order_shipped",
        "carrier_tracking_id": "1234", "carrier_type": "EMS",
        "estimated_delivery_datetime": 1_700_000_000, "estimated_update_datetime": "1700000000",
        "refundable": "yes", "shipping_address_email": "buyer@shop.test",
        "shipping_address_country": "US", "shipping_address_city": "New York",
        "shipping_address_zip": "10001", "shipping_address_state": "NY",
        "shipping_address_street": "5th Avenue 1", "shipping_address_phone": "+12125550100",
        "shipping_address_firstname": "Jane", "shipping_address_lastname": "Doe",
    })
}

#[tokio::test]
async fn paymentwalls_deliveries() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = paid(&hub, "paymentwall", "order", "card").await;
        let whole = report(&imp_uid, "order");
        let tell =
            async |body: &Value| hub.rest("POST", "/paymentwall/delivery", body.clone()).await;
        let with = |name: &str, value: Value| {
            let mut body = whole.clone();
            body[name] = value;
            body
        };
        assert_eq!(tell(&whole).await.ok(), json!({"success": 1}));
        for name in whole.as_object().unwrap().keys() {
            let refused = tell(&with(name, json!(""))).await.refusal();
            assert_eq!(refused, (400, -1, format!("{name} 파라메터가 누락되었습니다.")));
        }
        for (name, odd) in [
            ("type", "gas"),
            ("status", "lost"),
            ("refundable", "perhaps"),
            ("estimated_update_datetime", "soon"),
            ("estimated_delivery_datetime", "-1"),
        ] {
            assert_eq!(tell(&with(name, json!(odd))).await.refusal().0, 400, "{name}");
        }
        let back = tell(&with("status", json!("order_placed"))).await;
        assert_eq!((back.status, back.code), (200, -1));
        assert_eq!(back.response["error_code"], 1105);
        assert_eq!(back.response["error"], "Delivery status can not go back");
        assert_eq!(back.response["notices"], json!(["Delivery status can not go back"]));
        let digital = json!({"imp_uid": imp_uid, "merchant_uid": "order", "type": "digital",
            "status": "delivered", "estimated_delivery_datetime": 0,
            "estimated_update_datetime": 0, "refundable": "no",
            "shipping_address_email": "buyer@shop.test"});
        assert_eq!(tell(&digital).await.ok(), json!({"success": 1}));
        let kicc = paid(&hub, "kicc", "kicc", "card").await;
        for body in [
            with("imp_uid", json!("imp_000000000000")),
            with("merchant_uid", json!("another")),
            report(&kicc, "kicc"),
        ] {
            let refused = tell(&body).await.refusal();
            assert_eq!((refused.0, refused.1), (200, 1), "{}", refused.2);
        }
        hub.fault("paymentwall", "errand", "timeout_before");
        let unknown = tell(&digital).await;
        assert_eq!((unknown.status, unknown.code), (200, -1));
        assert!(unknown.response["error"].as_str().unwrap().contains("확인하고 있습니다"));
        // Where it goes is in the PG's hands, not in our log or tables.
        let db = &hub.engine().db;
        let exchanges = store::exchanges::of_payment(db, hub.shop.id, &imp_uid).await.unwrap();
        assert!(exchanges.iter().any(|row| row.operation == "delivery"));
        assert!(exchanges.iter().all(|row| !row.request.contains("Avenue")));
        hub.advance(600).await;
        hub.settled().await;
    })
    .await;
}
