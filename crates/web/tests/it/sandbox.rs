//! The sandbox's own controls, and that they are gone without a sandbox.

use crate::hub::Hub;
use crate::rows::{START, issued, ready};
use serde_json::json;
use testkit::dbs::on_both;

#[tokio::test]
async fn the_merchants_clock_goes_forward() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let now = START / 1_000;
        let shown = hub.get("/sandbox/clock").await.response();
        assert_eq!(shown, json!({ "now": now, "offset_seconds": 0 }));
        let body = json!({ "advance_seconds": 60 });
        let moved = hub.call("POST", "/sandbox/clock", &body).await.response();
        assert_eq!(moved, json!({ "now": now + 60, "offset_seconds": 60 }));
        let moved = hub.form("POST", "/sandbox/clock", "advance_seconds=60").await.response();
        assert_eq!(moved["offset_seconds"], 120);
        let missing = hub.call("POST", "/sandbox/clock", &json!({})).await;
        missing.refuses(400, -1, "advance_seconds 파라메터가 누락되었습니다.");
        for bad in [json!(0), json!(-5), json!("x"), json!(1.5), json!(99_999_999_999_i64)] {
            let body = json!({ "advance_seconds": bad });
            let answer = hub.call("POST", "/sandbox/clock", &body).await;
            assert_eq!(answer.status, 400, "{body}");
            assert!(answer.text.contains("advance_seconds: "), "{}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn deposits_need_an_account_and_the_bank_may_refuse() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let row = hub.paid("imp_1", "card", 10).await;
        let account = ready(&hub.shop, row.channel_id, "imp_2", "account", START);
        hub.keep(issued(account)).await;
        let card = hub.call("POST", "/sandbox/payments/imp_1/deposit", &json!({})).await;
        card.refuses(200, 1, "가상계좌가 발급된 결제가 아닙니다.");
        let path = "/sandbox/payments/imp_2/deposit";
        // This sandbox plays no bank, and its words are passed on.
        hub.call("POST", path, &json!({})).await.refuses(200, 1, "this sandbox has no bank");
        let bad = hub.call("POST", path, &json!({ "amount": "1.5" })).await;
        bad.refuses(400, -1, "amount: 통화의 최소 단위보다 작은 금액입니다.");
        let none = hub.call("POST", "/sandbox/payments/imp_9/deposit", &json!({})).await;
        none.refuses(404, -1, "존재하지 않는 결제정보입니다.");
    })
    .await;
}

#[tokio::test]
async fn faults_and_books() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        assert_eq!(hub.get("/sandbox/faults").await.response(), json!([]));
        let refused = hub.call("POST", "/sandbox/faults", &json!({ "fault": "down" })).await;
        refused.refuses(400, -1, "this sandbox has no faults");
        assert_eq!(hub.form("DELETE", "/sandbox/faults", "").await.response(), json!([]));
        let unnamed = hub.get("/sandbox/books").await;
        unnamed.refuses(400, -1, "pg 파라메터가 누락되었습니다.");
        assert_eq!(hub.get("/sandbox/books?pg=none").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn where_there_is_no_sandbox_there_are_no_routes() {
    on_both(async |db| {
        let hub = Hub::with(db, |parts| parts.sandbox = None).await;
        for (method, path) in [
            ("GET", "/sandbox/clock"),
            ("POST", "/sandbox/clock"),
            ("POST", "/sandbox/payments/imp_1/deposit"),
            ("GET", "/sandbox/faults"),
            ("POST", "/sandbox/faults"),
            ("DELETE", "/sandbox/faults"),
            ("GET", "/sandbox/books?pg=kicc"),
        ] {
            hub.form(method, path, "").await.refuses(404, -1, "Not Found");
            // Nor does the lack of a token tell that there could be one.
            hub.send(method, path, &[], "", b"").await.refuses(404, -1, "Not Found");
        }
    })
    .await;
}
