//! Sub-merchants on a sales slip.

use crate::cancels::paid;
use crate::vbank::{issued, text};
use crate::ways::Way;
use axum::body::Body;
use axum::http::Request;
use pg::Device;
use serde_json::{Value, json};
use store::{Batch, args};
use testkit::dbs::on_both;
use testkit::hub::{HUB, TestHub};
use testkit::merchant::Reply;

fn card(pg: &'static str) -> Way {
    Way { pg, method: "card", device: Device::Pc }
}

async fn list(hub: &TestHub, imp_uid: &str, data: Value) -> Reply {
    let body = json!({"data": data});
    hub.rest("POST", &format!("/partners/receipts/{imp_uid}"), body).await
}

async fn page(hub: &TestHub, url: &Value) -> String {
    let path = url.as_str().unwrap().strip_prefix(HUB).unwrap();
    let answer = hub.request(Request::get(path).body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status().as_u16(), 200);
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn shop(number: &str, name: &str, amount: i64) -> Value {
    json!({"business_registration_number": number, "company_name": name, "amount": amount})
}

const NUMBER: &str = "120-81-47521";

#[tokio::test]
async fn the_slip_shows_who_sold() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let payment = paid(&hub, card("html5_inicis"), "order").await;
        let imp_uid = text(&payment, "imp_uid");
        assert!(!page(&hub, &payment["receipt_url"]).await.contains("판매 상점"));
        let data = json!([shop(NUMBER, "<b>첫째</b>", 10_000), shop("1208147521", "둘째", 4_000)]);
        let listed = list(&hub, imp_uid, data).await.ok();
        assert_eq!(listed, json!({"receipt_url": payment["receipt_url"]}));
        let html = page(&hub, &listed["receipt_url"]).await;
        for fact in ["판매 상점", "첫째", NUMBER, "10,000원", "(909원)", "4,000원", "(363원)"]
        {
            assert!(html.contains(fact), "{fact}: {html}");
        }
        assert!(!html.contains("<b>"));
        // The newest list counts; a list may be JSON in a text.
        let mut only = shop(NUMBER, "셋째", 3_000);
        only["tax_free"] = json!(1_000);
        only["vat_amount"] = json!("181");
        let url = list(&hub, imp_uid, json!(json!([only]).to_string())).await.ok();
        let html = page(&hub, &url["receipt_url"]).await;
        assert!(html.contains("셋째") && html.contains("(181원)") && !html.contains("둘째"));
        // What goes back later changes nothing in what was sold.
        hub.cancel(json!({"imp_uid": imp_uid, "amount": 12_000})).await.ok();
        assert!(page(&hub, &url["receipt_url"]).await.contains("셋째"));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn refusals_have_v1s_status_and_leave_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let payment = paid(&hub, card("html5_inicis"), "order").await;
        let imp_uid = text(&payment, "imp_uid");
        let with = |key: &str, value: Value| {
            let mut line = shop(NUMBER, "상점", 3_000);
            line[key] = value;
            json!([line])
        };
        let number = "business_registration_number";
        for (data, field) in [
            (Value::Null, "data"),
            (json!([]), "data"),
            (json!("?"), "data"),
            (json!([7]), "data"),
            (json!(vec![shop(NUMBER, "상점", 1); 101]), "data"),
            (json!([shop(NUMBER, "상점", 14_000), shop(NUMBER, "상점", 1)]), "data"),
            (json!([shop(NUMBER, "상점", i64::MAX), shop(NUMBER, "상점", i64::MAX)]), "data"),
            (with(number, Value::Null), number),
            (with(number, json!("120-81-47522")), number),
            (with(number, json!("12081475210")), number),
            (with(number, json!("가나다라마바사아자차")), number),
            (with("company_name", json!("")), "company_name"),
            (with("company_name", json!("가".repeat(101))), "company_name"),
            (with("amount", Value::Null), "amount"),
            (with("amount", json!(0)), "amount"),
            (with("amount", json!(-1)), "amount"),
            (with("amount", json!(1.5)), "amount"),
            (with("tax_free", json!(3_001)), "tax_free"),
            (with("vat_amount", json!(3_001)), "vat_amount"),
            (with("vat_amount", json!("-1")), "vat_amount"),
        ] {
            let (status, code, said) = list(&hub, imp_uid, data.clone()).await.refusal();
            assert_eq!((status, code), (400, -1), "{data}: {said}");
            assert!(said.contains(field), "{data}: {said}");
        }
        let good = || json!([shop(NUMBER, "상점", 3_000)]);
        assert_eq!(list(&hub, "imp_000000000000", good()).await.refusal().0, 404);
        for pg in ["kicc", "nice"] {
            let other = paid(&hub, card(pg), pg).await;
            let refused = list(&hub, text(&other, "imp_uid"), good()).await.refusal();
            assert_eq!((refused.0, refused.1), (501, -1), "{pg}");
        }
        let way = Way { pg: "html5_inicis", method: "vbank", device: Device::Pc };
        let waiting = issued(&hub, way, "waiting").await;
        assert_eq!(list(&hub, text(&waiting, "imp_uid"), good()).await.refusal().0, 400);
        assert!(!page(&hub, &payment["receipt_url"]).await.contains("판매 상점"));
        hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
        assert_eq!(list(&hub, imp_uid, good()).await.refusal().0, 400, "cancelled");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn live_channels_and_strangers_are_refused() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let payment = paid(&hub, card("html5_inicis"), "order").await;
        let imp_uid = text(&payment, "imp_uid");
        let good = || json!([shop(NUMBER, "상점", 3_000)]);
        let stranger = hub.base.merchant("stranger@shop.test").await;
        let key = json!({"imp_key": stranger.key.imp_key,
            "imp_secret": stranger.key.imp_secret.expose()});
        let token = hub.call("POST", "/users/getToken", "", &key).await.ok();
        let path = format!("/partners/receipts/{imp_uid}");
        let body = json!({"data": good()});
        let reply = hub.call("POST", &path, text(&token, "access_token"), &body).await;
        assert_eq!(reply.refusal().0, 404);
        let mut batch = Batch::new();
        let sql = "update channels set mode = 'live' where pg = 'html5_inicis'";
        batch.push(sql, args![]);
        hub.engine().db.commit(batch).await.unwrap();
        let (status, _, said) = list(&hub, imp_uid, good()).await.refusal();
        assert!(status == 501 && said.contains("실연동"), "{status} {said}");
    })
    .await;
}
