//! Whom it was about: erased on request, and never readable where it is kept.

use super::{certify, confirm, get, hub, request, requested};
use axum::body::Body;
use axum::http::Request;
use pg::Device;
use serde_json::{Value, json};
use std::path::Path;
use store::{Db, Kind, args};
use testkit::dbs::on_both;
use testkit::hub::TestHub;

const NAME: &str = "황보가나다";
const PHONE: &str = "01098765432";

#[tokio::test]
async fn an_erased_verification_is_shown_once_more_and_gone() {
    on_both(async |test| {
        let hub = hub(test).await;
        let imp_uid = requested(&hub, json!({"name": NAME})).await;
        confirm(&hub, &imp_uid, "000000").await.ok();
        let before = get(&hub, &imp_uid).await.ok();
        let path = format!("/certifications/{imp_uid}");
        assert_eq!(hub.rest("DELETE", &path, Value::Null).await.ok(), before);
        let gone = (404, -1, "인증결과가 존재하지 않습니다.".to_owned());
        assert_eq!(get(&hub, &imp_uid).await.refusal(), gone);
        assert_eq!(hub.rest("DELETE", &path, Value::Null).await.refusal(), gone);
        assert_eq!(confirm(&hub, &imp_uid, "000000").await.refusal(), gone);
        let sql = "select * from certifications where imp_uid = $1";
        let row = hub.engine().db.row(sql, &args![&imp_uid]).await.unwrap().unwrap();
        assert_eq!((row.str("person").unwrap(), row.str("asked").unwrap()), ("", ""));
        assert_eq!(row.opt_str("page_url").unwrap(), None);
        // A window that is erased while it is open leads nowhere.
        let opened = super::open(&hub, &json!({"merchant_uid": "c1"}), Device::Pc).await;
        let imp_uid = opened["imp_uid"].as_str().unwrap();
        let path = format!("/certifications/{imp_uid}");
        assert_eq!(hub.rest("DELETE", &path, Value::Null).await.ok()["certified"], false);
        let step = testkit::hub::into(&opened);
        assert_eq!(hub.browser(Device::Pc).go(&step).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_kept_answer_holds_nobody() {
    on_both(async |test| {
        let hub = hub(test).await;
        let keyed = async |method: &str, path: &str, key: &str, body: Value| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("authorization", hub.token().await)
                .header("idempotency-key", key)
                .header("content-type", "application/json")
                .body(Body::from(body.to_string()))
                .unwrap();
            let answer = hub.request(request).await;
            let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
            serde_json::from_slice::<Value>(&bytes).unwrap()
        };
        let body = super::with(super::somebody(), json!({"name": NAME, "phone": PHONE}));
        let sent = keyed("POST", "/certifications/otp/request", "k1", body.clone()).await;
        assert_eq!(keyed("POST", "/certifications/otp/request/", "k1", body).await, sent);
        let imp_uid = sent["response"]["imp_uid"].as_str().unwrap();
        let path = format!("/certifications/otp/confirm/{imp_uid}/");
        let confirmed = keyed("POST", &path, "k2", json!({"otp": "000000"})).await;
        assert_eq!(confirmed["response"]["name"], NAME);
        keyed("DELETE", &format!("/certifications/{imp_uid}"), "k3", json!({})).await;
        let again = keyed("DELETE", &format!("/certifications/{imp_uid}"), "k3", json!({})).await;
        assert_eq!(again["response"], Value::Null, "nothing is repeated");
        let db = &hub.engine().db;
        let kept = db.rows("select body from idempotency", &args![]).await.unwrap();
        assert_eq!(kept.len(), 1, "the number of the request");
        assert!(!kept[0].str("body").unwrap().contains(NAME));
    })
    .await;
}

#[tokio::test]
async fn phone_and_carrier_can_be_left_out() {
    on_both(async |test| {
        let hub = TestHub::with(test, |parts| parts.settings.hide_certified_phone = true).await;
        super::channel(&hub, "danal").await;
        let imp_uid = requested(&hub, json!({})).await;
        let confirmed = confirm(&hub, &imp_uid, "000000").await.ok();
        let shown = get(&hub, &imp_uid).await.ok();
        for row in [&confirmed, &shown] {
            let keys = row.as_object().unwrap();
            assert!(!keys.contains_key("phone") && !keys.contains_key("carrier"));
            assert_eq!(keys.len(), 15);
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_can_be_read_in_the_database() {
    on_both(async |test| {
        let (url, kind) = (test.url.clone(), test.kind);
        let hub = hub(test).await;
        let said = json!({"name": NAME, "phone": PHONE});
        let imp_uid = requested(&hub, said.clone()).await;
        confirm(&hub, &imp_uid, "999999").await.refusal();
        let person = confirm(&hub, &imp_uid, "000000").await.ok();
        assert_eq!(person["name"], NAME);
        request(&hub, json!({"name": NAME, "phone": "01098760000"})).await.refusal();
        let param = super::with(json!({"merchant_uid": "c1"}), said);
        for press in ["approve", "decline", "cancel"] {
            certify(&hub, &param, Device::Pc, press).await.rsp();
        }
        // One that is still open, with what the page said.
        super::open(&hub, &param, Device::Pc).await;
        let key = |name: &str| person[name].as_str().unwrap().to_owned();
        let mut secrets = vec![NAME.to_owned(), PHONE.to_owned(), "010-9876-5432".to_owned()];
        secrets.extend([key("unique_key"), key("unique_in_site"), key("birthday")]);
        secrets.extend(["19900101", "900101", "01098760000"].map(str::to_owned));
        match kind {
            Kind::Sqlite => files(url.strip_prefix("sqlite:").unwrap(), &imp_uid, &secrets),
            Kind::Postgres => columns(&hub.engine().db, &secrets).await,
        }
        let exchanges = hub.engine().db.rows("select request from exchanges", &args![]).await;
        assert!(!exchanges.unwrap().is_empty(), "what was said to the PG is kept, without people");
    })
    .await;
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The database's files, its journal among them, as bytes.
fn files(path: &str, imp_uid: &str, secrets: &[String]) {
    let path = Path::new(path);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let mut seen = false;
    for entry in std::fs::read_dir(path.parent().unwrap()).unwrap() {
        let file = entry.unwrap();
        if file.file_name().to_string_lossy().starts_with(&name) {
            let bytes = std::fs::read(file.path()).unwrap();
            for secret in secrets {
                assert!(!has(&bytes, secret), "{secret} in {}", file.path().display());
            }
            seen |= has(&bytes, imp_uid);
        }
    }
    assert!(seen, "the verification itself is there");
}

/// Every column that can hold a text.
async fn columns(db: &Db, secrets: &[String]) {
    let sql = "select cast(table_name as text) as t, cast(column_name as text) as c \
               from information_schema.columns where table_schema = 'public' \
               and data_type in ('text', 'character varying', 'json', 'jsonb')";
    let columns = db.rows(sql, &args![]).await.unwrap();
    assert!(columns.len() > 50, "{}", columns.len());
    for column in columns {
        let (table, name) = (column.str("t").unwrap(), column.str("c").unwrap());
        for secret in secrets {
            let sql = format!("select count(*) as n from {table} where {name} like $1");
            let rows = db.rows(&sql, &args![format!("%{secret}%")]).await.unwrap();
            assert_eq!(rows[0].int("n").unwrap(), 0, "{secret} in {table}.{name}");
        }
    }
}
