//! Refused cancels: nothing may move, and the words are V1's.

use crate::hub::Hub;
use crate::rows::{START, failed, issued, ready};
use serde_json::json;
use testkit::dbs::on_both;

const PATH: &str = "/payments/cancel";
const NOTHING: &str = "취소할 결제건이 존재하지 않습니다.";

#[tokio::test]
async fn refusals_reach_no_pg() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let row = hub.paid("imp_1", "paid", 100).await;
        let gone = hub.paid("imp_2", "gone", 90).await;
        hub.give_back(gone, 14_000, START).await;
        hub.payment("imp_3", "ready", 80).await;
        let attempt = ready(&hub.shop, row.channel_id, "imp_4", "failed", START);
        hub.keep(failed(attempt)).await;
        let account = ready(&hub.shop, row.channel_id, "imp_5", "account", START);
        let mut account = issued(account);
        let event = domain::payment::Event::Deposited(account.payment.amount);
        account.payment = account.payment.apply(event).unwrap().0;
        account.paid_at = Some(START);
        hub.keep(account).await;
        let already = "이미 전액취소된 주문입니다.";
        for (body, message) in [
            (json!({}), NOTHING),
            (json!({"imp_uid": "imp_9"}), NOTHING),
            (json!({"imp_uid": "imp_9", "merchant_uid": "paid"}), NOTHING),
            (json!({"merchant_uid": "none"}), NOTHING),
            (json!({"imp_uid": "imp_3"}), NOTHING),
            (json!({"imp_uid": "imp_4"}), NOTHING),
            (json!({"imp_uid": "imp_2"}), already),
            (json!({"merchant_uid": "gone", "amount": 1}), already),
            (json!({"imp_uid": "imp_1", "checksum": 0}), "취소가능 잔액이 일치하지 않습니다."),
            (
                json!({"imp_uid": "imp_1", "amount": "14001"}),
                "취소 요청금액이 취소가능 금액을 초과합니다.",
            ),
            (
                json!({"imp_uid": "imp_5"}),
                "가상계좌 취소는 계좌번호, 예금주, 은행명을 입력해야 합니다.",
            ),
        ] {
            hub.call("POST", PATH, &body).await.refuses(200, 1, message);
        }
        for (body, field) in [
            (json!({"imp_uid": "imp_1", "amount": 1.5}), "amount"),
            (json!({"imp_uid": "imp_1", "amount": -1}), "amount"),
            (json!({"imp_uid": "imp_1", "amount": true}), "amount"),
            (json!({"imp_uid": "imp_1", "amount": [1]}), "amount"),
            (json!({"imp_uid": "imp_1", "checksum": "x"}), "checksum"),
            (json!({"imp_uid": "imp_1", "tax_free": 99_999}), "tax_free"),
            (json!({"imp_uid": {"$ne": ""}}), "imp_uid"),
            (json!({"imp_uid": "imp_1", "enable_webhook": "perhaps"}), "enable_webhook"),
        ] {
            let answer = hub.call("POST", PATH, &body).await;
            assert_eq!(answer.status, 400, "{body}");
            let message = answer.json()["message"].as_str().unwrap().to_owned();
            assert!(message.starts_with(&format!("{field}: ")), "{body} {message}");
        }
        assert!(hub.test.outbound.sent().is_empty(), "no PG was asked");
        assert_eq!(hub.get("/payments/imp_1").await.response()["cancel_amount"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_pg_that_cannot_be_reached_leaves_the_payment_as_it_was() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "paid", 100).await;
        let answer = hub.form("POST", PATH, "imp_uid=imp_1&amount=4000&reason=부분 환불").await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (200, &json!(-1)));
        assert_eq!(hub.test.outbound.sent().len(), 1, "asked once");
        let shown = hub.get("/payments/imp_1").await.response();
        assert_eq!((&shown["status"], &shown["cancel_amount"]), (&json!("paid"), &json!(0)));
        assert_eq!(shown["cancel_history"], json!([]), "a refused cancel is no history");
    })
    .await;
}

#[tokio::test]
async fn another_merchants_payment_is_nothing() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "paid", 100).await;
        let other = hub.test.merchant("other").await;
        let token = hub.token_of(&other).await;
        let theirs = [("authorization", token.as_bytes())];
        for body in ["imp_uid=imp_1", "merchant_uid=paid"] {
            let answer = hub.send("POST", PATH, &theirs, crate::hub::FORM, body.as_bytes()).await;
            answer.refuses(200, 1, NOTHING);
        }
    })
    .await;
}
