//! Lists, filters, pages, the search box, the CSV, the home page.

use super::client::Client;
use crate::hub::Hub;
use crate::rows::START;
use std::collections::BTreeSet;
use testkit::dbs::on_both;

/// Numbers of the payments a page links to, in their order.
fn linked(text: &str) -> Vec<String> {
    let parts = text.split("href=\"/console/payments/").skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_payment_is_on_exactly_one_page() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let mut all = BTreeSet::new();
        for n in 0..120 {
            let imp_uid = format!("imp_{n:012}");
            // Several in the same millisecond: the number decides.
            hub.payment(&imp_uid, &format!("order-{n}"), n / 7).await;
            all.insert(imp_uid);
        }
        let mut seen = Vec::new();
        let mut path = "/console/payments?mode=test".to_owned();
        for _ in 0..10 {
            let page = client.get(&path).await;
            seen.extend(linked(&page.is(200).text));
            let next = page
                .text
                .split("href=\"")
                .find(|part| part.contains("after=") && part.contains(">다음<"));
            let Some(next) = next else { break };
            path = next.split('"').next().unwrap().replace("&#38;", "&");
        }
        assert_eq!(seen.len(), 120);
        assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), all);
        // By time, then by number, both downwards.
        assert_eq!(seen[0], "imp_000000000006");
        let csv = client.get("/console/payments.csv").await;
        assert_eq!(csv.text.lines().count(), 121);
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_and_stay_in_the_address() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        hub.payment("imp_000000000001", "order-ready", 30).await;
        hub.paid("imp_000000000002", "order-paid", 20).await;
        let part = hub.paid("imp_000000000003", "order-part", 10).await;
        hub.give_back(part, 4_000, START).await;
        for (query, found) in [
            ("status=ready", vec!["imp_000000000001"]),
            ("status=paid", vec!["imp_000000000002"]),
            ("status=partial", vec!["imp_000000000003"]),
            ("status=paid&status=partial", vec!["imp_000000000003", "imp_000000000002"]),
            ("basis=reached&status=partial", vec!["imp_000000000003"]),
            ("status=cancelled", vec![]),
            ("pg=alipay", vec![]),
            ("pg=kicc&mode=test&q=order-p", vec!["imp_000000000003", "imp_000000000002"]),
            ("mode=live", vec![]),
            // A prefix is no pattern, and no part of the middle.
            ("q=rder", vec![]),
            ("q=order%25", vec![]),
            ("from=2023-11-15&to=2023-11-15&q=order-ready", vec!["imp_000000000001"]),
            ("from=2023-11-16", vec![]),
            ("to=2023-11-14", vec![]),
        ] {
            let page = client.get(&format!("/console/payments?{query}")).await;
            assert_eq!(linked(&page.is(200).text), found, "{query}");
            if found.is_empty() {
                page.says("조건에 맞는 결제가 없습니다");
            }
            let csv = client.get(&format!("/console/payments.csv?{query}")).await;
            assert_eq!(csv.text.lines().count(), found.len() + 1, "{query}");
        }
        let page = client.get("/console/payments?status=paid&from=yesterday").await;
        page.is(422).says("날짜는").says("value=\"paid\" selected");
        assert_eq!(page.value("from").unwrap(), "yesterday");
        client.get("/console/payments").await.says("남은 금액 10,000원");
    })
    .await;
}

#[tokio::test]
async fn the_search_box_takes_any_number() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let mut one = hub.payment("imp_000000000001", "order-1", 30).await;
        one.imp_uid = "imp_000000000002".into();
        one.merchant_uid = "order-2".into();
        one.pg_tid = Some("T-77".into());
        one.apply_num = Some("30012345".into());
        one.buyer_name = Some("홍길동".into());
        one.buyer_email = Some("hong@example.com".into());
        one.buyer_tel = Some("010-9876-5432".into());
        hub.keep(one).await;
        for text in [
            "imp_000000000002",
            " order-2 ",
            "T-77",
            "30012345",
            "hong@example.com",
            "010-9876-5432",
            "01098765432",
            "홍길",
            "홍길동",
            "hong@",
        ] {
            let query = String::from_utf8(super::client::encode(&[("q", text)])).unwrap();
            let page = client.get(&format!("/console/search?{query}")).await;
            assert_eq!(page.path, "/console/payments/imp_000000000002", "{text}");
            page.is(200).says("010-9876-5432");
        }
        // Several: the list. None: the list that says so.
        let page = client.get("/console/search?q=order-").await;
        assert_eq!(linked(&page.text).len(), 2);
        client.get("/console/search?q=nobody").await.says("조건에 맞는 결제가 없습니다");
        client.get("/console/search?q=").await.is(200);
    })
    .await;
}

#[tokio::test]
async fn spreadsheets_get_text_and_no_formulas() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        let mut row = hub.payment("imp_000000000001", "order-1", 30).await;
        row.imp_uid = "imp_000000000002".into();
        row.name = Some("=HYPERLINK(\"https://evil.example\")".into());
        hub.keep(row).await;
        let csv = client.get("/console/payments.csv").await;
        let headers = &csv.is(200).answer.headers;
        assert!(headers["content-disposition"].to_str().unwrap().ends_with(".csv\""));
        assert!(csv.text.starts_with('\u{feff}'));
        csv.says("\"'=HYPERLINK(\"\"https://evil.example\"\")\"").hides(",=HYPERLINK");
    })
    .await;
}

#[tokio::test]
async fn home_counts_today_and_shows_how_to_begin() {
    on_both(async |test| {
        let hub = Hub::new(test).await;
        let client = Client::owner(&hub).await;
        client
            .get("/console")
            .await
            .says("첫 결제까지 세 걸음")
            .says("확인이 필요한 거래가 없습니다");
        hub.paid("imp_000000000001", "order-1", 60).await;
        hub.paid("imp_000000000002", "order-2", 50).await;
        // Yesterday, and still open: neither counts.
        hub.paid("imp_000000000003", "order-3", 86_400).await;
        hub.payment("imp_000000000004", "order-4", 40).await;
        let page = client.get("/console").await;
        page.says("28,000원")
            .says("100.0%")
            .says("최근 30일 합계 42,000원")
            .says("class=\"test-band\"");
        client.get("/console?mode=live").await.hides("28,000원").hides("class=\"test-band\"");
    })
    .await;
}
