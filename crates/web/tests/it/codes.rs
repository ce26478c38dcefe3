//! Code tables and the merchant's channels.

use crate::hub::Hub;
use crate::rows::channel;
use serde_json::json;
use testkit::dbs::on_both;

#[tokio::test]
async fn tables_have_v1s_codes() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let bank = json!({ "code": "004", "name": "KB국민은행" });
        assert_eq!(hub.get("/banks/004").await.response(), bank);
        assert_eq!(hub.get("/cards/361").await.response()["name"], "BC카드");
        assert!(hub.get("/banks").await.response().as_array().unwrap().contains(&bank));
        assert!(hub.get("/cards").await.response().as_array().unwrap().len() > 30);
        for path in ["/cards/999", "/banks/4", "/banks/%00"] {
            assert_eq!(hub.get(path).await.status, 404, "{path}");
        }
        for path in ["/cards", "/banks/004", "/users/pg"] {
            hub.send("GET", path, &[], "", b"").await.refuses(401, -1, "Unauthorized");
        }
    })
    .await;
}

#[tokio::test]
async fn channels_of_this_merchant_only() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let other = hub.test.merchant("other").await;
        channel(hub.engine(), &other).await;
        assert_eq!(hub.get("/users/pg").await.response(), json!([]));
        let id = channel(hub.engine(), &hub.shop).await;
        let expected = json!([{
            "pg_provider": "kicc",
            "pg_id": format!("T{}", id % 10_000_000),
            "sandbox": true,
            "type": "payment",
            "channel_name": "카드",
            "channel_key": format!("channel-key-{id}"),
        }]);
        assert_eq!(hub.get("/users/pg").await.response(), expected);
    })
    .await;
}
