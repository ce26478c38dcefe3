//! Whom these operations are not for, and what they need.

use super::{fields, hub, orders, sold};
use pg::Device;
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

const TASKS: [&str; 11] = [
    "cancel",
    "approve-cancel",
    "place",
    "ship",
    "request-return",
    "approve-return",
    "reject-return",
    "withhold-return",
    "resolve-return",
    "collect-exchanged",
    "ship-exchanged",
];

/// V1 documents 400 for these.
const HAVE_400: [&str; 5] =
    ["ship", "ship-exchanged", "request-return", "reject-return", "withhold-return"];

#[tokio::test]
async fn payments_nobody_knows_and_of_another_kind() {
    on_both(async |test| {
        let hub = hub(test).await;
        let mut plain = crate::sandbox_only::param("naverpay", "plain");
        plain["m_redirect_url"] = "https://shop.test/done".into();
        hub.pay(&plain, Device::Pc, "approve").await;
        let mut card = crate::sandbox_only::param("kicc", "card");
        card["pay_method"] = "card".into();
        hub.pay(&card, Device::Pc, "approve").await;
        let uid = async |order: &str| hub.order(order).await["imp_uid"].as_str().map(str::to_owned);
        for task in TASKS {
            let path = |imp_uid: &str| format!("/payments/{imp_uid}/naver/{task}");
            for body in [fields(task), json!({})] {
                let unknown = hub.rest("POST", &path("imp_000000000000"), body).await.refusal();
                assert_eq!((unknown.0, unknown.1), (404, -1), "{task}");
                assert_eq!(unknown.2, "존재하지 않는 결제정보입니다.");
            }
            for order in ["card", "plain"] {
                let imp_uid = uid(order).await.unwrap();
                let strange = hub.rest("POST", &path(&imp_uid), fields(task)).await.refusal();
                let status = if HAVE_400.contains(&task) { 400 } else { 404 };
                assert_eq!((strange.0, strange.1), (status, -1), "{task} {order}");
                assert!(strange.2.contains("상품주문이 있는 결제가 아닙니다."), "{}", strange.2);
            }
            let token = hub.call("POST", &path("imp_000000000000"), "", &json!({})).await;
            assert_eq!((token.status, token.code), (401, -1), "{task}");
        }
        for (path, status) in [
            ("/payments/imp_000000000000/naver/product-orders".to_owned(), 404),
            (format!("/payments/{}/naver/product-orders", uid("card").await.unwrap()), 404),
            ("/naver/product-orders/P0".to_owned(), 404),
        ] {
            let refused = hub.rest("GET", &path, Value::Null).await.refusal();
            assert_eq!((refused.0, refused.1), (status, -1), "{path}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn another_merchant_sees_and_does_nothing() {
    on_both(async |test| {
        let mut hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let before = orders(&hub, &sale.imp_uid).await;
        let ours = hub.shop.clone();
        stranger(&mut hub).await;
        for task in TASKS {
            let refused = sale.post(&hub, task, fields(task)).await.refusal();
            assert_eq!((refused.0, refused.1), (404, -1), "{task}");
        }
        let lists = format!("/payments/{}/naver/product-orders", sale.imp_uid);
        let one = format!("/naver/product-orders/{}", sale.ids[0]);
        for path in [lists, one] {
            assert_eq!(hub.rest("GET", &path, Value::Null).await.refusal().0, 404, "{path}");
        }
        let path = format!("/sandbox/naver/product-orders/{}/request-cancel", sale.ids[0]);
        assert_eq!(hub.rest("POST", &path, json!({})).await.refusal().0, 404);
        // Their own payment, our product order.
        let theirs = sold(&hub, "theirs").await;
        let body = json!({"product_order_id": [sale.ids[0]]});
        assert_eq!(theirs.post(&hub, "cancel", body).await.refusal().0, 404);
        hub.shop = ours;
        assert_eq!(orders(&hub, &sale.imp_uid).await, before);
        hub.settled().await;
    })
    .await;
}

/// The hub's tests go on as another merchant with the same PG.
async fn stranger(hub: &mut TestHub) {
    let created = hub.base.merchant("stranger@shop.test").await;
    hub.shop = testkit::merchant::Shop {
        id: domain::MerchantId(created.merchant.id),
        user_code: created.merchant.user_code.clone(),
        imp_key: created.key.imp_key.clone(),
        imp_secret: created.key.imp_secret.expose().clone(),
    };
    crate::sandbox_only::channels(hub, &[super::PG]).await;
}

#[tokio::test]
async fn what_an_operation_needs_is_named() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        for (task, without, named) in [
            ("ship", "delivery_method", "delivery_method"),
            ("ship", "dispatched_at", "dispatched_at"),
            ("ship", "delivery_company", "delivery_company"),
            ("ship", "tracking_number", "tracking_number"),
            ("ship-exchanged", "delivery_method", "delivery_method"),
            ("request-return", "delivery_method", "delivery_method"),
            ("reject-return", "memo", "memo"),
            ("withhold-return", "memo", "memo"),
        ] {
            let mut body = fields(task);
            body[without] = Value::Null;
            let refused = sale.post(&hub, task, body).await.refusal();
            let text = format!("{named} 파라메터가 누락되었습니다.");
            assert_eq!(refused, (400, -1, text), "{task} {without}");
        }
        for (task, field, odd) in [
            ("ship", "delivery_method", json!("ROCKET")),
            ("ship", "dispatched_at", json!("어제")),
            ("ship", "delivery_company", json!("ROCKET")),
            ("ship-exchanged", "delivery_method", json!("RETURN_DELIVERY")),
            ("request-return", "delivery_method", json!("DELIVERY")),
            ("withhold-return", "extra_charge", json!(-1)),
            ("cancel", "product_order_id", json!({"a": "b"})),
        ] {
            let mut body = fields(task);
            body[field] = odd;
            let refused = sale.post(&hub, task, body).await.refusal();
            assert_eq!((refused.0, refused.1), (400, -1), "{task} {field}");
            assert!(refused.2.starts_with(field), "{}", refused.2);
        }
        let strange = json!({"product_order_id": ["P0", "P1"]});
        assert_eq!(sale.post(&hub, "cancel", strange).await.refusal().0, 404);
        let all = orders(&hub, &sale.imp_uid).await;
        assert!(all.iter().all(|order| super::standing(order) == "PAYED"));
        for (action, why) in [("fly", "없는 동작"), ("cancel", "없는 동작"), ("place", "없는 동작")]
        {
            let refused = sale.act(&hub, action, 0).await.unwrap_err();
            assert!(refused.contains(why), "{refused}");
        }
        hub.settled().await;
    })
    .await;
}
