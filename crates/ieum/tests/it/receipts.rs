//! Cash receipts: one per sale, never lost, never left behind, and no trace of whom they are for.

use crate::cancels::paid;
use crate::vbank::{issued, text};
use crate::ways::Way;
use axum::body::Body;
use axum::http::Request;
use pg::Device;
use serde_json::{Value, json};
use store::args;
use testkit::dbs::on_both;
use testkit::hub::{HUB, TestHub};
use testkit::merchant::Reply;

/// Nothing else in these tests has these digits.
const PHONE: &str = "010-9876-5432";

const PGS: [&str; 3] = ["kicc", "html5_inicis", "nice"];

fn trans(pg: &'static str) -> Way {
    Way { pg, method: "trans", device: Device::Pc }
}

async fn transfer(hub: &TestHub, pg: &'static str, order: &str) -> String {
    text(&paid(hub, trans(pg), order).await, "imp_uid").to_owned()
}

async fn issue(hub: &TestHub, imp_uid: &str, body: Value) -> Reply {
    hub.rest("POST", &format!("/receipts/{imp_uid}"), body).await
}

async fn show(hub: &TestHub, imp_uid: &str) -> Reply {
    hub.rest("GET", &format!("/receipts/{imp_uid}"), Value::Null).await
}

async fn revoke(hub: &TestHub, imp_uid: &str) -> Reply {
    hub.rest("DELETE", &format!("/receipts/{imp_uid}"), Value::Null).await
}

fn phone() -> Value {
    json!({"identifier": PHONE, "identifier_type": "phone"})
}

/// States of a PG's receipts, oldest first.
fn books(hub: &TestHub, pg: &str) -> Vec<String> {
    let books = hub.books(pg);
    let trades = books["trades"].as_array().unwrap().iter();
    let receipts = trades.filter(|trade| trade["method"] == "cash_receipt");
    receipts.map(|trade| text(trade, "state").to_owned()).collect()
}

#[tokio::test]
async fn issued_shown_and_taken_back() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            let imp_uid = transfer(&hub, pg, pg).await;
            hub.clock().advance(60);
            let receipt = issue(&hub, &imp_uid, phone()).await.ok();
            for (key, value) in [
                ("imp_uid", json!(imp_uid)),
                ("type", json!("person")),
                ("amount", json!(14000)),
                ("vat", json!(1272)),
                ("cancelled_at", json!(0)),
                ("applied_at", json!(hub.clock().read().seconds())),
            ] {
                assert_eq!(receipt[key], value, "{pg} {key}");
            }
            assert!(!text(&receipt, "apply_num").is_empty(), "{pg}");
            assert!(!text(&receipt, "receipt_tid").is_empty(), "{pg}");
            assert_eq!(show(&hub, &imp_uid).await.ok(), receipt, "{pg}");
            assert_eq!(books(&hub, pg), ["issued"]);
            let (status, code, _) = issue(&hub, &imp_uid, phone()).await.refusal();
            assert_eq!((status, code), (400, -1), "{pg}: issued before");
            hub.clock().advance(60);
            let back = revoke(&hub, &imp_uid).await.ok();
            assert_eq!(back["cancelled_at"], hub.clock().read().seconds(), "{pg}");
            assert_eq!(back["apply_num"], receipt["apply_num"], "{pg}");
            assert_eq!(show(&hub, &imp_uid).await.ok(), back, "{pg}");
            assert_eq!(books(&hub, pg), ["cancelled"]);
            assert_eq!(revoke(&hub, &imp_uid).await.refusal().0, 400, "{pg}: taken back before");
            // A receipt that is gone makes room for another.
            hub.clock().advance(60);
            let company = json!({"identifier": "120-81-47521", "identifier_type": "business",
                "type": "company", "tax_free": "3000"});
            let again = issue(&hub, &imp_uid, company).await.ok();
            assert_eq!((&again["type"], &again["vat"]), (&json!("company"), &json!(1000)), "{pg}");
            assert_eq!(books(&hub, pg), ["cancelled", "issued"]);
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_deposit_gets_one_and_its_refund_takes_it_back() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            let way = Way { pg, method: "vbank", device: Device::Pc };
            let account = issued(&hub, way, pg).await;
            let imp_uid = text(&account, "imp_uid");
            let (status, _, said) = issue(&hub, imp_uid, phone()).await.refusal();
            assert!(status == 400 && said.contains("paid"), "{pg}: {status} {said}");
            hub.deposit(imp_uid, Value::Null).await.ok();
            issue(&hub, imp_uid, phone()).await.ok();
            let refund = json!({"imp_uid": imp_uid, "refund_holder": "홍길동",
                "refund_bank": "004", "refund_account": "123-456-789012"});
            hub.cancel(refund).await.ok();
            hub.run_jobs().await;
            assert_eq!(books(&hub, pg), ["cancelled"], "{pg}");
            assert_ne!(show(&hub, imp_uid).await.ok()["cancelled_at"], 0, "{pg}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_part_given_back_leaves_it_and_the_whole_takes_it_along() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            let imp_uid = transfer(&hub, pg, pg).await;
            issue(&hub, &imp_uid, phone()).await.ok();
            hub.clock().advance(60);
            hub.cancel(json!({"imp_uid": imp_uid, "amount": 4000})).await.ok();
            hub.run_jobs().await;
            let stands = show(&hub, &imp_uid).await.ok();
            assert_eq!((&stands["amount"], &stands["cancelled_at"]), (&json!(14000), &json!(0)));
            revoke(&hub, &imp_uid).await.ok();
            hub.clock().advance(60);
            // What is left, not what was paid.
            let again = issue(&hub, &imp_uid, phone()).await.ok();
            assert_eq!((&again["amount"], &again["vat"]), (&json!(10000), &json!(909)), "{pg}");
            hub.clock().advance(60);
            hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
            hub.run_jobs().await;
            assert_eq!(books(&hub, pg), ["cancelled", "cancelled"], "{pg}");
            assert_ne!(show(&hub, &imp_uid).await.ok()["cancelled_at"], 0, "{pg}");
            assert_eq!(hub.attentions(&imp_uid).await, [""; 0], "{pg}");
            let (status, _, _) = issue(&hub, &imp_uid, phone()).await.refusal();
            assert_eq!(status, 400, "{pg}: nothing is left");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn taking_one_back_is_tried_until_the_pg_says_so() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            for fault in ["timeout_before", "timeout_after", "garbage", "down"] {
                let order = format!("{pg}-{fault}");
                let imp_uid = transfer(&hub, pg, &order).await;
                issue(&hub, &imp_uid, phone()).await.ok();
                hub.clock().advance(60);
                hub.cancel(json!({"imp_uid": imp_uid})).await.ok();
                hub.fault(pg, "cancel", fault);
                hub.run_jobs().await;
                hub.advance(1_200).await;
                let receipt = show(&hub, &imp_uid).await.ok();
                if fault == "down" {
                    // Refused to take the call at all: a person is asked once.
                    assert_eq!(hub.attentions(&imp_uid).await, ["cash_receipt_left"], "{order}");
                    revoke(&hub, &imp_uid).await.ok();
                } else {
                    assert_ne!(receipt["cancelled_at"], 0, "{order}");
                    assert_eq!(hub.attentions(&imp_uid).await, [""; 0], "{order}");
                }
            }
            assert!(books(&hub, pg).iter().all(|state| state == "cancelled"), "{pg}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_issue_whose_answer_is_lost_is_found_or_undone() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in ["kicc", "nice"] {
            for fault in ["timeout_after", "reset_after", "server_error_after", "garbage"] {
                let order = format!("{pg}-{fault}");
                let imp_uid = transfer(&hub, pg, &order).await;
                hub.fault(pg, "receipt", fault);
                let reply = issue(&hub, &imp_uid, phone()).await;
                match pg {
                    // Its inquiry finds the receipt at once.
                    "kicc" => assert_ne!(text(&reply.ok(), "apply_num"), "", "{order}"),
                    // It is undone, and the next one counts.
                    _ => {
                        let (status, code, _) = reply.refusal();
                        assert_eq!((status, code), (500, -1), "{order}");
                        assert_eq!(show(&hub, &imp_uid).await.refusal().0, 404, "{order}");
                        hub.clock().advance(1);
                        issue(&hub, &imp_uid, phone()).await.ok();
                    }
                }
                let standing = books(&hub, pg).into_iter().filter(|state| state == "issued");
                assert_eq!(standing.count(), 1, "{order}");
                revoke(&hub, &imp_uid).await.ok();
            }
            // It never arrived: believed once the PG had time.
            let imp_uid = transfer(&hub, pg, &format!("{pg}-never")).await;
            hub.fault(pg, "receipt", "timeout_before");
            assert_eq!(issue(&hub, &imp_uid, phone()).await.refusal().0, 500, "{pg}");
            assert_eq!(issue(&hub, &imp_uid, phone()).await.refusal().0, 400, "{pg}: settling");
            assert_eq!(revoke(&hub, &imp_uid).await.refusal().0, 400, "{pg}: settling");
            hub.advance(600).await;
            issue(&hub, &imp_uid, phone()).await.ok();
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_no_inquiry_knows_is_for_a_person() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = transfer(&hub, "html5_inicis", "order").await;
        hub.fault("html5_inicis", "receipt", "timeout_after");
        let (status, code, said) = issue(&hub, &imp_uid, phone()).await.refusal();
        assert_eq!((status, code), (500, -1));
        assert!(said.contains("확인하고 있습니다"), "{said}");
        hub.advance(600).await;
        assert_eq!(hub.attentions(&imp_uid).await, ["cash_receipt_unknown"]);
        assert_eq!(issue(&hub, &imp_uid, phone()).await.refusal().0, 400);
        let open = store::attentions::open(&hub.engine().db, hub.shop.id, 10).await.unwrap();
        let id = &open[0].id;
        engine::console::resolve(
            hub.engine(),
            hub.shop.id,
            "staff",
            id,
            (None, "상점관리자에서 취소"),
        )
        .await
        .unwrap();
        hub.advance(7_200).await;
        assert_eq!(show(&hub, &imp_uid).await.refusal().0, 404);
        issue(&hub, &imp_uid, phone()).await.ok();
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn refusals_have_v1s_status_and_leave_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = transfer(&hub, "kicc", "order").await;
        let card = paid(&hub, crate::ways::pgs()[0], "card").await;
        let alipay = crate::ways::pgs().into_iter().find(|way| way.pg == "alipay").unwrap();
        let alipay = paid(&hub, alipay, "alipay").await;
        for (imp_uid, wanted) in [
            ("imp_000000000000", 400),
            (text(&card, "imp_uid"), 400),
            (text(&alipay, "imp_uid"), 400),
        ] {
            assert_eq!(issue(&hub, imp_uid, phone()).await.refusal().0, wanted, "{imp_uid}");
            assert_eq!(revoke(&hub, imp_uid).await.refusal().0, 400, "{imp_uid}");
            assert_eq!(show(&hub, imp_uid).await.refusal().0, 404, "{imp_uid}");
        }
        for (body, field) in [
            (Value::Null, "identifier"),
            (json!({"identifier": ""}), "identifier"),
            (json!({"identifier": ["010"]}), "identifier"),
            (json!({"identifier": "010-12"}), "identifier"),
            (json!({"identifier": PHONE, "identifier_type": "business"}), "identifier"),
            (json!({"identifier": PHONE, "identifier_type": "fax"}), "identifier_type"),
            (json!({"identifier": "900101-1234567"}), "identifier_type"),
            (json!({"identifier": PHONE, "type": "firma"}), "type"),
            (json!({"identifier": "1208147521"}), "type"),
            (json!({"identifier": PHONE, "tax_free": 14_001}), "tax_free"),
            (json!({"identifier": PHONE, "tax_free": "-1"}), "tax_free"),
            (json!({"identifier": PHONE, "vat_amount": 14_001}), "vat_amount"),
            (json!({"identifier": PHONE, "vat": "x"}), "vat"),
            (json!({"identifier": PHONE, "product_type": "air"}), "product_type"),
        ] {
            let (status, code, said) = issue(&hub, &imp_uid, body.clone()).await.refusal();
            assert_eq!((status, code), (400, -1), "{body}: {said}");
            assert!(said.contains(field), "{body}: {said}");
        }
        assert_eq!(books(&hub, "kicc").len(), 0);
        let (status, code, said) =
            issue(&hub, &imp_uid, json!({"identifier": "010-0000-0000"})).await.refusal();
        assert_eq!((status, code), (500, -1));
        assert!(said.starts_with("현금영수증 발급에 실패하였습니다. [R301|"), "{said}");
        assert_eq!(show(&hub, &imp_uid).await.refusal().0, 404);
        assert_eq!(revoke(&hub, &imp_uid).await.refusal().0, 400);
        issue(&hub, &imp_uid, phone()).await.ok();
        let stranger = hub.base.merchant("stranger@shop.test").await;
        let key = json!({"imp_key": stranger.key.imp_key,
            "imp_secret": stranger.key.imp_secret.expose()});
        let token = hub.call("POST", "/users/getToken", "", &key).await.ok();
        let token = text(&token, "access_token");
        let path = format!("/receipts/{imp_uid}");
        for (method, body, wanted) in
            [("GET", Value::Null, 404), ("DELETE", Value::Null, 400), ("POST", phone(), 400)]
        {
            let status = hub.call(method, &path, token, &body).await.refusal().0;
            assert_eq!(status, wanted, "{method}");
        }
        assert_eq!(books(&hub, "kicc"), ["issued"]);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn two_at_once_are_one() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = transfer(&hub, "nice", "order").await;
        let (one, two) =
            tokio::join!(issue(&hub, &imp_uid, phone()), issue(&hub, &imp_uid, phone()));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
        assert_eq!(books(&hub, "nice"), ["issued"]);
        let (one, two) = tokio::join!(revoke(&hub, &imp_uid), revoke(&hub, &imp_uid));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400]);
        hub.settled().await;
    })
    .await;
}

async fn elsewhere(hub: &TestHub, method: &str, order: &str, body: Value) -> Reply {
    let mut url = url::Url::parse("http://hub.test/receipts/external").unwrap();
    url.path_segments_mut().unwrap().push(order);
    hub.rest(method, url.path(), body).await
}

async fn channel_key(hub: &TestHub, pg: &str) -> String {
    let rows = engine::channels::list(hub.engine(), hub.shop.id).await.unwrap();
    rows.into_iter().find(|channel| channel.row.pg == pg).unwrap().row.channel_key
}

#[tokio::test]
async fn a_sale_made_elsewhere_has_receipts_too() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in PGS {
            let body = json!({"channel_key": channel_key(&hub, pg).await, "name": "사과 1상자",
                "amount": "22000", "identifier": PHONE, "pay_method": "trans"});
            let order = format!("주문 1/{pg}");
            assert_eq!(elsewhere(&hub, "GET", &order, Value::Null).await.refusal().0, 404);
            assert_eq!(elsewhere(&hub, "DELETE", &order, Value::Null).await.refusal().0, 404);
            let receipt = elsewhere(&hub, "POST", &order, body.clone()).await.ok();
            for (key, value) in [
                ("merchant_uid", json!(order)),
                ("amount", json!(22000)),
                ("vat", json!(2000)),
                ("type", json!("person")),
                ("imp_uid", Value::Null),
            ] {
                assert_eq!(receipt[key], value, "{pg} {key}");
            }
            assert_eq!(elsewhere(&hub, "GET", &order, Value::Null).await.ok(), receipt);
            assert_eq!(elsewhere(&hub, "POST", &order, body.clone()).await.refusal().0, 400);
            hub.fault(pg, "cancel", "timeout_after");
            hub.clock().advance(60);
            elsewhere(&hub, "DELETE", &order, Value::Null).await.ok();
            assert_eq!(books(&hub, pg), ["cancelled"]);
            assert_eq!(elsewhere(&hub, "DELETE", &order, Value::Null).await.refusal().0, 400);
            hub.clock().advance(60);
            elsewhere(&hub, "POST", &order, body).await.ok();
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_sale_made_elsewhere_is_checked_field_by_field() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let good = json!({"channel_key": channel_key(&hub, "kicc").await, "name": "사과",
            "amount": 22000, "identifier": PHONE});
        for (field, value, wanted) in [
            ("channel_key", Value::Null, 400),
            ("channel_key", json!("channel-key-none"), 400),
            ("channel_key", json!(channel_key(&hub, "alipay").await), 501),
            ("name", json!(""), 400),
            ("amount", Value::Null, 400),
            ("amount", json!(0), 400),
            ("amount", json!(-1), 400),
            ("amount", json!(1.5), 400),
            ("amount", json!(i64::MAX), 400),
            ("identifier", Value::Null, 400),
            ("pay_method", json!("card"), 400),
            ("identifier", json!("010-0000-0000"), 500),
        ] {
            let mut body = good.clone();
            body[field] = value.clone();
            let (status, code, said) = elsewhere(&hub, "POST", "order", body).await.refusal();
            assert_eq!((status, code), (wanted, -1), "{field} {value}: {said}");
        }
        let long = "가".repeat(41);
        assert_eq!(elsewhere(&hub, "POST", &long, good.clone()).await.refusal().0, 400);
        hub.fault("kicc", "receipt", "timeout_before");
        assert_eq!(elsewhere(&hub, "POST", "order", good.clone()).await.refusal().0, 500);
        hub.advance(600).await;
        elsewhere(&hub, "POST", "order", good).await.ok();
        assert_eq!(books(&hub, "kicc"), ["issued"]);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn the_page_opens_by_its_link_only_and_the_buyers_number_is_nowhere() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let digits = PHONE.replace('-', "");
        for pg in PGS {
            let imp_uid = transfer(&hub, pg, pg).await;
            let receipt = issue(&hub, &imp_uid, phone()).await.ok();
            let url = text(&receipt, "receipt_url").strip_prefix(HUB).unwrap().to_owned();
            let get = async |path: &str| {
                let request = Request::get(path).body(Body::empty()).unwrap();
                let answer = hub.request(request).await;
                let status = answer.status().as_u16();
                let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
                (status, String::from_utf8(bytes.to_vec()).unwrap())
            };
            let (status, page) = get(&url).await;
            assert_eq!(status, 200, "{pg}");
            for fact in ["현금영수증", "14,000원", "1,272원", "****5432", "소득공제용", "TEST"]
            {
                assert!(page.contains(fact), "{pg} {fact}: {page}");
            }
            assert!(page.contains(text(&receipt, "apply_num")) && !page.contains(&digits), "{pg}");
            let forged = format!("{}0", &url[..url.len() - 1]);
            let forged = if forged == url { format!("{}1", &url[..url.len() - 1]) } else { forged };
            assert_eq!(get(&forged).await.0, 404, "{pg}");
            revoke(&hub, &imp_uid).await.ok();
            assert!(get(&url).await.1.contains("발급 취소"), "{pg}");
        }
        let db = &hub.engine().db;
        for sql in [
            "select coalesce(request, '') || coalesce(response, '') as t from exchanges",
            "select detail as t from payment_events",
            "select coalesce(body, '') || fields as t from idempotency",
            "select id_tail || coalesce(name, '') || coalesce(message, '') as t from cash_receipts",
        ] {
            let rows = db.rows(sql, &args![]).await.unwrap();
            for row in &rows {
                let kept = row.str("t").unwrap();
                assert!(!kept.contains(&digits) && !kept.contains(PHONE), "{sql}: {kept}");
            }
        }
        hub.settled().await;
    })
    .await;
}
