//! Every operation where it is allowed, and where it is not.

use super::{Sale, hub, id, now, orders, sold, standing};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testkit::dbs::on_both;
use testkit::hub::TestHub;

/// Steps of one product order: `task` of the seller, `!action` of others, and what comes of it.
async fn walk(hub: &TestHub, sale: &Sale, at: usize, steps: &[(&str, Result<&str, &str>)]) {
    for (step, expected) in steps {
        let got = match step.strip_prefix('!') {
            Some(action) => sale.act(hub, action, at).await,
            None => sale.one(hub, step, at).await,
        };
        let shown = got.as_ref().map(String::as_str).map_err(|why| {
            // `[N101|text]`, or `결제취소에 실패하였습니다. [N101|text]`, or the text alone.
            let why = why.rsplit_once('|').map_or(why.as_str(), |(_, text)| text);
            why.trim_end_matches(']')
        });
        assert_eq!(shown, *expected, "{step}");
    }
}

const ENDED: Result<&str, &str> = Err("이미 종료된 상품주문입니다.");
const SENT: Result<&str, &str> = Err("이미 발송된 상품주문입니다.");
const NO_RETURN: Result<&str, &str> = Err("진행 중인 반품이 없는 상품주문입니다.");
const NO_EXCHANGE: Result<&str, &str> = Err("진행 중인 교환이 없는 상품주문입니다.");

#[tokio::test]
async fn what_is_sold_is_what_the_page_said() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let orders = orders(&hub, &sale.imp_uid).await;
        let shown: Vec<Value> = orders
            .iter()
            .map(|it| {
                json!([
                    it["product_id"],
                    it["product_name"],
                    it["product_option_id"],
                    it["product_option_name"],
                    it["product_amount"],
                    it["delivery_amount"],
                    it["quantity"],
                    standing(it)
                ])
            })
            .collect();
        let book = json!(["book", "한국사", "", "", 3000, 0, 1, "PAYED"]);
        let shirt = json!(["shirt", "셔츠", "R_M", "색상: 빨강", 8500, 2500, 1, "PAYED"]);
        assert_eq!(shown, [book, shirt]);
        let one = &orders[0];
        assert_eq!(one["orderer"]["name"], "구매자이름");
        assert_eq!(one["orderer"]["tel"], "010-1234-5678");
        assert_eq!(one["shipping_address"]["base"], "서울특별시 강남구 삼성동");
        assert_eq!(one["shipping_address"]["postcode"], "123-456");
        let due = hub.clock().read().seconds() + 3 * 86_400;
        assert_eq!(one["shipping_due"], due);
        let keys: BTreeSet<&str> = one.as_object().unwrap().keys().map(String::as_str).collect();
        let documented = "claim_status claim_type delivery_amount individual_code orderer \
            product_amount product_id product_name product_option_id product_option_name \
            product_order_id product_order_status quantity shipping_address shipping_due \
            shipping_memo";
        assert_eq!(keys, documented.split_whitespace().collect());
        let path = format!("/naver/product-orders/{}", id(one));
        assert_eq!(hub.rest("GET", &path, Value::Null).await.ok(), *one);
        // The buyer's address is in the PG's hands, not in our log.
        let db = &hub.engine().db;
        let exchanges = store::exchanges::of_payment(db, hub.shop.id, &sale.imp_uid).await.unwrap();
        assert!(exchanges.iter().any(|row| row.request.contains("***")));
        for row in exchanges {
            let text = format!("{}{}", row.request, row.response.unwrap_or_default());
            assert!(!text.contains("삼성동") && !text.contains("010-1234"), "{}", row.operation);
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn without_products_the_whole_payment_is_one_product_order() {
    on_both(async |test| {
        let hub = hub(test).await;
        let param = crate::sandbox_only::param("naverco", "plain");
        hub.pay(&param, pg::Device::Mobile, "approve").await;
        let imp_uid = hub.order("plain").await["imp_uid"].as_str().unwrap().to_owned();
        let orders = orders(&hub, &imp_uid).await;
        assert_eq!(orders.len(), 1);
        assert_eq!(orders[0]["product_name"], "주문명:결제테스트");
        assert_eq!(orders[0]["product_amount"], 14_000);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn placed_sent_delivered_and_given_back() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let back = Ok("DELIVERED RETURN RETURN_REQUEST");
        walk(
            &hub,
            &sale,
            0,
            &[
                ("approve-cancel", Err("구매자의 취소 요청이 없는 상품주문입니다.")),
                ("request-return", Err("아직 발송되지 않은 상품주문입니다.")),
                ("!deliver", Err("아직 발송되지 않은 상품주문입니다.")),
                ("place", Ok("PAYED")),
                ("place", Err("이미 발주 처리된 상품주문입니다.")),
                ("ship", Ok("DELIVERING")),
                ("ship", SENT),
                ("place", SENT),
                ("cancel", SENT),
                ("!request-cancel", SENT),
                ("approve-return", NO_RETURN),
                ("reject-return", NO_RETURN),
                ("withhold-return", NO_RETURN),
                ("resolve-return", NO_RETURN),
                ("collect-exchanged", NO_EXCHANGE),
                ("ship-exchanged", NO_EXCHANGE),
                ("!deliver", Ok("DELIVERED")),
                ("request-return", back),
                ("request-return", Err("처리 중인 취소·반품·교환이 있는 상품주문입니다.")),
                ("!decide", Err("처리 중인 취소·반품·교환이 있는 상품주문입니다.")),
                ("resolve-return", Err("반품이 보류되지 않은 상품주문입니다.")),
                ("withhold-return", back),
                ("withhold-return", Err("반품이 보류된 상품주문입니다.")),
                ("approve-return", Err("반품이 보류된 상품주문입니다.")),
                ("resolve-return", back),
                ("!collect", Ok("DELIVERED RETURN COLLECTING")),
                ("!collect", Ok("DELIVERED RETURN COLLECT_DONE")),
                ("!withdraw", Err("이미 수거된 상품주문입니다.")),
                ("approve-return", Ok("RETURNED RETURN RETURN_DONE")),
                ("approve-return", ENDED),
            ],
        )
        .await;
        assert_eq!(hub.held("naverco", &sale.imp_uid), 11_000);
        assert_eq!(now(&hub, &sale.ids[1]).await, "PAYED", "the other one is untouched");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_return_that_is_turned_down_and_a_product_that_is_exchanged() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        walk(
            &hub,
            &sale,
            0,
            &[
                ("ship", Ok("DELIVERING")),
                ("!request-return", Ok("DELIVERING RETURN RETURN_REQUEST")),
                ("reject-return", Ok("DELIVERING RETURN RETURN_REJECT")),
                ("!deliver", Ok("DELIVERED RETURN RETURN_REJECT")),
                ("!request-exchange", Ok("DELIVERED EXCHANGE EXCHANGE_REQUEST")),
                ("ship-exchanged", Err("교환할 상품이 아직 수거되지 않았습니다.")),
                ("collect-exchanged", Ok("DELIVERED EXCHANGE COLLECT_DONE")),
                ("collect-exchanged", Err("이미 수거된 상품주문입니다.")),
                ("ship-exchanged", Ok("DELIVERED EXCHANGE EXCHANGE_REDELIVERING")),
                ("ship-exchanged", Err("교환 상품이 이미 발송되었습니다.")),
                ("!deliver", Ok("EXCHANGED EXCHANGE EXCHANGE_DONE")),
                ("cancel", ENDED),
            ],
        )
        .await;
        walk(
            &hub,
            &sale,
            1,
            &[
                ("!request-cancel", Ok("PAYED CANCEL CANCEL_REQUEST")),
                ("place", Err("처리 중인 취소·반품·교환이 있는 상품주문입니다.")),
                ("cancel", Err("처리 중인 취소·반품·교환이 있는 상품주문입니다.")),
                ("!withdraw", Ok("PAYED CANCEL CANCEL_REJECT")),
                ("!request-cancel", Ok("PAYED CANCEL CANCEL_REQUEST")),
                ("ship", Ok("DELIVERING CANCEL CANCEL_REJECT")),
                ("!decide", Ok("PURCHASE_DECIDED CANCEL CANCEL_REJECT")),
                ("request-return", ENDED),
            ],
        )
        .await;
        assert_eq!(hub.held("naverco", &sale.imp_uid), 14_000);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn all_some_none() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        // Without numbers: all of the payment.
        let placed = sale.post(&hub, "place", json!({})).await.ok();
        assert_eq!(placed.as_array().unwrap().len(), 2);
        assert_eq!(sale.one(&hub, "ship", 0).await.unwrap(), "DELIVERING");
        let some = sale.post(&hub, "ship", super::fields("ship")).await;
        assert_eq!((some.status, some.code, some.message.as_str()), (207, 0, ""));
        assert_eq!(some.response.as_array().unwrap().len(), 1, "those that were changed");
        assert_eq!(id(&some.response[0]), sale.ids[1]);
        let none = sale.post(&hub, "ship", super::fields("ship")).await;
        let (status, code, why) = none.refusal();
        assert_eq!((status, code), (500, -1));
        assert!(sale.ids.iter().all(|id| why.contains(id)), "{why}");
        // A number of another payment beside one of this.
        let other = sold(&hub, "other").await;
        let both = json!({"product_order_id": [other.ids[0], sale.ids[0], sale.ids[0]],
            "delivery_method": "RETURN_INDIVIDUAL"});
        let some = sale.post(&hub, "request-return", both).await;
        assert_eq!((some.status, some.response.as_array().unwrap().len()), (207, 1));
        assert_eq!(now(&hub, &other.ids[0]).await, "PAYED");
        hub.settled().await;
    })
    .await;
}
