//! The merchant's side: its account at the hub, its server that calls the REST API, and what its
//! webhook receiver got.
#![expect(clippy::unwrap_used, reason = "what cannot be done fails the test")]

use crate::hub::TestHub;
use crate::wires::local;
use axum::body::Body;
use axum::http::{Request, header};
use domain::MerchantId;
use engine::channels::AddChannel;
use engine::merchants::Created;
use engine::{Destination, Mode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tower::ServiceExt as _;

/// Where the merchant's server takes webhooks unless a payment names another place.
pub const WEBHOOK: &str = "https://shop.test/webhook";

/// A merchant with a test channel of every PG, KICC first and so the default.
#[derive(Clone, Debug)]
pub struct Shop {
    /// Its row.
    pub id: MerchantId,
    /// For `IMP.init`.
    pub user_code: String,
    /// REST API key.
    pub imp_key: String,
    /// REST API secret.
    pub imp_secret: String,
}

/// An answer of the REST API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The envelope's code.
    pub code: i64,
    /// The envelope's message, empty for null.
    pub message: String,
    /// The envelope's response.
    pub response: Value,
}

impl Reply {
    /// The response of a success.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert_eq!((self.status, self.code), (200, 0), "refused: {}", self.message);
        assert_eq!(self.message, "", "a success says nothing");
        self.response
    }

    /// A refusal: HTTP status, code and text.
    ///
    /// # Panics
    /// When it is a success.
    #[track_caller]
    pub fn refusal(self) -> (u16, i64, String) {
        assert_ne!(self.code, 0, "not refused: {}", self.response);
        assert_eq!(self.response, Value::Null);
        (self.status, self.code, self.message)
    }
}

/// A webhook as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// Where.
    pub url: String,
    /// As what.
    pub content_type: String,
    /// The body.
    pub body: String,
}

impl Hook {
    /// The body of a JSON webhook.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Makes a merchant ready to sell.
///
/// # Panics
/// When a channel cannot be added.
pub async fn open_shop(engine: &engine::Engine, created: &Created) -> Shop {
    let id = MerchantId(created.merchant.id);
    for pg in ["kicc", "alipay", "html5_inicis", "nice"] {
        let channel = AddChannel {
            pg: pg.to_owned(),
            name: String::new(),
            mode: Mode::Test,
            fields: BTreeMap::new(),
        };
        engine::channels::add(engine, id, "test", channel).await.unwrap();
    }
    engine::merchants::set_webhook(engine, id, "test", WEBHOOK, "json").await.unwrap();
    Shop {
        id,
        user_code: created.merchant.user_code.clone(),
        imp_key: created.key.imp_key.clone(),
        imp_secret: created.key.imp_secret.expose().clone(),
    }
}

/// A REST call at any process of the hub; headers without a value are left out.
///
/// # Panics
/// When the answer is no envelope.
pub(crate) async fn call(
    router: axum::Router,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
        request = request.header(*name, *value);
    }
    let bytes = if body.is_null() { String::new() } else { body.to_string() };
    if !bytes.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let request = local(request.body(Body::from(bytes)).unwrap());
    let answer = router.oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let envelope: Value = serde_json::from_str(&text)
        .unwrap_or_else(|why| panic!("{method} {path}: {status} {text:?}: {why}"));
    Reply {
        status,
        code: envelope["code"].as_i64().unwrap(),
        message: envelope["message"].as_str().unwrap_or_default().to_owned(),
        response: envelope["response"].clone(),
    }
}

impl TestHub {
    /// A fresh or living token, as a client asks before every call.
    ///
    /// # Panics
    /// When there is none.
    pub async fn token(&self) -> String {
        let key = json!({"imp_key": self.shop.imp_key, "imp_secret": self.shop.imp_secret});
        let reply = self.call("POST", "/users/getToken", "", &key).await;
        reply.ok()["access_token"].as_str().unwrap().to_owned()
    }

    /// A REST call with a token. A null body is none.
    ///
    /// # Panics
    /// When the answer is no envelope.
    pub async fn rest(&self, method: &str, path: &str, body: Value) -> Reply {
        let token = self.token().await;
        self.call(method, path, &token, &body).await
    }

    /// A REST call; an empty token is none.
    ///
    /// # Panics
    /// When the answer is no envelope.
    pub async fn call(&self, method: &str, path: &str, token: &str, body: &Value) -> Reply {
        call(self.router(), method, path, &[(header::AUTHORIZATION.as_str(), token)], body).await
    }

    /// Any request to the hub, from this machine.
    ///
    /// # Panics
    /// Never: the router answers everything.
    pub async fn request(&self, request: Request<Body>) -> axum::response::Response {
        self.router().oneshot(local(request)).await.unwrap()
    }

    /// The payment as the REST API shows it.
    ///
    /// # Panics
    /// When there is none.
    pub async fn payment(&self, imp_uid: &str) -> Value {
        self.rest("GET", &format!("/payments/{imp_uid}"), Value::Null).await.ok()
    }

    /// The newest attempt of an order.
    ///
    /// # Panics
    /// When there is none.
    pub async fn order(&self, merchant_uid: &str) -> Value {
        let mut url = url::Url::parse("http://hub.test/payments/find").unwrap();
        url.path_segments_mut().unwrap().push(merchant_uid);
        self.rest("GET", url.path(), Value::Null).await.ok()
    }

    /// Cancels with these parameters.
    pub async fn cancel(&self, body: Value) -> Reply {
        self.rest("POST", "/payments/cancel", body).await
    }

    /// A customer pays into the account.
    pub async fn deposit(&self, imp_uid: &str, body: Value) -> Reply {
        self.rest("POST", &format!("/sandbox/payments/{imp_uid}/deposit"), body).await
    }

    /// Every webhook that was sent, in order.
    pub fn webhooks(&self) -> Vec<Hook> {
        let sent = self.outbound().sent().into_iter();
        let hooks = sent.filter(|sent| matches!(sent.destination, Destination::Webhook { .. }));
        let hooks = hooks.map(|sent| Hook {
            url: sent.request.url.clone(),
            content_type: sent.request.headers[0].1.clone(),
            body: sent.text(),
        });
        hooks.collect()
    }

    /// The `status` words told about a payment, in order.
    pub fn told(&self, imp_uid: &str) -> Vec<String> {
        let hooks = self.webhooks().into_iter().map(|hook| hook.json());
        let mine = hooks.filter(|body| body["imp_uid"] == imp_uid);
        mine.map(|body| body["status"].as_str().unwrap_or_default().to_owned()).collect()
    }
}
