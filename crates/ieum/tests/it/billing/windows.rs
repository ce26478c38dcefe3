//! Windows that issue a billing key: KICC on every device, INICIS on the web.

use super::again;
use pg::Device;
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

fn param(pg: &str, order: &str, customer: &str, amount: i64) -> Value {
    json!({"pg": pg, "pay_method": "card", "merchant_uid": order, "name": "정기결제 등록",
        "amount": amount, "customer_uid": customer, "buyer_name": "구매자",
        "buyer_tel": "010-1234-5678", "buyer_email": "a@shop.test",
        "m_redirect_url": "https://shop.test/done"})
}

#[tokio::test]
async fn a_window_issues_a_key_and_charges_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for (pg, amount) in [("kicc", 0), ("kicc", 9900), ("html5_inicis", 9900)] {
            let (order, uid) = (format!("{pg}-{amount}"), format!("c-{pg}-{amount}"));
            let ending = hub.pay(&param(pg, &order, &uid, amount), Device::Pc, "approve").await;
            let rsp = ending.rsp();
            assert_eq!(
                (&rsp["success"], &rsp["customer_uid"], &rsp["paid_amount"]),
                (&json!(true), &json!(uid), &json!(amount)),
                "{rsp}"
            );
            let issued = hub.order(&order).await;
            assert_eq!(
                (&issued["status"], &issued["customer_uid_usage"], &issued["amount"]),
                (&json!("paid"), &json!("issue"), &json!(amount))
            );
            let imp_uid = issued["imp_uid"].as_str().unwrap();
            assert_eq!(hub.held(pg, imp_uid), 0);
            let path = format!("/subscribe/customers/{uid}");
            let customer = hub.rest("GET", &path, Value::Null).await.ok();
            assert_eq!(
                (&customer["pg_provider"], &customer["customer_name"]),
                (&json!(pg), &json!("구매자"))
            );
            let text = "빌링키 발급 거래는 청구된 금액이 없어 취소할 수 없습니다.";
            let refused = hub.cancel(json!({"imp_uid": imp_uid})).await.refusal();
            assert_eq!(refused, (200, 1, text.to_owned()));
            let paid = again(&hub, &format!("{order}-1"), &uid).await.ok();
            assert_eq!((&paid["status"], &paid["pg_provider"]), (&json!("paid"), &json!(pg)));
            assert_eq!(hub.held(pg, paid["imp_uid"].as_str().unwrap()), 1004);
            hub.run_jobs().await;
            assert_eq!(hub.told(imp_uid), ["paid"]);
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn on_a_phone_the_page_goes_back() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let ending = hub.pay(&param("kicc", "m1", "c1", 0), Device::Mobile, "approve").await;
        assert!(ending.url().contains("imp_success=true"));
        again(&hub, "m2", "c1").await.ok();
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_window_that_issues_nothing_makes_no_customer() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let ending = hub.pay(&param("kicc", "m1", "c1", 0), Device::Pc, "decline").await;
        assert_eq!(ending.rsp()["success"], false);
        let none = hub.rest("GET", "/subscribe/customers/c1", Value::Null).await.refusal();
        assert_eq!((none.0, none.1), (200, 1));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_no_window_issues_is_refused_before_it_opens() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let nothing = "이 PG사는 빌링키 발급 결제창을 지원하지 않습니다.";
        let long = "c".repeat(81);
        let mut by_account = param("kicc", "m1", "c1", 100);
        by_account["pay_method"] = "vbank".into();
        for (param, text) in [
            (param("nice", "m1", "c1", 100), nothing),
            (param("alipay", "m1", "c1", 100), nothing),
            (by_account, "빌링키 발급은 pay_method: card만 가능합니다."),
            (param("kicc", "m1", &long, 100), "customer_uid는 80자를 초과할 수 없습니다."),
            (
                param("kicc", "m1", "", 0),
                "결제요청금액이 0원입니다. 빌링키발급을 위해 customer_uid가 지정될 때에만 0원이 \
                 허용됩니다. 요청 amount :0",
            ),
        ] {
            let opened = hub.open(&param, Device::Pc).await;
            assert_eq!(opened["ok"], false, "{opened}");
            assert!(opened.to_string().contains(text), "{opened}");
        }
    })
    .await;
}
