//! `Idempotency-Key`: once, the same answer again, and never something else with the same key.

use crate::hub::{Answer, FORM, Hub, JSON};
use engine::idempotency::{self, Taken};
use serde_json::{Map, Value, json};
use store::args;
use testkit::dbs::on_both;

const PREPARE: &str = "/payments/prepare";

impl Hub {
    async fn keyed(&self, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let headers =
            [("authorization", self.token.as_bytes()), ("idempotency-key", key.as_bytes())];
        self.send(method, path, &headers, JSON, body.to_string().as_bytes()).await
    }
}

fn is_replay(answer: &Answer) -> bool {
    answer.headers.get("idempotent-replayed").is_some_and(|value| value == "true")
}

#[tokio::test]
async fn the_first_answer_again_byte_for_byte() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body = json!({"merchant_uid": "m", "amount": 1000});
        let first = hub.keyed("k", "POST", PREPARE, &body).await;
        assert_eq!((first.status.as_u16(), is_replay(&first)), (200, false));
        // Without the key, the second one is a duplicate.
        let again = hub.keyed("k", "POST", PREPARE, &body).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert!(is_replay(&again));
        let refusal = hub.keyed("k2", "POST", PREPARE, &body).await;
        assert_eq!(refusal.json()["code"], 1, "done and refused is an answer too");
        assert_eq!(hub.keyed("k2", "POST", PREPARE, &body).await.text, refusal.text);
        // Order, numbers as texts, what is empty, and the token's place are no difference.
        let path = format!("{PREPARE}?_token={}", hub.token);
        let headers: [(&str, &[u8]); 1] = [("idempotency-key", b"k")];
        let form = b"amount=1000&merchant_uid=m&currency=";
        let again = hub.send("POST", &path, &headers, FORM, form).await;
        assert_eq!((is_replay(&again), &again.text), (true, &first.text));
        let unkeyed = hub.call("POST", PREPARE, &body).await;
        assert_eq!((unkeyed.json()["code"].clone(), is_replay(&unkeyed)), (json!(1), false));
    })
    .await;
}

#[tokio::test]
async fn something_else_with_the_same_key_is_refused() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body = json!({"merchant_uid": "m", "amount": 1000, "extra": {"a": [1, 2]}});
        hub.keyed("k", "POST", PREPARE, &body).await.response();
        for (change, field) in [
            (json!({"merchant_uid": "m", "amount": 1001, "extra": {"a": [1, 2]}}), "amount"),
            (json!({"merchant_uid": "n", "amount": 1001, "extra": {"a": [1, 2]}}), "merchant_uid"),
            (json!({"merchant_uid": "m", "amount": 1000, "extra": {"a": [1, 3]}}), "extra.a[1]"),
            (json!({"merchant_uid": "m", "amount": 1000}), "extra.a[0]"),
            (json!({"merchant_uid": "m", "amount": 1000, "extra": {"a": [1, 2]}, "x": 1}), "x"),
        ] {
            let text =
                format!("Idempotency-Key: 같은 키로 보낸 이전 요청과 {field} 값이 다릅니다.");
            hub.keyed("k", "POST", PREPARE, &change).await.refuses(422, -1, &text);
        }
        let text = "Idempotency-Key: 이미 다른 요청(POST /payments/prepare)에 사용한 키입니다.";
        hub.keyed("k", "PUT", PREPARE, &body).await.refuses(422, -1, text);
        hub.keyed("k", "POST", "/payments/cancel", &body).await.refuses(422, -1, text);
        // Another merchant's key is another key.
        let other = hub.test.merchant("other").await;
        let token = hub.token_of(&other).await;
        let headers = [("authorization", token.as_bytes()), ("idempotency-key", b"k".as_slice())];
        let body = json!({"merchant_uid": "m", "amount": 5}).to_string();
        let theirs = hub.send("POST", PREPARE, &headers, JSON, body.as_bytes()).await;
        assert_eq!(theirs.response()["amount"], 5);
    })
    .await;
}

#[tokio::test]
async fn keys_are_visible_ascii() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body = json!({"merchant_uid": "m", "amount": 1});
        let long = "k".repeat(256);
        for key in ["", "a b", "\t", long.as_str(), "키"] {
            let answer = hub.keyed(key, "POST", PREPARE, &body).await;
            assert_eq!(answer.status, 400, "{key:?}");
            assert!(answer.text.contains("Idempotency-Key: "), "{}", answer.text);
        }
        let token = hub.token.as_bytes();
        let twice: [(&str, &[u8]); 3] =
            [("authorization", token), ("idempotency-key", b"a"), ("idempotency-key", b"b")];
        assert_eq!(hub.send("POST", PREPARE, &twice, JSON, b"{}").await.status, 400);
        hub.keyed(&"!~".repeat(127), "POST", PREPARE, &body).await.response();
        // Reads do not look at it.
        let headers: [(&str, &[u8]); 2] = [("authorization", token), ("idempotency-key", b"a b")];
        assert_eq!(hub.send("GET", "/payments/prepare/m", &headers, "", b"").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn refusals_before_anything_is_done_give_the_key_back() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let good = json!({"merchant_uid": "m", "amount": 1});
        let strange = [("authorization", b"no".as_slice()), ("idempotency-key", b"k")];
        assert_eq!(hub.send("POST", PREPARE, &strange, JSON, b"{}").await.status, 401);
        assert_eq!(hub.keyed("k", "POST", PREPARE, &json!({"amount": 1})).await.status, 400);
        assert_eq!(hub.keyed("k", "PUT", PREPARE, &good).await.status, 404);
        assert_eq!(hub.keyed("k", "DELETE", PREPARE, &good).await.status, 405);
        let large = json!({"merchant_uid": "m", "x": "a".repeat(2 << 20)});
        assert_eq!(hub.keyed("k", "POST", PREPARE, &large).await.status, 413);
        let headers =
            [("authorization", hub.token.as_bytes()), ("idempotency-key", b"k".as_slice())];
        assert_eq!(hub.send("POST", PREPARE, &headers, JSON, b"{").await.status, 400);
        hub.keyed("k", "POST", PREPARE, &good).await.response();
    })
    .await;
}

#[tokio::test]
async fn a_request_in_flight_or_lost_is_not_done_again() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body: Map<String, Value> =
            json!({"merchant_uid": "m", "amount": 1}).as_object().unwrap().clone();
        let merchant = engine::MerchantId(hub.shop.merchant.id);
        let route = "POST /payments/prepare";
        let taken = idempotency::begin(hub.engine(), merchant, "k", route, &body).await;
        assert_eq!(taken.unwrap(), Taken::Fresh);
        let body = Value::Object(body);
        let busy =
            "Idempotency-Key: 같은 키의 요청을 처리하고 있습니다. 잠시 후 다시 시도해 주세요.";
        hub.keyed("k", "POST", PREPARE, &body).await.refuses(409, -1, busy);
        hub.test.clock.advance(121);
        let lost = hub.keyed("k", "POST", PREPARE, &body).await;
        assert_eq!(lost.status, 409);
        assert!(lost.text.contains("merchant_uid로 결제 내역을 조회"), "{}", lost.text);
        assert_eq!(hub.get("/payments/prepare/m").await.json()["code"], 1, "nothing was done");
    })
    .await;
}

#[tokio::test]
async fn two_at_once_are_done_once() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body = json!({"merchant_uid": "m", "amount": 1});
        let (one, two) = tokio::join!(
            hub.keyed("k", "POST", PREPARE, &body),
            hub.keyed("k", "POST", PREPARE, &body)
        );
        for answer in [&one, &two] {
            let done = answer.status == 200 && answer.json()["code"] == 0;
            assert!(done || answer.status == 409, "{}", answer.text);
        }
        assert!(one.status == 200 || two.status == 200);
        assert_eq!(hub.keyed("k", "POST", PREPARE, &body).await.json()["code"], 0);
    })
    .await;
}

#[tokio::test]
async fn keys_are_kept_fifteen_days() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body = json!({"merchant_uid": "m", "amount": 1});
        hub.keyed("k", "POST", PREPARE, &body).await.response();
        hub.keyed("k2", "POST", PREPARE, &json!({"merchant_uid": "n", "amount": 1})).await;
        let count = async || {
            let sql = "select count(*) as n from idempotency";
            hub.engine().db.rows(sql, &args![]).await.unwrap()[0].int("n").unwrap()
        };
        let merchant = engine::MerchantId(hub.shop.merchant.id);
        hub.test.clock.advance(15 * 86_400 - 1);
        engine::jobs::run_due(hub.engine(), merchant).await.unwrap();
        assert_eq!(count().await, 2);
        hub.test.clock.advance(1);
        engine::jobs::run_due(hub.engine(), merchant).await.unwrap();
        assert_eq!(count().await, 0);
    })
    .await;
}

#[tokio::test]
async fn of_a_body_only_hashes_are_kept_and_of_a_card_nothing() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let body = json!({
            "merchant_uid": "order-1",
            "amount": 77_001,
            "card_number": "4111-1111-1111-1111",
            "expiry": "2030-12",
            "birth": "880101",
            "pwd_2digit": "12",
            "cvc": "987",
            "4111111111111111": "x",
        });
        let first = hub.keyed("k", "POST", "/subscribe/payments/onetime", &body).await;
        assert_eq!(first.json()["code"], 1, "no PG takes cards here");
        let rows = hub.engine().db.rows("select * from idempotency", &args![]).await.unwrap();
        let fields: Value = serde_json::from_str(rows[0].str("fields").unwrap()).unwrap();
        let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
        assert_eq!(names[..2], ["merchant_uid", "amount"]);
        assert_eq!(names.len(), 3, "the odd name is hashed");
        let text = fields.to_string();
        for secret in ["4111", "2030", "880101", "987", "order-1", "77001"] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        // So another card with the same key is the same request.
        let mut other = body.clone();
        other["card_number"] = "5555555555554444".into();
        let again = hub.keyed("k", "POST", "/subscribe/payments/onetime", &other).await;
        assert_eq!((is_replay(&again), again.text), (true, first.text));
    })
    .await;
}
