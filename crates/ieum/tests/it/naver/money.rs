//! Steps that give money back: payment, ledger and product orders tell the same, and once.

use super::{PG, hub, now, sold};
use serde_json::{Value, json};
use testkit::dbs::on_both;
use testkit::hub::Moment;

#[tokio::test]
async fn each_product_gives_back_its_own_money() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let body = json!({"product_order_id": sale.ids[0], "reason": "SOLD_OUT"});
        let done = sale.post(&hub, "cancel", body).await.ok();
        assert_eq!(super::standing(&done[0]), "CANCELED CANCEL CANCEL_DONE");
        let part = hub.payment(&sale.imp_uid).await;
        assert_eq!((&part["status"], &part["cancel_amount"]), (&json!("cancelled"), &json!(3000)));
        assert_eq!(part["cancel_reason"], "상품 품절");
        assert_eq!(part["cancel_history"][0]["amount"], 3000);
        assert_eq!(hub.held(PG, &sale.imp_uid), 11_000);
        sale.act(&hub, "request-cancel", 1).await.unwrap();
        assert_eq!(hub.held(PG, &sale.imp_uid), 11_000, "a wish moves nothing");
        sale.one(&hub, "approve-cancel", 1).await.unwrap();
        let whole = hub.payment(&sale.imp_uid).await;
        assert_eq!(whole["cancel_amount"], 14_000);
        assert_eq!(whole["cancel_history"].as_array().unwrap().len(), 2);
        assert_eq!(hub.held(PG, &sale.imp_uid), 0);
        let again = sale.post(&hub, "cancel", json!({})).await.refusal();
        assert_eq!((again.0, again.1), (500, -1));
        assert_eq!(hub.payment(&sale.imp_uid).await, whole, "a refusal changes nothing");
        hub.run_jobs().await;
        assert_eq!(hub.told(&sale.imp_uid), ["paid"], "cancels by API are not told by webhook");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn all_at_once_and_some_that_cannot() {
    on_both(async |test| {
        let hub = hub(test).await;
        let all = sold(&hub, "all").await;
        assert_eq!(all.post(&hub, "cancel", json!({})).await.ok().as_array().unwrap().len(), 2);
        let payment = hub.payment(&all.imp_uid).await;
        assert_eq!(
            (&payment["status"], &payment["cancel_amount"]),
            (&json!("cancelled"), &json!(14_000))
        );
        let some = sold(&hub, "some").await;
        some.one(&hub, "ship", 1).await.unwrap();
        let reply = some.post(&hub, "cancel", json!({})).await;
        assert_eq!((reply.status, reply.response.as_array().unwrap().len()), (207, 1));
        assert_eq!(hub.held(PG, &some.imp_uid), 11_000);
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn the_payments_own_cancel_takes_every_product_or_none() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let part = hub.cancel(json!({"imp_uid": sale.imp_uid, "amount": 3000})).await.refusal();
        assert!(part.2.contains("상품주문 단위로만"), "{}", part.2);
        sale.one(&hub, "ship", 0).await.unwrap();
        let sent = hub.cancel(json!({"imp_uid": sale.imp_uid})).await.refusal();
        assert!(sent.2.contains("이미 발송된"), "{}", sent.2);
        assert_eq!(hub.held(PG, &sale.imp_uid), 14_000);
        let other = sold(&hub, "other").await;
        other.one(&hub, "cancel", 0).await.unwrap();
        let rest = hub.cancel(json!({"imp_uid": other.imp_uid})).await.ok();
        assert_eq!(rest["cancel_amount"], 14_000);
        assert_eq!(now(&hub, &other.ids[1]).await, "CANCELED CANCEL CANCEL_DONE");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn twice_at_once_gives_back_once() {
    on_both(async |test| {
        let hub = hub(test).await;
        for (task, before) in [
            ("cancel", vec![]),
            ("approve-cancel", vec!["!request-cancel"]),
            ("approve-return", vec!["ship", "!request-return"]),
        ] {
            let sale = sold(&hub, task).await;
            for step in before {
                match step.strip_prefix('!') {
                    Some(action) => sale.act(&hub, action, 0).await.unwrap(),
                    None => sale.one(&hub, step, 0).await.unwrap(),
                };
            }
            // Both have seen the product order before either cancel arrives at the PG.
            let gate = hub.hold("cancel", Moment::Before);
            let open = async {
                gate.arrived().await;
                gate.open();
            };
            let (one, two, ()) =
                tokio::join!(sale.one(&hub, task, 0), sale.one(&hub, task, 0), open);
            assert!(one.is_ok() != two.is_ok(), "{task}: {one:?} {two:?}");
            assert_eq!(hub.held(PG, &sale.imp_uid), 11_000, "{task}");
            let payment = hub.payment(&sale.imp_uid).await;
            assert_eq!(payment["cancel_amount"], 3000, "{task}");
        }
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_cancel_without_an_answer_ends_as_the_pg_says() {
    on_both(async |test| {
        let hub = hub(test).await;
        // Carried out, the answer lost: found out at once.
        let done = sold(&hub, "done").await;
        hub.fault(PG, "cancel", "timeout_after");
        assert_eq!(done.one(&hub, "cancel", 0).await.unwrap(), "CANCELED CANCEL CANCEL_DONE");
        assert_eq!(hub.held(PG, &done.imp_uid), 11_000);
        // Never arrived: nobody knows yet, and nothing else goes back meanwhile.
        let lost = sold(&hub, "lost").await;
        hub.fault(PG, "cancel", "timeout_before");
        let why = lost.one(&hub, "cancel", 0).await.unwrap_err();
        assert!(why.contains("확인하고 있습니다"), "{why}");
        let busy = lost.one(&hub, "cancel", 0).await.unwrap_err();
        assert!(busy.contains("확인하고 있습니다"), "{busy}");
        assert_eq!(now(&hub, &lost.ids[0]).await, "PAYED");
        hub.advance(600).await;
        assert_eq!(hub.payment(&lost.imp_uid).await["cancel_amount"], 0);
        assert_eq!(lost.one(&hub, "cancel", 0).await.unwrap(), "CANCELED CANCEL CANCEL_DONE");
        // Carried out, and even the question is not answered: the job finds out.
        let late = sold(&hub, "late").await;
        hub.fault(PG, "cancel", "timeout_after");
        hub.fault(PG, "lookup", "timeout_before");
        assert!(late.one(&hub, "cancel", 1).await.is_err());
        hub.advance(600).await;
        assert_eq!(hub.payment(&late.imp_uid).await["cancel_amount"], 11_000);
        assert_eq!(now(&hub, &late.ids[1]).await, "CANCELED CANCEL CANCEL_DONE");
        hub.settled().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_gives_back_once_and_a_refusal_is_an_answer() {
    on_both(async |test| {
        let hub = hub(test).await;
        let sale = sold(&hub, "order").await;
        let keyed = async |key: &str, task: &str| {
            let token = hub.token().await;
            let body = json!({"product_order_id": sale.ids[0]}).to_string();
            let request =
                axum::http::Request::post(format!("/payments/{}/naver/{task}", sale.imp_uid))
                    .header("authorization", token)
                    .header("content-type", "application/json")
                    .header("idempotency-key", key);
            let answer = hub.request(request.body(body.into()).unwrap()).await;
            let status = answer.status().as_u16();
            let replayed = answer.headers().contains_key("idempotent-replayed");
            let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
            (status, replayed, serde_json::from_slice::<Value>(&bytes).unwrap())
        };
        let (first, again) = (keyed("k", "cancel").await, keyed("k", "cancel").await);
        assert_eq!((first.0, first.1), (200, false));
        assert_eq!((again.0, again.1, again.2), (200, true, first.2));
        // 500 is V1's word for a refusal here, kept like any answer.
        let (refused, again) = (keyed("k2", "cancel").await, keyed("k2", "cancel").await);
        assert_eq!((refused.0, refused.1), (500, false));
        assert_eq!((again.0, again.1, again.2), (500, true, refused.2));
        assert_eq!(hub.held(PG, &sale.imp_uid), 11_000);
        hub.settled().await;
    })
    .await;
}
