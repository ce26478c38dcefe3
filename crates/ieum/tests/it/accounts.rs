//! Virtual accounts by API: every one is told of or closed, whatever happens on the way.

use pg::Device;
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;
use testkit::merchant::Reply;

/// A week ahead of the merchant's time, unix seconds.
async fn next_week(hub: &TestHub) -> i64 {
    let clock = hub.rest("GET", "/sandbox/clock", Value::Null).await.ok();
    clock["now"].as_i64().unwrap() + 7 * 86_400
}

async fn body(hub: &TestHub, order: &str) -> Value {
    json!({
        "pg": "nice",
        "merchant_uid": order,
        "amount": 14000,
        "vbank_code": "088",
        "vbank_due": next_week(hub).await,
        "vbank_holder": "회사명",
        "name": "주문명:결제테스트",
        "buyer_name": "구매자이름",
        "custom_data": {"a": 1},
    })
}

async fn issue(hub: &TestHub, order: &str) -> Reply {
    let body = body(hub, order).await;
    hub.rest("POST", "/vbanks", body).await
}

async fn delete(hub: &TestHub, imp_uid: &str) -> Reply {
    hub.rest("DELETE", &format!("/vbanks/{imp_uid}"), Value::Null).await
}

fn uid(payment: &Value) -> String {
    payment["imp_uid"].as_str().unwrap().to_owned()
}

/// States of NICE's trades, oldest first.
fn trades(hub: &TestHub) -> Vec<String> {
    let books = hub.books("nice");
    let trades = books["trades"].as_array().unwrap().iter();
    trades.map(|trade| trade["state"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn issued_told_deposited_told() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let due = next_week(&hub).await;
        let payment = issue(&hub, "order").await.ok();
        let imp_uid = uid(&payment);
        assert!(imp_uid.starts_with("imp_"), "{imp_uid}");
        for (key, value) in [
            ("status", json!("ready")),
            ("pay_method", json!("vbank")),
            ("channel", json!("api")),
            ("pg_provider", json!("nice")),
            ("amount", json!(14000)),
            ("vbank_code", json!("088")),
            ("vbank_name", json!("신한은행")),
            ("vbank_holder", json!("회사명")),
            ("vbank_date", json!(due / 60 * 60)),
            ("paid_at", json!(0)),
            ("custom_data", json!("{\"a\":1}")),
            ("user_agent", Value::Null),
        ] {
            assert_eq!(payment[key], value, "{key}");
        }
        assert_ne!(payment["vbank_issued_at"], 0);
        assert!(!payment["vbank_num"].as_str().unwrap().is_empty());
        assert_eq!(hub.payment(&imp_uid).await, payment);
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["ready"]);
        assert_eq!(hub.deposit(&imp_uid, Value::Null).await.ok()["status"], "paid");
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["ready", "paid"]);
        assert_eq!(hub.held("nice", &imp_uid), 14_000);
        let (status, code, _) = delete(&hub, &imp_uid).await.refusal();
        assert_eq!((status, code), (400, -1), "paid accounts are not closed");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn after_the_deadline_it_stays_ready_and_takes_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = uid(&issue(&hub, "order").await.ok());
        let ahead = json!({"advance_seconds": 7 * 86_400 + 60});
        hub.rest("POST", "/sandbox/clock", ahead).await.ok();
        let (_, _, text) = hub.deposit(&imp_uid, Value::Null).await.refusal();
        assert!(text.contains("입금 기한"), "{text}");
        assert_eq!(hub.payment(&imp_uid).await["status"], "ready");
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["ready"]);
        assert_eq!(delete(&hub, &imp_uid).await.ok()["status"], "cancelled");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_deleted_account_takes_nothing() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = uid(&issue(&hub, "order").await.ok());
        let gone = delete(&hub, &imp_uid).await.ok();
        assert_eq!((&gone["status"], &gone["cancel_amount"]), (&json!("cancelled"), &json!(14000)));
        let (_, _, text) = hub.deposit(&imp_uid, Value::Null).await.refusal();
        assert!(text.contains("해지"), "{text}");
        let (status, code, _) = delete(&hub, &imp_uid).await.refusal();
        assert_eq!((status, code), (400, -1));
        hub.run_jobs().await;
        assert_eq!(hub.told(&imp_uid), ["ready"], "the merchant's own cancel is not told");
        assert_eq!(trades(&hub), ["closed"]);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn several_accounts_of_one_order_until_one_is_paid() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let first = uid(&issue(&hub, "order").await.ok());
        let (second, third) = tokio::join!(issue(&hub, "order"), issue(&hub, "order"));
        let second = uid(&second.ok());
        assert_ne!(second, uid(&third.ok()));
        hub.deposit(&second, Value::Null).await.ok();
        let (status, code, text) = issue(&hub, "order").await.refusal();
        assert_eq!((status, code), (200, 1));
        assert_eq!(text, "이미 결제가 이루어진 거래건입니다.");
        assert_eq!(hub.payment(&first).await["status"], "ready");
        delete(&hub, &first).await.ok();
        // The order stays paid whatever becomes of its other accounts.
        assert_eq!(issue(&hub, "order").await.refusal().1, 1);
        assert_eq!(trades(&hub).len(), 3);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_order_paid_in_a_window_gets_no_account_and_an_open_account_no_less_a_window() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        issue(&hub, "order").await.ok();
        let way = crate::ways::pgs()[0];
        assert!(hub.pay(&way.param("order"), Device::Pc, "approve").await.is_success());
        let (status, code, _) = issue(&hub, "order").await.refusal();
        assert_eq!((status, code), (200, 1));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_leaves_no_account_open() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for (number, fault) in
            ["timeout_after", "reset_after", "server_error_after", "garbage"].iter().enumerate()
        {
            let order = format!("order-{number}");
            hub.fault("nice", "account", fault);
            let (status, code, text) = issue(&hub, &order).await.refusal();
            assert_eq!((status, code), (200, -1), "{fault}");
            assert!(text.starts_with("가상계좌 발급에 실패하였습니다. "), "{fault}: {text}");
            let row = hub.order(&order).await;
            assert_eq!((&row["status"], &row["vbank_num"]), (&json!("failed"), &Value::Null));
            let again = issue(&hub, &order).await.ok();
            assert_eq!(again["status"], "ready", "{fault}: the order is free again");
            hub.run_jobs().await;
            assert_eq!(hub.told(&uid(&row)), [""; 0], "{fault}");
        }
        let closed = trades(&hub).iter().filter(|state| *state == "closed").count();
        assert_eq!((closed, trades(&hub).len()), (4, 8));
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn an_account_that_cannot_be_settled_at_once_is_settled_by_the_job() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        hub.fault("nice", "account", "timeout_after");
        hub.fault("nice", "cancel", "timeout_before");
        let (_, code, _) = issue(&hub, "order").await.refusal();
        assert_eq!(code, -1);
        let imp_uid = uid(&hub.order("order").await);
        assert_eq!(hub.state(&imp_uid).await, "unknown");
        let (_, code, _) = delete(&hub, &imp_uid).await.refusal();
        assert_eq!(code, -1);
        hub.advance(600).await;
        assert_eq!(hub.state(&imp_uid).await, "failed");
        assert_eq!(trades(&hub), ["closed"]);
        // Nothing was issued at all: believed once NICE had time.
        hub.fault("nice", "account", "timeout_before");
        issue(&hub, "other").await.refusal();
        let imp_uid = uid(&hub.order("other").await);
        hub.advance(600).await;
        assert_eq!(hub.state(&imp_uid).await, "failed");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_refusal_keeps_nices_words_and_frees_the_order() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let mut wrong = body(&hub, "order").await;
        wrong["vbank_code"] = json!("002");
        let (status, code, text) = hub.rest("POST", "/vbanks", wrong).await.refusal();
        assert_eq!((status, code), (200, -1));
        assert_eq!(text, "가상계좌 발급에 실패하였습니다. [4117]가상계좌 발급 실패");
        assert_eq!(hub.order("order").await["status"], "failed");
        issue(&hub, "order").await.ok();
        hub.fault("nice", "account", "down");
        assert_eq!(issue(&hub, "order").await.refusal().1, -1);
        hub.advance(600).await;
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_pg_that_cannot_is_passed_over_and_without_any_it_is_said() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for pg in [json!("kicc"), json!("html5_inicis"), Value::Null, json!("nobody")] {
            let mut asked = body(&hub, &format!("order-{pg}")).await;
            asked["pg"] = pg;
            assert_eq!(hub.rest("POST", "/vbanks", asked).await.ok()["pg_provider"], "nice");
        }
        let rows = engine::channels::list(hub.engine(), hub.shop.id).await.unwrap();
        let nice = rows.iter().find(|channel| channel.row.pg == "nice").unwrap();
        engine::channels::delete(hub.engine(), hub.shop.id, "test", nice.row.id).await.unwrap();
        let (status, code, text) = issue(&hub, "late").await.refusal();
        assert_eq!((status, code), (200, 1));
        assert_eq!(text, "가상계좌를 API로 발급할 수 있는 PG 설정이 없습니다.");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_deposit_the_hub_does_not_know_of_keeps_the_account_from_being_closed() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let imp_uid = uid(&issue(&hub, "order").await.ok());
        hub.fault("nice", "notice", "late_notice");
        assert_eq!(hub.deposit(&imp_uid, Value::Null).await.ok()["status"], "ready");
        let (status, code, text) = delete(&hub, &imp_uid).await.refusal();
        assert_eq!((status, code), (200, -1));
        assert!(text.contains("2047"), "{text}");
        assert_eq!(hub.payment(&imp_uid).await["status"], "ready");
        let notice = hub.books("nice")["notices"][0]["id"].as_i64().unwrap();
        hub.sandbox.resend_notice(notice).await.unwrap();
        assert_eq!(hub.payment(&imp_uid).await["status"], "paid");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_named_and_leaves_no_trace() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let now = next_week(&hub).await - 7 * 86_400;
        for (field, value) in [
            ("merchant_uid", Value::Null),
            ("merchant_uid", json!("가".repeat(41))),
            ("amount", Value::Null),
            ("amount", json!(0)),
            ("amount", json!(-1)),
            ("amount", json!("천원")),
            ("amount", json!(1.5)),
            ("vbank_code", Value::Null),
            ("vbank_code", json!("999")),
            ("vbank_code", json!("신한")),
            ("vbank_due", Value::Null),
            ("vbank_due", json!("내일")),
            ("vbank_due", json!(0)),
            ("vbank_due", json!(-1)),
            ("vbank_due", json!(now)),
            ("vbank_due", json!(now * 1000)),
            ("vbank_due", json!(i64::MAX)),
            ("vbank_holder", Value::Null),
            ("vbank_holder", json!(" ")),
            ("currency", json!("USD")),
            ("notice_url", json!("nowhere")),
        ] {
            let mut asked = body(&hub, "order").await;
            asked[field] = value.clone();
            let (status, code, text) = hub.rest("POST", "/vbanks", asked).await.refusal();
            assert_eq!((status, code), (400, -1), "{field} {value}: {text}");
            assert!(text.contains(field), "{field} {value}: {text}");
        }
        assert_eq!(trades(&hub).len(), 0);
        let sent = hub.rest("GET", "/payments/findAll/order", Value::Null).await.refusal();
        assert_eq!(sent.0, 404, "no row was made");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn what_is_no_open_account_is_neither_closed_nor_changed() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let card = crate::ways::pgs()[0];
        hub.pay(&card.param("card"), Device::Pc, "approve").await;
        let card = uid(&hub.order("card").await);
        let open = uid(&issue(&hub, "order").await.ok());
        let change = json!({"amount": 1, "vbank_due": next_week(&hub).await});
        for (imp_uid, wanted) in [("imp_000000000000", 404), (card.as_str(), 400)] {
            assert_eq!(delete(&hub, imp_uid).await.refusal().0, wanted, "{imp_uid}");
            let path = format!("/vbanks/{imp_uid}");
            let (status, _, _) = hub.rest("PUT", &path, change.clone()).await.refusal();
            assert_eq!(status, wanted, "{imp_uid}");
        }
        let path = format!("/vbanks/{open}");
        for nothing in [Value::Null, json!({"amount": ""})] {
            assert_eq!(hub.rest("PUT", &path, nothing).await.refusal().0, 400);
        }
        let (status, code, text) = hub.rest("PUT", &path, change).await.refusal();
        assert_eq!((status, code), (400, -1));
        assert!(text.contains("나이스페이먼츠") && text.contains("변경할 수 없는"), "{text}");
        assert_eq!(hub.payment(&open).await["amount"], 14000, "as it was");
        delete(&hub, &open).await.ok();
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn holders_are_never_made_up() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        for (query, wanted) in [
            ("", 400),
            ("?bank_code=088", 400),
            ("?bank_num=110-123", 400),
            ("?bank_code=999&bank_num=110-123", 400),
            ("?bank_code=088&bank_num=---", 400),
            ("?bank_code=088&bank_num=110-123-456789", 404),
        ] {
            let path = format!("/vbanks/holder{query}");
            let (status, code, _) = hub.rest("GET", &path, Value::Null).await.refusal();
            assert_eq!((status, code), (wanted, -1), "{query}");
        }
    })
    .await;
}
