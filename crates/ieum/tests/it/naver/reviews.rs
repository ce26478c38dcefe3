//! What buyers wrote.

use super::{hub, sold};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

async fn reviews(hub: &TestHub, query: &str) -> Value {
    hub.rest("GET", &format!("/naver/reviews?{query}"), Value::Null).await.ok()
}

#[tokio::test]
async fn of_products_that_are_kept() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let path = format!("/sandbox/naver/product-orders/{}/review", sale.ids[1]);
        let early = hub.rest("POST", &path, json!({})).await.refusal();
        assert_eq!((early.0, early.1), (200, 1));
        assert!(early.2.contains("구매확정되지 않은"), "{}", early.2);
        sale.one(&hub, "ship", 1).await.unwrap();
        sale.act(&hub, "deliver", 1).await.unwrap();
        sale.act(&hub, "decide", 1).await.unwrap();
        let at = hub.clock().read().seconds();
        hub.rest("POST", &path, json!({"score": "1", "title": "보통입니다."})).await.ok();
        let premium = json!({"type": "premium", "title": "추천", "content": "색이 좋습니다."});
        hub.rest("POST", &path, premium.clone()).await.ok();
        let twice = hub.rest("POST", &path, premium).await.refusal();
        assert!(twice.2.contains("이미 구매평을"), "{}", twice.2);
        for (field, odd) in [("type", "poem"), ("score", "99")] {
            assert_eq!(hub.rest("POST", &path, json!({field: odd})).await.refusal().1, 1);
        }
        let span = format!("from={}&to={at}", at - 60);
        let general = reviews(&hub, &format!("{span}&review_type=general")).await;
        assert_eq!(general.as_array().unwrap().len(), 1);
        let one = &general[0];
        assert_eq!((&one["score"], &one["title"]), (&json!("1"), &json!("보통입니다.")));
        assert_eq!((&one["content"], &one["created_at"]), (&Value::Null, &json!(at)));
        assert_eq!(one["product_order_id"], sale.ids[1].as_str());
        assert_eq!(
            (&one["product_id"], &one["product_option_name"]),
            (&json!("shirt"), &json!("색상: 빨강"))
        );
        assert!(one["writer"].as_str().unwrap().ends_with("****"));
        let premium = reviews(&hub, &format!("{span}&review_type=premium")).await;
        assert_eq!(premium[0]["content"], "색이 좋습니다.");
        let before = format!("from=0&to={}&review_type=general", at - 1);
        assert_eq!(reviews(&hub, &before).await, json!([]));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn questions_that_say_too_little() {
    on_both(async |test| {
        let hub = hub(test).await;
        let whole = [("from", "1700000000"), ("to", "1700000001"), ("review_type", "general")];
        let asked = |change: &dyn Fn(&str) -> Option<String>| {
            let pairs = whole.iter().filter_map(|(name, value)| {
                let value = change(name).unwrap_or_else(|| (*value).to_owned());
                (!value.is_empty()).then(|| format!("{name}={value}"))
            });
            format!("/naver/reviews?{}", pairs.collect::<Vec<_>>().join("&"))
        };
        for (name, _) in whole {
            let path = asked(&|it| (it == name).then(String::new));
            let refused = hub.rest("GET", &path, Value::Null).await.refusal();
            assert_eq!(refused, (400, -1, format!("{name} 파라메터가 누락되었습니다.")));
        }
        for (name, odd) in [
            ("from", "x"),
            ("from", "1700000002"),
            ("to", "9223372036854775807"),
            ("review_type", "poem"),
        ] {
            let path = asked(&|it| (it == name).then(|| odd.to_owned()));
            assert_eq!(hub.rest("GET", &path, Value::Null).await.refusal().0, 400, "{path}");
        }
        let path = format!("{}&channel_key=channel-key-none", asked(&|_| None));
        assert_eq!(hub.rest("GET", &path, Value::Null).await.refusal().0, 400);
        hub.fault(super::PG, "query", "timeout_before");
        let silent = hub.rest("GET", &asked(&|_| None), Value::Null).await.refusal();
        assert_eq!((silent.0, silent.1), (500, -1));
        assert_eq!(hub.rest("GET", &asked(&|_| None), Value::Null).await.ok(), json!([]));
    })
    .await;
}
