//! Reads: one payment, several, by order, by status, its balance.

use crate::hub::{Answer, Hub};
use crate::rows::{START, failed, paid, ready};
use serde_json::Value;
use testkit::dbs::on_both;

const MISSING: &str = "존재하지 않는 결제정보입니다.";

fn uids(list: &Value) -> Vec<String> {
    let rows = list.as_array().unwrap().iter();
    rows.map(|row| row["imp_uid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn one_payment_and_nobody_elses() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "order", 100).await;
        let shown = hub.get("/payments/imp_1?include_sandbox=false").await.response();
        assert_eq!(shown["status"], "paid");
        assert_eq!(shown["amount"], 14_000);
        assert_eq!(shown["paid_at"], START / 1_000 - 80);
        assert_eq!(shown["sandbox"], true);
        let other = hub.test.merchant("other").await;
        let token = hub.token_of(&other).await;
        let theirs = [("authorization", token.as_bytes())];
        let stranger = hub.send("GET", "/payments/imp_1", &theirs, "", b"").await;
        stranger.refuses(404, -1, MISSING);
        for imp_uid in ["imp_2", "%20", "imp_1%2F", "%ED%95%9C", "imp_1'--", "%F0%9F%98%80"] {
            hub.get(&format!("/payments/{imp_uid}")).await.refuses(404, -1, MISSING);
        }
        for imp_uid in ["imp_1%00", "%00", "%ff"] {
            hub.get(&format!("/payments/{imp_uid}")).await.refuses(404, -1, "Not Found");
        }
    })
    .await;
}

#[tokio::test]
async fn several_by_their_numbers() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "a", 300).await;
        hub.payment("imp_2", "b", 200).await;
        hub.payment("imp_3", "b", 100).await;
        let all = hub.get("/payments?imp_uid[]=imp_1&imp_uid%5B%5D=imp_3").await.response();
        assert_eq!(uids(&all), ["imp_3", "imp_1"], "newest first, not as asked");
        let plain = hub.get("/payments?imp_uid=imp_1&imp_uid=imp_3").await.response();
        assert_eq!(uids(&plain), ["imp_3", "imp_1"]);
        let orders = hub.get("/payments?merchant_uid[]=b&imp_uid[]=imp_2").await.response();
        assert_eq!(uids(&orders), ["imp_3", "imp_2"], "every attempt, each once");
        let some = hub.get("/payments?imp_uid[]=imp_1&imp_uid[]=imp_9").await;
        assert_eq!(some.status, 207);
        assert_eq!((some.json()["code"].as_i64(), uids(&some.json()["response"])).1, ["imp_1"]);
        let order = hub.get("/payments?imp_uid[]=imp_1&merchant_uid[]=none").await;
        assert_eq!(order.status, 207);
        let none = hub.get("/payments?imp_uid[]=imp_9").await;
        none.refuses(404, -1, "해당되는 결제건을 찾지 못하였습니다.");
        hub.get("/payments").await.refuses(400, -1, "imp_uid[] 파라메터가 누락되었습니다.");
        let ids = |count| vec!["imp_uid[]=imp_1"; count].join("&");
        hub.get(&format!("/payments?{}", ids(100))).await.response();
        assert_eq!(hub.get(&format!("/payments?{}", ids(101))).await.status, 400);
    })
    .await;
}

#[tokio::test]
async fn attempts_of_an_order() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let order = "주문 1:@";
        hub.paid("imp_1", order, 300).await;
        let last = hub.payment("imp_2", order, 200).await;
        let row = ready(&hub.shop, last.channel_id, "imp_3", order, START - 100_000);
        hub.keep(failed(row)).await;
        let path = "/payments/find/%EC%A3%BC%EB%AC%B8%201:@";
        let first = async |path: String| {
            hub.get(&path).await.response()["imp_uid"].as_str().unwrap().to_owned()
        };
        for (tail, imp_uid) in [
            ("", "imp_3"),
            ("/all", "imp_3"),
            ("/paid", "imp_1"),
            ("/ready", "imp_2"),
            ("/failed", "imp_3"),
            ("?sorting=started", "imp_1"),
            ("?sorting=-paid", "imp_1"),
            ("?sorting=nonsense", "imp_3"),
            ("/all?sorting=started", "imp_1"),
        ] {
            assert_eq!(first(format!("{path}{tail}")).await, imp_uid, "{tail}");
        }
        hub.get(&format!("{path}/cancelled")).await.refuses(404, -1, MISSING);
        hub.get(&format!("{path}/123")).await.refuses(404, -1, MISSING);
        hub.get("/payments/find/none").await.refuses(404, -1, MISSING);
    })
    .await;
}

#[tokio::test]
async fn all_attempts_are_paged() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        for number in 1..=5 {
            hub.payment(&format!("imp_{number}"), "o", 100 - number).await;
        }
        let page = hub.get("/payments/findAll/o?limit=2").await.response();
        assert_eq!(
            (&page["total"], &page["previous"], &page["next"]),
            (&5.into(), &0.into(), &2.into())
        );
        assert_eq!(uids(&page["list"]), ["imp_5", "imp_4"]);
        let page = hub.get("/payments/findAll/o/ready?limit=2&page=3&sorting=started").await;
        let page = page.response();
        assert_eq!((&page["previous"], &page["next"]), (&2.into(), &0.into()));
        assert_eq!(uids(&page["list"]), ["imp_5"]);
        let empty = hub.get("/payments/findAll/o/paid").await.response();
        assert_eq!((&empty["total"], uids(&empty["list"]).len()), (&0.into(), 0));
        hub.get("/payments/findAll/none").await.refuses(404, -1, MISSING);
        for tail in ["/odd", "?page=0", "?page=x", "?limit=x", "?limit=2&page=4"] {
            assert_bad(&hub.get(&format!("/payments/findAll/o{tail}")).await, "올바르지 않은");
        }
        // Clamped, not refused.
        hub.get("/payments/findAll/o?limit=100000").await.response();
    })
    .await;
}

#[track_caller]
fn assert_bad(answer: &Answer, start: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text);
    let json = answer.json();
    assert_eq!(json["code"], -1);
    assert!(json["message"].as_str().unwrap().starts_with(start), "{}", answer.text);
}

#[tokio::test]
async fn by_status_within_ninety_days() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let day = 86_400;
        hub.payment("imp_1", "a", 10).await;
        let channel = hub.payment("imp_2", "b", 91 * day).await.channel_id;
        let late = ready(&hub.shop, channel, "imp_3", "c", START - 90 * day * 1_000 - 10_000);
        // Started before the window, paid within it.
        hub.keep(paid(late)).await;
        let row = ready(&hub.shop, channel, "imp_4", "d", START - 5_000_000);
        hub.keep(failed(row)).await;
        let paid_row = hub.paid("imp_5", "e", 2 * day).await;
        hub.give_back(paid_row, 4_000, START - 1_000).await;
        let list = async |path: &str| {
            let page = hub.get(&format!("/payments/status/{path}")).await.response();
            (page["total"].as_i64().unwrap(), uids(&page["list"]))
        };
        for (path, expected) in [
            ("ready", vec!["imp_1"]),
            ("paid", vec!["imp_3"]),
            ("failed", vec!["imp_4"]),
            ("cancelled", vec!["imp_5"]),
            ("all", vec!["imp_1", "imp_4", "imp_5", "imp_3"]),
            ("all?sorting=started", vec!["imp_3", "imp_5", "imp_4", "imp_1"]),
            ("all?limit=1&page=2", vec!["imp_4"]),
        ] {
            let (total, found) = list(path).await;
            assert_eq!(found, expected, "{path}");
            assert!(total == if path.contains("limit") { 4 } else { total }, "{path}");
        }
        let at = (START - 91 * day * 1_000) / 1_000;
        assert_eq!(list(&format!("ready?from={at}&to={at}")).await.1, ["imp_2"], "inclusive");
        assert_eq!(list("paid?from=1&to=2").await, (0, vec![]));
        for path in [
            "odd",
            "all?page=0",
            "all?page=9",
            "all?from=x",
            "all?from=2&to=1",
            "all?from=1&to=7776002",
        ] {
            let answer = hub.get(&format!("/payments/status/{path}")).await;
            assert_bad(&answer, "유효하지 않은 요청입니다.");
        }
    })
    .await;
}

#[tokio::test]
async fn a_balance_shrinks_with_refunds() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let row = hub.paid("imp_1", "a", 100).await;
        hub.give_back(row, 4_000, START).await;
        let balance = hub.get("/payments/imp_1/balance").await.response();
        assert_eq!(balance["amount"], 14_000);
        assert_eq!(balance["primary"]["supply"], 9_091);
        assert_eq!(balance["primary"]["vat"], 909);
        assert_eq!(balance["secondary"]["supply"], 0);
        let histories = balance["histories"].as_array().unwrap();
        assert_eq!(histories.len(), 2);
        assert_eq!(histories[0]["primary"]["vat"], 1_272);
        assert_eq!(histories[1]["created"], START / 1_000);
        hub.payment("imp_2", "b", 1).await;
        let unpaid = hub.get("/payments/imp_2/balance").await.response();
        assert_eq!(
            (&unpaid["primary"]["supply"], &unpaid["histories"]),
            (&0.into(), &Value::Array(vec![]))
        );
        hub.get("/payments/imp_9/balance").await.refuses(404, -1, MISSING);
    })
    .await;
}
