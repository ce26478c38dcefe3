//! The merchant's server: calls the REST API and knows an answer from none.

use crate::hub::Shop;
use crate::pgs;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// An answer of the REST API.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The envelope's code; -1000 where there is no envelope.
    pub(crate) code: i64,
    pub(crate) message: String,
    pub(crate) response: Value,
}

impl Reply {
    /// The response of what was done.
    pub(crate) fn done(&self) -> Option<&Value> {
        (self.status == 200 && self.code == 0).then_some(&self.response)
    }

    pub(crate) fn text(&self, key: &str) -> String {
        self.response[key].as_str().unwrap_or_default().to_owned()
    }
}

/// Calls one hub or several replicas.
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    /// The hub's origin, or that of what stands before its replicas.
    pub(crate) url: String,
    shop: Shop,
    token: Mutex<String>,
    /// Requests that were refused because the hub could not write.
    refused: AtomicU64,
    /// Somebody answers.
    up: watch::Receiver<bool>,
}

impl Client {
    pub(crate) fn new(url: String, shop: Shop, up: watch::Receiver<bool>) -> Self {
        Self { http: pgs::client(), url, shop, token: Mutex::default(), refused: 0.into(), up }
    }

    pub(crate) fn user_code(&self) -> &str {
        &self.shop.user_code
    }

    /// How many requests were refused for want of a database.
    pub(crate) fn unavailable(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// Waits until somebody answers.
    pub(crate) async fn up(&self) {
        self.up.clone().wait_for(|up| *up).await.unwrap();
    }

    /// Asks once, with a token. Nothing if the hub died meanwhile.
    pub(crate) async fn ask(&self, ask: &Ask) -> Option<Reply> {
        for _ in 0..3 {
            let token = self.token().await?;
            let reply = self.call(ask, &token).await?;
            if reply.status != 401 {
                return Some(reply);
            }
            self.keep(String::new());
        }
        None
    }

    /// Asks until there is an answer: for what may be asked twice.
    pub(crate) async fn insist(&self, ask: &Ask) -> Reply {
        loop {
            if let Some(reply) = self.ask(ask).await.filter(|reply| reply.status != 503) {
                return reply;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn keep(&self, token: String) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }

    async fn token(&self) -> Option<String> {
        let known = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if !known.is_empty() {
            return Some(known);
        }
        let body = json!({"imp_key": self.shop.imp_key, "imp_secret": self.shop.imp_secret});
        let reply = self.call(&Ask::post("/users/getToken", body), "").await?;
        let token = reply.text("access_token");
        self.keep(token.clone());
        (!token.is_empty()).then_some(token)
    }

    async fn call(&self, ask: &Ask, token: &str) -> Option<Reply> {
        self.up().await;
        let url = format!("{}{}", self.url, ask.path);
        let mut call = self.http.request(ask.method.parse().unwrap(), url);
        call = call.header("content-type", "application/json");
        if !token.is_empty() {
            call = call.header("authorization", token);
        }
        if let Some(key) = &ask.key {
            call = call.header("idempotency-key", key);
        }
        if !ask.body.is_null() {
            call = call.body(ask.body.to_string());
        }
        let answer = call.send().await.ok()?;
        let status = answer.status().as_u16();
        self.refused.fetch_add(u64::from(status >= 500), Ordering::Relaxed);
        let text = answer.text().await.ok()?;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let message = match &body["message"] {
            Value::String(message) => message.clone(),
            Value::Null if body.is_null() => text.chars().take(200).collect(),
            _ => String::new(),
        };
        let code = body["code"].as_i64().unwrap_or(-1_000);
        Some(Reply { status, code, message, response: body["response"].clone() })
    }
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) body: Value,
    /// `Idempotency-Key`.
    pub(crate) key: Option<String>,
}

impl Ask {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self { method: "GET", path: path.into(), body: Value::Null, key: None }
    }

    pub(crate) fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: "POST", path: path.into(), body, key: None }
    }
}
