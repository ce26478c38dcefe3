//! `POST /users/getToken`, and where a token may stand.

use crate::hub::{FORM, Hub, JSON};
use serde_json::json;
use testkit::dbs::on_both;

const MISSING: &str = "imp_key, imp_secret 파라메터가 누락되었습니다.";
const WRONG: &str = "인증에 실패하였습니다. API키와 secret을 확인하세요.";

#[tokio::test]
async fn every_body_clients_send_gets_the_same_token() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let (key, secret) = (&hub.shop.key.imp_key, hub.shop.key.imp_secret.expose());
        let json = json!({ "imp_key": key, "imp_secret": secret }).to_string();
        let number = format!("{{\"imp_key\":{key},\"imp_secret\":\"{secret}\"}}");
        let form = format!("imp_key={key}&imp_secret={secret}");
        let go = format!("imp_key={key}& imp_secret={secret}");
        for (kind, body) in [
            (JSON, &json),
            ("", &json),
            ("text/plain;charset=UTF-8", &json),
            (FORM, &json),
            (FORM, &form),
            ("", &form),
            (FORM, &go),
            (JSON, &number),
        ] {
            // A key that starts with 0 is no JSON number.
            if body == &number && key.starts_with('0') {
                continue;
            }
            let answer = hub.send("POST", "/users/getToken", &[], kind, body.as_bytes()).await;
            let token = answer.response();
            assert_eq!(token["access_token"], hub.token.as_str(), "{kind} {body}");
            assert_eq!(token["now"], 1_700_000_000);
            assert_eq!(token["expired_at"], 1_700_001_800);
        }
    })
    .await;
}

#[tokio::test]
async fn missing_and_wrong_credentials() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let key = &hub.shop.key.imp_key;
        for body in ["{}", "{\"imp_key\":\"x\"}", "{\"imp_key\":\"\",\"imp_secret\":\"\"}", ""] {
            let answer = hub.send("POST", "/users/getToken", &[], JSON, body.as_bytes()).await;
            answer.refuses(400, -1, MISSING);
        }
        for body in [format!("imp_key={key}&imp_secret=x"), "imp_key=x&imp_secret=y".to_owned()] {
            let answer = hub.send("POST", "/users/getToken", &[], FORM, body.as_bytes()).await;
            answer.refuses(401, -1, WRONG);
        }
    })
    .await;
}

#[tokio::test]
async fn a_token_is_taken_wherever_clients_put_it() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        let token = hub.token.clone();
        let forms = [
            ("authorization", token.clone()),
            ("authorization", format!("Bearer {token}")),
            ("authorization", format!("bearer   {token}")),
            ("authorization", format!("Basic {token}")),
            ("x-imptokenheader", token.clone()),
        ];
        for (name, value) in &forms {
            let answer = hub.send("GET", "/cards", &[(*name, value.as_bytes())], "", b"").await;
            answer.response();
        }
        let query = format!("/cards?_token={token}");
        hub.send("GET", &query, &[], "", b"").await.response();
    })
    .await;
}

#[tokio::test]
async fn without_a_live_token_nothing_is_told() {
    on_both(async |db| {
        let hub = Hub::new(db).await;
        hub.paid("imp_1", "order", 0).await;
        let get = async |headers: &[(&str, &[u8])]| {
            hub.send("GET", "/payments/imp_1", headers, "", b"").await
        };
        let token = hub.token.as_bytes();
        get(&[]).await.refuses(401, -1, "Unauthorized");
        get(&[("authorization", b"")]).await.refuses(401, -1, "Unauthorized");
        get(&[("authorization", b"Bearer")]).await.refuses(401, -1, "Unauthorized");
        get(&[("authorization", b"\xff\xfe")]).await.refuses(401, -1, "Unauthorized");
        get(&[("authorization", &[b'a'; 5_000])]).await.refuses(401, -1, "Unauthorized");
        let tier = [("authorization", token), ("tier", b"ABC".as_slice())];
        get(&tier).await.refuses(401, -1, "Unauthorized");
        get(&[("authorization", token)]).await.response();
        hub.test.clock.advance(1_800);
        get(&[("authorization", token)]).await.refuses(401, -1, "Unauthorized");
    })
    .await;
}
