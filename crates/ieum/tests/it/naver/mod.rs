//! Product orders at the REST face: every operation, on both databases, with the PG's books.

mod flows;
mod lost;
mod money;
mod refusals;
mod reviews;

use crate::sandbox_only::{channels, param};
use pg::Device;
use serde_json::{Value, json};
use testkit::hub::TestHub;
use testkit::merchant::Reply;

pub(crate) const PG: &str = "naverco";

/// Two products of 3,000 and 11,000 won.
pub(crate) fn products() -> Value {
    json!([
        {"id": "book", "name": "한국사", "basePrice": 3000, "taxType": "TAX_FREE", "quantity": 1},
        {"id": "shirt", "name": "셔츠", "basePrice": 8000, "taxType": "TAX", "options": [
            {"optionQuantity": 1, "optionPrice": 500, "selectionCode": "R_M", "selections": [
                {"code": "RED", "label": "색상", "value": "빨강"}]}],
            "shipping": {"groupId": "a", "method": "DELIVERY", "baseFee": 2500,
                "feePayType": "PREPAYED"}},
    ])
}

/// A payment and the numbers of its product orders.
pub(crate) struct Sale {
    pub(crate) imp_uid: String,
    pub(crate) ids: Vec<String>,
}

/// Pays for the two products.
pub(crate) async fn sold(hub: &TestHub, order: &str) -> Sale {
    let mut param = param(PG, order);
    param["naverProducts"] = products();
    param["buyer_addr"] = "서울특별시 강남구 삼성동".into();
    param["buyer_postcode"] = "123-456".into();
    hub.pay(&param, Device::Pc, "approve").await;
    let paid = hub.order(order).await;
    assert_eq!(paid["status"], "paid", "{paid}");
    let imp_uid = paid["imp_uid"].as_str().unwrap().to_owned();
    let ids = orders(hub, &imp_uid).await.iter().map(|it| id(it).to_owned()).collect();
    Sale { imp_uid, ids }
}

/// A hub with a channel of this PG.
pub(crate) async fn hub(test: testkit::dbs::TestDb) -> TestHub {
    let hub = TestHub::new(test).await;
    channels(&hub, &[PG, "naverpay"]).await;
    hub
}

pub(crate) fn id(order: &Value) -> &str {
    order["product_order_id"].as_str().unwrap()
}

/// Status, claim type and claim status, joined.
pub(crate) fn standing(order: &Value) -> String {
    let names = ["product_order_status", "claim_type", "claim_status"];
    let words = names.iter().filter_map(|name| order[*name].as_str());
    words.collect::<Vec<_>>().join(" ")
}

pub(crate) async fn orders(hub: &TestHub, imp_uid: &str) -> Vec<Value> {
    let path = format!("/payments/{imp_uid}/naver/product-orders");
    hub.rest("GET", &path, Value::Null).await.ok().as_array().unwrap().clone()
}

/// How a product order stands now.
pub(crate) async fn now(hub: &TestHub, id: &str) -> String {
    let path = format!("/naver/product-orders/{id}");
    standing(&hub.rest("GET", &path, Value::Null).await.ok())
}

impl Sale {
    /// One of the operations.
    pub(crate) async fn post(&self, hub: &TestHub, task: &str, body: Value) -> Reply {
        hub.rest("POST", &format!("/payments/{}/naver/{task}", self.imp_uid), body).await
    }

    /// One of the operations on one product order: how it stands then, or the refusal's text.
    pub(crate) async fn one(&self, hub: &TestHub, task: &str, at: usize) -> Result<String, String> {
        let mut body = fields(task);
        body["product_order_id"] = json!([self.ids[at]]);
        let reply = self.post(hub, task, body).await;
        if reply.status == 200 {
            let response = reply.ok();
            assert_eq!(response.as_array().unwrap().len(), 1);
            assert_eq!(id(&response[0]), self.ids[at]);
            return Ok(standing(&response[0]));
        }
        assert_eq!((reply.status, reply.code), (500, -1), "{}", reply.message);
        assert_eq!(reply.response, Value::Null);
        Err(reply.message)
    }

    /// What a buyer or a carrier does: how it stands then, or the refusal's text.
    pub(crate) async fn act(
        &self,
        hub: &TestHub,
        action: &str,
        at: usize,
    ) -> Result<String, String> {
        let path = format!("/sandbox/naver/product-orders/{}/{action}", self.ids[at]);
        let reply = hub.rest("POST", &path, json!({})).await;
        match reply.code {
            0 => Ok(standing(&reply.ok())),
            _ => Err(reply.message),
        }
    }
}

/// Every field an operation needs.
pub(crate) fn fields(task: &str) -> Value {
    match task {
        "ship" => json!({"delivery_method": "DELIVERY", "dispatched_at": 1_700_000_000,
            "delivery_company": "CJGLS", "tracking_number": "123456789"}),
        "ship-exchanged" => json!({"delivery_method": "VISIT_RECEIPT"}),
        "request-return" => json!({"delivery_method": "RETURN_INDIVIDUAL"}),
        "reject-return" | "withhold-return" => json!({"memo": "확인이 필요합니다."}),
        _ => json!({}),
    }
}
