//! Channels and numbers: payments and verifications have each their own, in one space.

use super::{certify, channel, confirm, get, hub, open, requested};
use domain::payment::Payment;
use domain::{Currency, Money};
use engine::channels::AddChannel;
use pg::Device;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::payments::PaymentRow;
use store::{Batch, CommitError};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

async fn default_pg(hub: &TestHub) -> String {
    let all = engine::channels::list(hub.engine(), hub.shop.id).await.unwrap();
    let row = all.into_iter().find(|channel| channel.is_default).unwrap().row;
    assert!(row.is_payment());
    row.pg
}

#[tokio::test]
async fn payments_and_verifications_take_their_own_channels() {
    on_both(async |test| {
        let hub = hub(test).await;
        let listed = hub.rest("GET", "/users/pg", Value::Null).await.ok();
        let listed = listed.as_array().unwrap().clone();
        let types: Vec<_> = listed.iter().map(|row| row["type"].as_str().unwrap()).collect();
        assert_eq!(types, ["payment", "payment", "payment", "payment", "certification"]);
        let (kicc, danal) = (listed[0]["channel_key"].clone(), listed[4]["channel_key"].clone());
        assert_eq!(
            (&listed[4]["pg_provider"], &listed[4]["sandbox"]),
            (&json!("danal"), &json!(true))
        );
        let order = |more: Value| {
            super::with(json!({"merchant_uid": "m1", "amount": 1004, "name": "주문"}), more)
        };
        // A payment that names the verification's channel goes to the default PG, and the reverse.
        for more in [json!({}), json!({"pg": "danal"}), json!({"channelKey": danal})] {
            let opened = hub.open(&order(more.clone()), Device::Pc).await;
            let imp_uid = opened["imp_uid"].as_str().unwrap();
            assert_eq!(hub.payment(imp_uid).await["pg_provider"], "kicc", "{more}");
        }
        for more in [json!({"pg": "kicc"}), json!({"channelKey": kicc}), json!({"pg": "danal.X"})] {
            let param = super::with(json!({"merchant_uid": "c1"}), more);
            let rsp = certify(&hub, &param, Device::Pc, "approve").await.rsp();
            assert_eq!(rsp["pg_provider"], "danal");
        }
        let other = channel(&hub, "inicis_unified").await;
        let param = json!({"merchant_uid": "c1", "channelKey": other.channel_key});
        let rsp = certify(&hub, &param, Device::Pc, "approve").await.rsp();
        assert_eq!(rsp["pg_provider"], "inicis_unified");
    })
    .await;
}

#[tokio::test]
async fn a_channel_that_verifies_is_never_the_default() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let danal = channel(&hub, "danal").await;
        let (engine, id) = (hub.engine(), hub.shop.id);
        assert_eq!(default_pg(&hub).await, "kicc");
        assert!(engine::channels::set_default(engine, id, "test", danal.id).await.is_err());
        for _ in 0..3 {
            let all = engine::channels::list(engine, id).await.unwrap();
            let row = all.into_iter().find(|channel| channel.is_default).unwrap().row;
            engine::channels::delete(engine, id, "test", row.id).await.unwrap();
        }
        assert_eq!(default_pg(&hub).await, "nice");
        let all = engine::channels::list(engine, id).await.unwrap();
        let nice = all.into_iter().find(|channel| channel.row.is_payment()).unwrap().row;
        engine::channels::delete(engine, id, "test", nice.id).await.unwrap();
        let order = json!({"merchant_uid": "m1", "amount": 1004, "name": "주문"});
        let refused = hub.open(&order, Device::Pc).await;
        assert_eq!(refused["rsp"]["error_msg"], "등록된 PG 설정 정보가 없습니다.");
        let opened = open(&hub, &json!({"merchant_uid": "c1"}), Device::Pc).await;
        assert_eq!(opened["ok"], true);
    })
    .await;
}

#[tokio::test]
async fn certifiers_are_for_test_mode_only() {
    on_both(async |test| {
        let hub = TestHub::new(test).await;
        let fields = [("mid", "REAL"), ("password", "secret")];
        let live = AddChannel {
            pg: "danal".to_owned(),
            name: String::new(),
            mode: engine::Mode::Live,
            fields: fields.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
        };
        let added = engine::channels::add_certification(hub.engine(), hub.shop.id, "test", live);
        assert!(
            matches!(added.await, Err(engine::Error::Invalid { field, .. }) if field == "mode")
        );
        let unknown = AddChannel {
            pg: "kicc".to_owned(),
            name: String::new(),
            mode: engine::Mode::Test,
            fields: BTreeMap::new(),
        };
        let added = engine::channels::add_certification(hub.engine(), hub.shop.id, "test", unknown);
        assert!(matches!(added.await, Err(engine::Error::Invalid { field, .. }) if field == "pg"));
    })
    .await;
}

#[tokio::test]
async fn a_number_is_a_payments_or_a_verifications() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = requested(&hub, json!({})).await;
        let all = engine::channels::list(hub.engine(), hub.shop.id).await.unwrap();
        let channel = &all[0].row;
        let amount = Money::new(10, Currency::Krw).unwrap();
        let row = PaymentRow::new(
            &imp_uid,
            hub.shop.id.0,
            "m1",
            (channel.id, &channel.pg, &channel.mid, &channel.mode),
            Payment::new(amount),
            0,
        );
        let mut batch = Batch::new();
        store::payments::insert(&mut batch, &row);
        let taken = hub.engine().db.commit(batch).await;
        assert!(matches!(taken, Err(CommitError::Expectation("imp_uid taken"))), "{taken:?}");
        let order = json!({"merchant_uid": "m1", "amount": 1004, "name": "주문"});
        let paid = hub.open(&order, Device::Pc).await["imp_uid"].as_str().unwrap().to_owned();
        let known = store::certifications::find(&hub.engine().db, hub.shop.id, &imp_uid).await;
        let mut other = known.unwrap().unwrap();
        other.imp_uid.clone_from(&paid);
        let mut batch = Batch::new();
        store::certifications::insert(&mut batch, &other);
        let taken = hub.engine().db.commit(batch).await;
        assert!(matches!(taken, Err(CommitError::Expectation("imp_uid taken"))), "{taken:?}");
        assert_eq!(get(&hub, &paid).await.refusal().0, 404);
        assert_eq!(hub.rest("GET", &format!("/payments/{imp_uid}"), Value::Null).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn another_merchant_knows_nothing_of_it() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = requested(&hub, json!({})).await;
        let stranger = hub.base.merchant("other@shop.test").await;
        let key = json!({
            "imp_key": stranger.key.imp_key, "imp_secret": stranger.key.imp_secret.expose(),
        });
        let token = hub.call("POST", "/users/getToken", "", &key).await.ok();
        let token = token["access_token"].as_str().unwrap();
        let one = format!("/certifications/{imp_uid}");
        let confirmed = format!("/certifications/otp/confirm/{imp_uid}");
        for (method, path) in [("GET", &one), ("DELETE", &one), ("POST", &confirmed)] {
            let reply = hub.call(method, path, token, &json!({"otp": "000000"})).await;
            let text = "인증결과가 존재하지 않습니다.".to_owned();
            assert_eq!(reply.refusal(), (404, -1, text), "{method} {path}");
        }
        confirm(&hub, &imp_uid, "000000").await.ok();
    })
    .await;
}
