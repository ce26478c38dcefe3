//! Charges without a window and customers, as far as no PG is asked.

use crate::hub::Hub;
use crate::rows::{START, channel, paid, ready};
use serde_json::{Value, json};
use store::Batch;
use store::customers::CustomerRow;
use testkit::dbs::on_both;

/// Luhn-valid and nobody's.
pub(crate) const CARD: &str = "4111111111111111";

impl Hub {
    /// Stores a customer whose key no PG ever saw.
    pub(crate) async fn customer(&self, customer_uid: &str) -> CustomerRow {
        let text = |text: &str| Some(text.to_owned());
        let row = CustomerRow {
            merchant_id: self.shop.merchant.id,
            customer_uid: customer_uid.to_owned(),
            channel_id: channel(self.engine(), &self.shop).await,
            pg: "kicc".to_owned(),
            pg_id: "T5102001".to_owned(),
            mode: "test".to_owned(),
            sealed_key: "sealed".to_owned(),
            customer_id: None,
            card_code: text("366"),
            card_name: text("신한카드"),
            card_number: text("411111******1111"),
            card_type: Some(0),
            customer_name: text("구매자"),
            customer_tel: None,
            customer_email: text(""),
            customer_addr: None,
            customer_postcode: None,
            inserted_at: START,
            updated_at: START + 5_999,
            deleted_at: None,
            version: 1,
        };
        let mut batch = Batch::new();
        store::customers::put(&mut batch, &row);
        self.engine().db.commit(batch).await.unwrap();
        row
    }
}

fn unknown(uid: &str) -> String {
    format!("요청하신 customer_uid({uid})로 등록된 정보를 찾을 수 없습니다.")
}

#[tokio::test]
async fn a_customer_has_every_key_and_no_secret() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.customer("홍 길동@1").await;
        let path = "/subscribe/customers/%ED%99%8D%20%EA%B8%B8%EB%8F%99%401";
        let answer = hub.get(path).await;
        let shown = answer.response();
        assert_eq!(
            shown.to_string(),
            json!({
                "card_code": "366", "card_issuer_code": null, "card_issuer_name": null,
                "card_name": "신한카드", "card_number": "411111******1111",
                "card_publisher_code": null, "card_publisher_name": null, "card_type": 0,
                "customer_addr": null, "customer_email": null, "customer_id": null,
                "customer_name": "구매자", "customer_postcode": null, "customer_tel": null,
                "customer_uid": "홍 길동@1", "inserted": 1_700_000_000, "pg_id": "T5102001",
                "pg_provider": "kicc", "sandbox": true, "updated": 1_700_000_005
            })
            .to_string(),
            "alphabetical, every key"
        );
        assert_eq!(hub.call("DELETE", path, &json!({"reason": "탈퇴"})).await.response(), shown);
        hub.get(path).await.refuses(200, 1, &unknown("홍 길동@1"));
        hub.call("DELETE", path, &Value::Null).await.refuses(200, 1, &unknown("홍 길동@1"));
    })
    .await;
}

#[tokio::test]
async fn customers_by_name() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.customer("a").await;
        hub.customer("b").await;
        let path = "/subscribe/customers";
        let both = hub.get(&format!("{path}?customer_uid[]=b&customer_uid[]=a")).await.response();
        assert_eq!(
            (&both[0]["customer_uid"], &both[1]["customer_uid"]),
            (&json!("b"), &json!("a"))
        );
        let some = hub.get(&format!("{path}?customer_uid=a&customer_uid=c")).await;
        assert_eq!(some.status, 207);
        assert_eq!(some.json()["response"].as_array().unwrap().len(), 1);
        let none = hub.get(&format!("{path}?customer_uid[]=c")).await;
        none.refuses(404, -1, "해당되는 고객정보를 찾지 못하였습니다.");
        hub.get(path).await.refuses(400, -1, "customer_uid[] 파라메터가 누락되었습니다.");
        let many: Vec<String> = (0..101).map(|n| format!("customer_uid[]={n}")).collect();
        assert_eq!(hub.get(&format!("{path}?{}", many.join("&"))).await.status, 400);
        let other = hub.test.merchant("other").await;
        let token = hub.token_of(&other).await;
        let theirs = [("authorization", token.as_bytes())];
        let answer = hub.send("GET", &format!("{path}/a"), &theirs, "", b"").await;
        answer.refuses(200, 1, &unknown("a"));
    })
    .await;
}

#[tokio::test]
async fn the_documented_404_by_configuration() {
    on_both(async |db| {
        let hub = Hub::with(db, |parts| parts.settings.customer_not_found_404 = true).await;
        hub.get("/subscribe/customers/x").await.refuses(404, -1, &unknown("x"));
        let gone = hub.call("DELETE", "/subscribe/customers/x", &Value::Null).await;
        gone.refuses(404, -1, &unknown("x"));
    })
    .await;
}

#[tokio::test]
async fn payments_of_a_customer() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let customer = hub.customer("a").await;
        let path = "/subscribe/customers/a/payments";
        assert_eq!(
            hub.get(path).await.response(),
            json!({"total": 0, "previous": 0, "next": 0, "list": []})
        );
        for (number, age) in [("imp_1", 30), ("imp_2", 20), ("imp_3", 10)] {
            let at = START - age * 1_000;
            let mut row = ready(&hub.shop, customer.channel_id, number, number, at);
            row.customer_uid = Some("a".to_owned());
            hub.keep(paid(row)).await;
        }
        let page = hub.get(&format!("{path}?page=2&limit=2")).await.response();
        assert_eq!(
            (&page["total"], &page["previous"], &page["next"]),
            (&json!(3), &json!(1), &json!(0))
        );
        assert_eq!(page["list"][0]["imp_uid"], "imp_1", "newest first");
        assert_eq!(hub.get(&format!("{path}?page=3&limit=2")).await.status, 400);
        let none = hub.get("/subscribe/customers/b/payments").await;
        none.refuses(404, -1, &unknown("b"));
        assert_eq!(hub.call("DELETE", "/subscribe/customers/a", &json!({})).await.status, 200);
        assert_eq!(hub.get(path).await.response()["total"], 3, "payments outlive the customer");
    })
    .await;
}

#[tokio::test]
async fn charges_that_reach_no_pg() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "paid", 100).await;
        hub.customer("a").await;
        let again = "/subscribe/payments/again";
        let nobody = json!({"customer_uid": "x", "merchant_uid": "m", "amount": 1});
        hub.call("POST", again, &nobody).await.refuses(200, -1, &unknown("x"));
        for (body, field) in [
            (json!({"merchant_uid": "m", "amount": 1}), "customer_uid"),
            (json!({"customer_uid": "a", "amount": 1}), "merchant_uid"),
            (json!({"customer_uid": "a", "merchant_uid": "m"}), "amount"),
        ] {
            let text = format!("{field} 파라메터가 누락되었습니다.");
            hub.call("POST", again, &body).await.refuses(400, -1, &text);
        }
        for path in ["/subscribe/payments/onetime", "/subscribe/payments/foreign"] {
            let mut body = json!({"merchant_uid": "m", "amount": 1004, "card_number": CARD,
                "expiry": "2030-12", "birth": "880101", "pwd_2digit": "00"});
            let text = "카드정보로 결제할 수 있는 PG 설정이 없습니다.";
            hub.call("POST", path, &body).await.refuses(200, 1, text);
            let form = format!("merchant_uid=m&amount=1004&card_number={CARD}&expiry=203012");
            hub.form("POST", path, &form).await.refuses(200, 1, text);
            for (field, value) in [
                ("card_number", "4111-1111"),
                ("card_number", "4111 1111 1111 1111"),
                ("expiry", "2030/12"),
                ("birth", "8801011"),
            ] {
                // Wrong for a Korean card only.
                if path.ends_with("foreign") && field == "birth" {
                    continue;
                }
                let good = body[field].take();
                body[field] = value.into();
                let answer = hub.call("POST", path, &body).await;
                assert_eq!(answer.status, 400, "{field}");
                let message = answer.json()["message"].as_str().unwrap().to_owned();
                assert!(message.starts_with(&format!("{field}: ")), "{message}");
                assert!(!message.contains("4111"), "{message}");
                body[field] = good;
            }
            body["card_number"].take();
            let text = "card_number 파라메터가 누락되었습니다.";
            hub.call("POST", path, &body).await.refuses(400, -1, text);
        }
        assert!(hub.test.outbound.sent().is_empty(), "no PG was asked");
    })
    .await;
}
