//! Charges planned for later: planned, listed, moved, revoked. None becomes due here.

use crate::hub::Hub;
use serde_json::{Value, json};
use testkit::dbs::on_both;

const PATH: &str = "/subscribe/payments/schedule";
/// The tests' clock, UNIX seconds.
const NOW: i64 = 1_700_000_000;
const DAY: i64 = 86_400;

fn plan(order: &str, at: i64) -> Value {
    json!({"merchant_uid": order, "schedule_at": at, "amount": 1004, "name": "정기결제",
        "buyer_name": "구매자", "custom_data": {"n": 1}})
}

async fn planned(hub: &Hub, customer: &str, plans: &[(&str, i64)]) -> Value {
    let plans: Vec<Value> =
        plans.iter().map(|(order, days)| plan(order, NOW + days * DAY)).collect();
    let body = json!({"customer_uid": customer, "schedules": plans});
    hub.call("POST", PATH, &body).await.response()
}

fn orders(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|row| row["merchant_uid"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_plan_has_every_key() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.customer("a").await;
        let made = planned(&hub, "a", &[("m1", 30)]).await;
        let expected = json!([{
            "amount": 1004, "buyer_addr": null, "buyer_email": null, "buyer_name": "구매자",
            "buyer_postcode": null, "buyer_tel": null, "currency": "KRW",
            "custom_data": "{\"n\":1}", "customer_id": null, "customer_uid": "a",
            "executed_at": 0, "fail_reason": null, "imp_uid": null, "merchant_uid": "m1",
            "name": "정기결제", "payment_status": null, "pg_id": null, "pg_provider": null,
            "promotion_id": null, "revoked_at": 0, "schedule_at": NOW + 30 * DAY,
            "schedule_status": "scheduled"
        }]);
        assert_eq!(made.to_string(), expected.to_string());
        assert_eq!(hub.get(&format!("{PATH}/m1")).await.response(), made[0]);
        hub.get(&format!("{PATH}/m2")).await.refuses(404, -1, "예약결제건이 존재하지 않습니다.");
    })
    .await;
}

#[tokio::test]
async fn all_or_none() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.customer("a").await;
        planned(&hub, "a", &[("m1", 1)]).await;
        let taken = "이미 등록된 merchant_uid입니다.";
        for second in ["m1", "m2"] {
            let plans = json!([plan("m2", NOW + DAY), plan(second, NOW + DAY)]);
            let body = json!({"customer_uid": "a", "schedules": plans});
            hub.call("POST", PATH, &body).await.refuses(200, 1, taken);
            assert_eq!(hub.get(&format!("{PATH}/m2")).await.status, 404, "{second}");
        }
        let body = json!({"customer_uid": "b", "schedules": [plan("m2", NOW + DAY)]});
        hub.call("POST", PATH, &body).await.refuses(200, 1, "등록된 고객정보가 없습니다.");
        let form = format!(
            "customer_uid=a&schedules[0][merchant_uid]=m2&schedules[0][schedule_at]={}\
             &schedules[0][amount]=10",
            NOW + DAY
        );
        assert_eq!(orders(&hub.form("POST", PATH, &form).await.response()), ["m2"]);
    })
    .await;
}

#[tokio::test]
async fn malformed_plans_are_refused() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.customer("a").await;
        for (schedules, field) in [
            (Value::Null, "schedules"),
            (json!([]), "schedules"),
            (json!("x"), "schedules"),
            (json!([1]), "schedules"),
            (json!([{}]), "schedule_at"),
            (json!([{"schedule_at": "soon", "merchant_uid": "m", "amount": 1}]), "schedule_at"),
            (json!([{"schedule_at": -1, "merchant_uid": "m", "amount": 1}]), "schedule_at"),
            (json!([{"schedule_at": NOW, "amount": 1}]), "merchant_uid"),
            (json!([{"schedule_at": NOW, "merchant_uid": "m"}]), "amount"),
            (json!([{"schedule_at": NOW, "merchant_uid": "m", "amount": 0}]), "amount"),
            (json!([{"schedule_at": NOW, "merchant_uid": "m", "amount": 1.5}]), "amount"),
            (
                json!([{"schedule_at": NOW, "merchant_uid": "m", "amount": 1, "tax_free": 2}]),
                "tax_free",
            ),
            (
                json!([{"schedule_at": NOW, "merchant_uid": "m", "amount": 1, "vat": "x"}]),
                "vat_amount",
            ),
            (
                json!([{"schedule_at": NOW, "merchant_uid": "m", "amount": 1, "currency": "XXX"}]),
                "currency",
            ),
        ] {
            let body = json!({"customer_uid": "a", "schedules": schedules});
            let answer = hub.call("POST", PATH, &body).await;
            assert_eq!(answer.status, 400, "{body}");
            let message = answer.json()["message"].as_str().unwrap().to_owned();
            assert!(message.starts_with(field), "{body} {message}");
        }
        for amount in [json!(-100), json!("a"), json!(0.5), json!([1])] {
            let body = json!({"customer_uid": "a", "checking_amount": amount,
                "schedules": [plan("m", NOW + DAY)]});
            let answer = hub.call("POST", PATH, &body).await;
            assert_eq!(answer.status, 400, "{amount}");
            assert!(answer.text.contains("checking_amount"), "{}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_plans() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.customer("a").await;
        hub.customer("b").await;
        planned(&hub, "a", &[("m1", 1), ("m2", 2), ("m3", 3)]).await;
        planned(&hub, "b", &[("n1", 1)]).await;
        let span = format!("schedule_from={}&schedule_to={}", NOW, NOW + 90 * DAY);
        let page = hub.get(&format!("{PATH}?{span}&limit=3")).await.response();
        assert_eq!(
            (&page["total"], &page["previous"], &page["next"]),
            (&json!(4), &json!(0), &json!(2))
        );
        assert_eq!(orders(&page["list"])[..2], ["m3", "m2"], "newest first");
        let up = hub.get(&format!("{PATH}?{span}&sorting=scheduled")).await.response();
        assert_eq!(orders(&up["list"])[2..], ["m2", "m3"]);
        let end = format!("schedule_from={}&schedule_to={}", NOW + 2 * DAY, NOW + 3 * DAY);
        let page = hub.get(&format!("{PATH}?{end}")).await.response();
        assert_eq!(orders(&page["list"]), ["m2"], "from is included, to is not");
        for path in [format!("{PATH}/customers/b"), "/subscribe/customers/b/schedules".to_owned()] {
            let span = format!("from={}&to={}", NOW, NOW + 90 * DAY);
            let page = hub.get(&format!("{path}?{span}")).await.response();
            assert_eq!(orders(&page["list"]), ["n1"], "{path}");
            let none = hub.get(&format!("{path}?{span}&schedule-status=revoked")).await.response();
            assert_eq!(none["list"], json!([]));
        }
        for query in [
            String::new(),
            format!("schedule_from={NOW}"),
            format!("schedule_from={NOW}&schedule_to={}", NOW - 1),
            format!("schedule_from={NOW}&schedule_to={}", NOW + 94 * DAY),
            format!("{span}&schedule_status=paid"),
            format!("{span}&page=0"),
        ] {
            let answer = hub.get(&format!("{PATH}?{query}")).await;
            assert_eq!(answer.status, 400, "{query}");
            let message = answer.json()["message"].as_str().unwrap().to_owned();
            assert!(message.starts_with("검색 파라메터가 유효하지 않습니다."), "{query} {message}");
        }
    })
    .await;
}

#[tokio::test]
async fn plans_are_moved_and_revoked() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.customer("a").await;
        hub.customer("b").await;
        planned(&hub, "a", &[("m1", 1), ("m2", 2), ("m3", 3)]).await;
        planned(&hub, "b", &[("n1", 1), ("n2", 2)]).await;
        let one = format!("{PATH}/m1");
        let moved = hub.call("PUT", &one, &json!({"schedule_at": NOW + 9 * DAY})).await.response();
        assert_eq!(moved["schedule_at"], NOW + 9 * DAY);
        for at in [json!(null), json!(NOW), json!("x"), json!(-1)] {
            assert_eq!(
                hub.call("PUT", &one, &json!({"schedule_at": at})).await.status,
                400,
                "{at}"
            );
        }
        for verb in ["reschedule", "retry"] {
            let body = json!({"schedule_at": NOW + DAY});
            let path = format!("{one}/{verb}");
            assert_eq!(hub.call("POST", &path, &body).await.status, 400, "{verb} before a failure");
            let path = format!("{PATH}/none/{verb}");
            assert_eq!(hub.call("POST", &path, &body).await.status, 404, "{verb} of nothing");
        }
        let none = json!({"schedule_at": NOW + DAY});
        assert_eq!(hub.call("PUT", &format!("{PATH}/none"), &none).await.status, 404);
        let path = "/subscribe/payments/unschedule";
        let nothing = "취소할 예약결제 기록이 존재하지 않습니다.";
        for body in [
            json!({"customer_uid": "c"}),
            json!({"merchant_uid": "none"}),
            json!({"customer_uid": "a", "merchant_uid": "n1"}),
        ] {
            hub.call("POST", path, &body).await.refuses(200, 1, nothing);
        }
        assert_eq!(hub.call("POST", path, &json!({})).await.status, 400);
        let both = json!({"customer_uid": "a", "merchant_uid": ["m2", "n1"]});
        let gone = hub.call("POST", path, &both).await.response();
        assert_eq!(orders(&gone), ["m2"], "the intersection");
        assert_eq!(
            (&gone[0]["schedule_status"], &gone[0]["revoked_at"]),
            (&json!("revoked"), &json!(NOW))
        );
        assert_eq!(hub.call("PUT", &format!("{PATH}/m2"), &none).await.status, 400, "revoked");
        let gone = hub.form("POST", path, "merchant_uid=n1").await.response();
        assert_eq!(orders(&gone), ["n1"]);
        let gone = hub.call("POST", path, &json!({"customer_uid": "a"})).await.response();
        assert_eq!(orders(&gone), ["m3", "m1"], "what is left, soonest first");
        hub.call("POST", path, &json!({"customer_uid": "a"})).await.refuses(200, 1, nothing);
    })
    .await;
}
