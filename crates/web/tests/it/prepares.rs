//! Registered amounts.

use crate::hub::Hub;
use serde_json::json;
use testkit::dbs::on_both;

const NOT_THERE: &str = "등록된 결제사전정보를 찾을 수 없습니다.";
const PATH: &str = "/payments/prepare";

#[tokio::test]
async fn register_change_and_read() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body = json!({ "merchant_uid": "주문 1", "amount": 1000 });
        let shown = hub.call("POST", PATH, &body).await;
        assert_eq!(shown.response(), body);
        let again = hub.form("POST", PATH, "merchant_uid=주문 1&amount=5").await;
        let text = "결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다).";
        again.refuses(200, 1, text);
        let changed = hub.form("PUT", PATH, "merchant_uid=주문+1&amount=1.20&currency=usd").await;
        let expected = "{\"merchant_uid\":\"주문 1\",\"amount\":1.2,\"currency\":\"USD\"}";
        assert_eq!(changed.response().to_string(), expected);
        let read = hub.get("/payments/prepare/%EC%A3%BC%EB%AC%B8%201").await;
        assert_eq!(read.response().to_string(), expected);
        hub.get("/payments/prepare/none").await.refuses(200, 1, NOT_THERE);
        let put = hub.form("PUT", PATH, "merchant_uid=none&amount=1").await;
        put.refuses(404, -1, NOT_THERE);
        let other = hub.test.merchant("other").await;
        let token = hub.token_of(&other).await;
        let path = "/payments/prepare/%EC%A3%BC%EB%AC%B8%201";
        let theirs = hub.send("GET", path, &[("authorization", token.as_bytes())], "", b"").await;
        theirs.refuses(200, 1, NOT_THERE);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_registered_is_named() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        for (body, message) in [
            (json!({}), "merchant_uid 파라메터가 누락되었습니다."),
            (json!({"merchant_uid": "m"}), "amount 파라메터가 누락되었습니다."),
            (json!({"merchant_uid": "m", "amount": ""}), "amount 파라메터가 누락되었습니다."),
            (json!({"merchant_uid": "m", "amount": "x"}), "amount: 숫자가 아닙니다."),
            (json!({"merchant_uid": "m", "amount": -1}), "amount: 0보다 작을 수 없습니다."),
            (json!({"merchant_uid": "m", "amount": {}}), "amount: 하나의 값이어야 합니다."),
            (
                json!({"merchant_uid": "m", "amount": 1, "currency": "XXX"}),
                "currency: 지원하지 않는 통화입니다.",
            ),
        ] {
            hub.call("POST", PATH, &body).await.refuses(400, -1, message);
            hub.call("PUT", PATH, &body).await.refuses(400, -1, message);
        }
        hub.get("/payments/prepare/m").await.refuses(200, 1, NOT_THERE);
        // Nothing to pay is a billing key's price.
        hub.call("POST", PATH, &json!({"merchant_uid": "m", "amount": 0})).await.response();
    })
    .await;
}
