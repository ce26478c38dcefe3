//! A hub without a socket.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use engine::merchants::Created;
use engine::{Engine, Parts};
use http_body_util::BodyExt;
use ieum_web::{App, app::Options, router};
use serde_json::Value;
use std::sync::Arc;
use testkit::dbs::TestDb;
use testkit::engine::TestEngine;
use tower::ServiceExt;

pub(crate) const JSON: &str = "application/json";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// The hub, one merchant of it, and its token.
pub(crate) struct Hub {
    pub(crate) test: TestEngine,
    pub(crate) shop: Created,
    pub(crate) token: String,
    router: Router,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The envelope; checks that it is one.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let kind = self.headers.get("content-type").unwrap();
        assert_eq!(kind, "application/json; charset=UTF-8");
        let json: Value = serde_json::from_str(&self.text).unwrap();
        let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["code", "message", "response"], "{}", self.text);
        assert!(json["code"].is_i64(), "{}", self.text);
        assert_eq!(json["message"].is_null(), json["code"] == 0, "{}", self.text);
        json
    }

    /// The response of a success.
    #[track_caller]
    pub(crate) fn response(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let json = self.json();
        assert_eq!(json["code"], 0, "{}", self.text);
        json["response"].clone()
    }

    /// Asserts HTTP status, code and message of a refusal, whose response is null.
    #[track_caller]
    pub(crate) fn refuses(&self, status: u16, code: i64, message: &str) {
        let json = self.json();
        let got = (self.status.as_u16(), json["code"].as_i64().unwrap(), json["message"].as_str());
        assert_eq!(got, (status, code, Some(message)));
        assert!(json["response"].is_null(), "{}", self.text);
    }
}

impl Hub {
    pub(crate) async fn new(test: TestDb) -> Self {
        Self::with(test, |_| {}).await
    }

    /// A hub whose parts are changed before it is put together.
    pub(crate) async fn with(test: TestDb, change: impl FnOnce(&mut Parts)) -> Self {
        let test = TestEngine::with(test, change);
        let shop = test.merchant("owner").await;
        let options = Arc::new(Options::default());
        let router = router(App { engine: test.engine.clone(), options });
        let mut hub = Self { test, shop, token: String::new(), router };
        hub.token = hub.token_of(&hub.shop).await;
        hub
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.test.engine
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) async fn token_of(&self, shop: &Created) -> String {
        let (key, secret) = (&shop.key.imp_key, shop.key.imp_secret.expose());
        let body = format!("imp_key={key}&imp_secret={secret}");
        let answer = self.send("POST", "/users/getToken", &[], FORM, body.as_bytes()).await;
        answer.response()["access_token"].as_str().unwrap().to_owned()
    }

    /// Any request at all.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &[u8])],
        kind: &str,
        body: &[u8],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !kind.is_empty() {
            request = request.header("content-type", kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[("authorization", self.token.as_bytes())], "", b"").await
    }

    /// As the merchant, with a JSON body.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        let token = [("authorization", self.token.as_bytes())];
        self.send(method, path, &token, JSON, body.to_string().as_bytes()).await
    }

    /// As the merchant, with a form.
    pub(crate) async fn form(&self, method: &str, path: &str, body: &str) -> Answer {
        let token = [("authorization", self.token.as_bytes())];
        self.send(method, path, &token, FORM, body.as_bytes()).await
    }
}
