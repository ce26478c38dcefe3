//! The sales slip opens by its link and by nothing else.

use crate::hub::Hub;
use crate::rows::START;
use testkit::dbs::on_both;

#[tokio::test]
async fn the_link_of_the_payment_opens_its_slip() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let row = hub.paid("imp_1", "order", 100).await;
        hub.give_back(row, 4_000, START).await;
        let shown = hub.get("/payments/imp_1").await.response();
        let url = shown["receipt_url"].as_str().unwrap();
        assert_eq!(shown["cancel_history"][0]["receipt_url"], url);
        assert_eq!(shown["cancel_receipt_urls"][0], url);
        let path = url.strip_prefix("http://hub.test").unwrap();
        // Whoever holds the link needs no token.
        let page = hub.send("GET", path, &[], "", b"").await;
        assert_eq!(page.status, 200);
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(page.headers["referrer-policy"], "no-referrer");
        let facts =
            ["14,000원", "10,000원", "이음 상점", "30008345", "2023-11-15 07:12:00 KST", "TEST"];
        for fact in facts {
            assert!(page.text.contains(fact), "{fact} {}", page.text);
        }
        let english = [("accept-language", b"en-GB,ko".as_slice())];
        let page = hub.send("GET", path, &english, "", b"").await;
        assert!(page.text.contains("₩14,000") && page.text.contains("Partly cancelled"));
    })
    .await;
}

#[tokio::test]
async fn anything_else_opens_nothing() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "order", 100).await;
        hub.payment("imp_2", "order 2", 100).await;
        let url = hub.get("/payments/imp_1").await.response()["receipt_url"].clone();
        let tag = url.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let unpaid = engine::payments::receipt::tag(hub.engine(), "imp_2");
        assert!(hub.get("/payments/imp_2").await.response()["receipt_url"].is_null());
        for path in [
            format!("/receipts/imp_1/{}", "0".repeat(32)),
            format!("/receipts/imp_1/{}", &tag[..31]),
            format!("/receipts/imp_9/{tag}"),
            format!("/receipts/imp_2/{unpaid}"),
            format!("/receipts/imp_1%00/{tag}"),
            format!("/receipts/%ff/{tag}"),
        ] {
            let page = hub.send("GET", &path, &[], "", b"").await;
            assert_eq!(page.status, 404, "{path}");
            assert_eq!(page.headers["content-type"], "text/html; charset=utf-8", "{path}");
            assert!(!page.text.contains("14,000"), "{path}");
        }
    })
    .await;
}
