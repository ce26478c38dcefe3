//! What is refused before a window opens, in V1's words (V1 behaviour §5.6), and which channel a
//! payment goes through (§5.7).

use crate::flows::keys;
use crate::ways::{Way, pgs};
use engine::Mode;
use engine::channels::AddChannel;
use pg::Device;
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// An order with some of its parameters changed; null takes one away.
fn changed(way: Way, order: &str, changes: &[(&str, Value)]) -> Value {
    let mut param = way.param(order);
    for (key, value) in changes {
        match value {
            Value::Null => drop(param.as_object_mut().unwrap().remove(*key)),
            value => param[*key] = value.clone(),
        }
    }
    param
}

/// Refused with this code and text, and nothing came into being.
async fn refused(hub: &TestHub, param: &Value, code: &str, text: &str) {
    let before = rows(hub).await;
    let answer = hub.open(param, Device::Pc).await;
    assert_eq!(answer["ok"], false, "{param} was not refused");
    let rsp = &answer["rsp"];
    assert_eq!(keys(rsp), ["success", "imp_uid", "merchant_uid", "error_code", "error_msg"]);
    assert_eq!((&rsp["success"], &rsp["imp_uid"]), (&json!(false), &Value::Null));
    assert_eq!(rsp["error_code"], code, "{param}: {}", rsp["error_msg"]);
    assert_eq!(rsp["error_msg"], text, "{param}");
    assert_eq!(rows(hub).await, before, "{param} left a row");
}

async fn rows(hub: &TestHub) -> i64 {
    let all = hub.rest("GET", "/payments/status/all?limit=1", Value::Null).await.ok();
    all["total"].as_i64().unwrap()
}

#[tokio::test]
async fn every_row_of_the_table_of_refusals() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (kicc, alipay) = (pgs()[0], pgs()[3]);
        let zero = "결제요청금액이 0원입니다. 빌링키발급을 위해 customer_uid가 지정될 때에만 0원이 \
                    허용됩니다. 요청 amount :0";
        let wrong = "결제금액이 올바르지 않습니다.";
        let no_address = "m_redirect_url 파라메터가 필요합니다.";
        for (way, changes, text) in [
            (kicc, vec![("amount", json!(0))], zero),
            (kicc, vec![("amount", json!("0"))], zero),
            (kicc, vec![("amount", Value::Null)], wrong),
            (kicc, vec![("amount", json!(""))], wrong),
            (kicc, vec![("amount", json!(-1))], wrong),
            (kicc, vec![("amount", json!("NaN"))], wrong),
            (kicc, vec![("amount", json!({"won": 1}))], wrong),
            (kicc, vec![("amount", json!("14,000"))], wrong),
            (kicc, vec![("amount", number("99999999999999999999999999"))], wrong),
            (
                kicc,
                vec![("merchant_uid", json!("1".repeat(41)))],
                "merchant_uid는 40자를 초과할 수 없습니다.",
            ),
            (kicc, vec![("currency", json!("USD"))], "지원하지 않는 통화입니다."),
            (alipay, vec![("currency", json!("EUR"))], "지원하지 않는 통화입니다."),
            (alipay, vec![("currency", json!("CNY"))], "지원하지 않는 통화입니다."),
            (alipay, vec![("m_redirect_url", Value::Null)], no_address),
            (alipay, vec![("m_redirect_url", json!("javascript:alert(1)"))], no_address),
        ] {
            refused(&hub, &changed(way, "order", &changes), "F400", text).await;
        }
        for (way, amount) in [(kicc, "1.5"), (alipay, "1.234")] {
            let param = changed(way, "order", &[("amount", number(amount))]);
            let answer = hub.open(&param, Device::Pc).await;
            let text = answer["rsp"]["error_msg"].as_str().unwrap();
            assert!(text.starts_with(wrong), "{amount}: {answer}");
        }
        for body in ["", "{", "[]", "null", "{\"param\":3}", "{\"user_code\":[1]}"] {
            let url = format!("{}/sdk/payments", testkit::hub::HUB);
            let browser = hub.browser(Device::Pc);
            let page = browser.send("POST", &url, "application/json", body.into()).await;
            let answer: Value = serde_json::from_str(&page.text).unwrap();
            assert_eq!((page.status, &answer["ok"]), (200, &json!(false)), "{body}");
        }
        assert_eq!(rows(&hub).await, 0);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn unknown_merchants_and_merchants_without_a_channel_are_told_so() {
    on_both(async |test| {
        let mut hub = TestHub::new(test).await;
        let param = pgs()[0].param("order");
        let own = hub.shop.user_code.clone();
        for stranger in ["", "imp99999999", "imp", "'; drop table payments; --"] {
            hub.shop.user_code = stranger.to_owned();
            refused(&hub, &param, "F400", "판매자 정보를 찾을 수 없습니다.").await;
        }
        let poor = hub.base.merchant("second@shop.test").await;
        hub.shop.user_code = poor.merchant.user_code;
        refused(&hub, &param, "F400", "등록된 PG 설정 정보가 없습니다.").await;
        hub.shop.user_code = own;
        assert_eq!(hub.open(&param, Device::Pc).await["ok"], true);
    })
    .await;
}

#[tokio::test]
async fn refusals_reach_pages_without_a_callback_at_their_return_address() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let param = changed(pgs()[3], "주문 1", &[("amount", json!(0))]);
        let answer = hub.open(&param, Device::Mobile).await;
        let url = answer["m_redirect"].as_str().unwrap();
        let pairs = crate::flows::query(url);
        let names: Vec<_> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["from", "merchant_uid", "imp_success", "error_code", "error_msg"]);
        assert_eq!((pairs[1].1.as_str(), pairs[2].1.as_str()), ("주문 1", "false"));
        assert!(url.ends_with("#top"));
    })
    .await;
}

#[tokio::test]
async fn a_paid_order_is_never_sold_again_and_a_failed_one_is() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let paid = "이미 결제가 이루어진 거래건입니다.";
        for way in pgs() {
            let order = way.name();
            for press in ["cancel", "decline"] {
                assert!(!hub.pay(&way.param(&order), way.device, press).await.is_success());
            }
            hub.open(&way.param(&order), way.device).await;
            assert!(hub.pay(&way.param(&order), way.device, "approve").await.is_success());
            refused(&hub, &way.param(&order), "F1002", paid).await;
            let page = format!("/payments/findAll/{order}");
            let all = hub.rest("GET", &page, Value::Null).await.ok();
            assert_eq!(all["total"], 4, "{order}: an attempt each");
            let path = format!("/payments/find/{order}/paid");
            let found = hub.rest("GET", &path, Value::Null).await.ok();
            hub.cancel(json!({"imp_uid": found["imp_uid"]})).await.ok();
            refused(&hub, &way.param(&order), "F1002", paid).await;
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_registered_amount_is_what_the_order_costs() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let (kicc, alipay) = (pgs()[0], pgs()[3]);
        let register = json!({"merchant_uid": "order", "amount": 14000});
        assert_eq!(hub.rest("POST", "/payments/prepare", register.clone()).await.ok(), register);
        let other = "결제요청금액이 사전등록된 금액과 다릅니다.";
        for amount in ["13999", "14001", "1", "140000"] {
            let param = changed(kicc, "order", &[("amount", number(amount))]);
            refused(&hub, &param, "F1001", other).await;
        }
        let (status, code, text) =
            hub.rest("POST", "/payments/prepare", register.clone()).await.refusal();
        assert_eq!((status, code), (200, 1));
        assert_eq!(text, "결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다).");
        let change = json!({"merchant_uid": "order", "amount": 1000});
        hub.rest("PUT", "/payments/prepare", change).await.ok();
        refused(&hub, &kicc.param("order"), "F1001", other).await;
        hub.rest("PUT", "/payments/prepare", register).await.ok();
        assert!(hub.pay(&kicc.param("order"), kicc.device, "approve").await.is_success());

        let dollars = json!({"merchant_uid": "usd", "amount": "1.20", "currency": "USD"});
        hub.rest("POST", "/payments/prepare", dollars).await.ok();
        let won = changed(alipay, "usd", &[("currency", json!("KRW")), ("amount", json!(1))]);
        let text = "결제요청통화가 사전등록된 통화와 다릅니다.";
        refused(&hub, &won, "F1003", text).await;
        let cents = changed(alipay, "usd", &[("amount", number("1.21"))]);
        refused(&hub, &cents, "F1001", other).await;
        assert!(hub.pay(&alipay.param("usd"), alipay.device, "approve").await.is_success());
        hub.settled().await;
    })
    .await;
}

async fn live(hub: &TestHub, pg: &str, mid: &str) -> String {
    let spec = pg::find(pg).unwrap().spec();
    let values = spec.fields.iter().map(|field| {
        let value = if field.key == "mid" { mid } else { "secret-of-ours" };
        (field.key.to_owned(), value.chars().take(field.max).collect())
    });
    let fields = values.collect();
    let new = AddChannel { pg: pg.to_owned(), name: String::new(), mode: Mode::Live, fields };
    let row = engine::channels::add(hub.engine(), hub.shop.id, "test", new).await.unwrap();
    row.channel_key
}

#[tokio::test]
async fn the_pg_parameter_finds_its_channel() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let key = live(&hub, "kicc", "TLIVE001").await;
        live(&hub, "html5_inicis", "MYSHOP0001").await;
        let test_mid =
            |pg: &str| pg::find(pg).unwrap().spec().test_credentials().get("mid").to_owned();
        let default = ("kicc", test_mid("kicc"));
        for (index, (changes, (pg, mid))) in [
            (vec![("pg", Value::Null)], default.clone()),
            (vec![("pg", json!(""))], default.clone()),
            (vec![("pg", json!("kicc"))], default.clone()),
            (vec![("pg", json!("kicc.TLIVE001"))], ("kicc", "TLIVE001".into())),
            (vec![("pg", json!("html5_inicis"))], ("html5_inicis", test_mid("html5_inicis"))),
            (vec![("pg", json!("inicis"))], ("html5_inicis", test_mid("html5_inicis"))),
            (vec![("pg", json!("html5_inicis.MYSHOP0001"))], ("html5_inicis", "MYSHOP0001".into())),
            (vec![("pg", json!("nice"))], ("nice", test_mid("nice"))),
            // Nothing of the kind: the default PG.
            (vec![("pg", json!("kicc.nobody"))], default.clone()),
            (vec![("pg", json!("html5_inicis.nobody"))], default.clone()),
            (vec![("pg", json!("kakaopay"))], default.clone()),
            (vec![("pg", json!("KICC."))], default),
            (vec![("pg", json!("nice")), ("channelKey", json!(key))], ("kicc", "TLIVE001".into())),
        ]
        .into_iter()
        .enumerate()
        {
            let order = format!("order-{index}");
            let param = changed(pgs()[0], &order, &changes);
            let opened = hub.open(&param, Device::Pc).await;
            assert_eq!(opened["ok"], true, "{opened}");
            let payment = hub.order(&order).await;
            assert_eq!(
                (&payment["pg_provider"], &payment["pg_id"]),
                (&json!(pg), &json!(mid)),
                "{param}"
            );
            let sandbox = !mid.starts_with("TLIVE") && !mid.starts_with("MYSHOP");
            assert_eq!(payment["sandbox"], sandbox, "{param}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_strict_hub_refuses_what_matches_no_channel() {
    on_both(async |test| {
        let hub = TestHub::with(test, |parts| parts.settings.strict_pg = true).await;
        for pg in ["kicc.nobody", "kakaopay"] {
            let param = changed(pgs()[0], "order", &[("pg", json!(pg))]);
            refused(&hub, &param, "F400", "등록된 PG 설정 정보가 없습니다.").await;
        }
        let param = changed(pgs()[0], "order", &[("pg", Value::Null)]);
        assert_eq!(hub.open(&param, Device::Pc).await["ok"], true);
    })
    .await;
}
