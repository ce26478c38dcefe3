//! The demo shop: a small merchant. Its pages are what a merchant would copy from a PG guide, its
//! server verifies each payment by REST before it believes it.

mod pages;
mod rest;
mod verify;

use crate::outbound::HttpOutbound;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// What the shop knows of its hub.
#[derive(Clone)]
pub(crate) struct Shop(Arc<Inner>);

pub(crate) struct Inner {
    /// The hub's origin, as browsers and this server reach it.
    pub(crate) hub: String,
    /// This shop's own origin.
    pub(crate) origin: String,
    /// `IMP.init` takes this.
    pub(crate) user_code: String,
    pub(crate) imp_key: String,
    pub(crate) imp_secret: String,
    pub(crate) client: HttpOutbound,
    webhooks: Mutex<VecDeque<Value>>,
}

/// How many webhooks the shop remembers.
const REMEMBERED: usize = 200;

impl Shop {
    pub(crate) fn new(
        hub: &str,
        origin: &str,
        user_code: &str,
        imp_key: &str,
        imp_secret: &str,
    ) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Inner {
            hub: hub.to_owned(),
            origin: origin.to_owned(),
            user_code: user_code.to_owned(),
            imp_key: imp_key.to_owned(),
            imp_secret: imp_secret.to_owned(),
            client: HttpOutbound::new(true)?,
            webhooks: Mutex::default(),
        })))
    }

    /// Every page and call of the shop.
    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/", get(pages::index))
            .route("/kicc", get(pages::kicc))
            .route("/mobile", get(pages::mobile))
            .route("/alipay", get(pages::alipay))
            .route("/jquery.js", get(jquery))
            .route("/payments/complete", get(complete_page).post(complete))
            .route("/payments/complete/mobile", get(complete_page))
            .route("/webhook", post(webhook))
            .route("/webhooks", get(webhooks))
            .with_state(self.clone())
    }
}

async fn jquery() -> Response {
    let script = include_str!("../../assets/jquery-3.7.1.min.js");
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], script).into_response()
}

#[derive(Deserialize)]
struct Completed {
    #[serde(default)]
    imp_uid: String,
}

/// The page posts the `imp_uid` it got in its callback.
async fn complete(State(shop): State<Shop>, Form(sent): Form<Completed>) -> Response {
    match verify::verify(&shop.0, &sent.imp_uid).await {
        Ok(verdict) => {
            let body = json!({
                "everythings_fine": verdict.outcome == verify::Outcome::Paid,
                "outcome": verdict.outcome.as_str(),
                "payment": verdict.payment,
            });
            ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
        }
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// The browser comes back with `imp_uid` in the query.
async fn complete_page(State(shop): State<Shop>, Query(sent): Query<Completed>) -> Response {
    match verify::verify(&shop.0, &sent.imp_uid).await {
        Ok(verdict) => Html(pages::result(&verdict)).into_response(),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

/// The hub tells of a payment. It may come twice and before the browser: it is only remembered, and
/// the payment is read by REST where it matters.
async fn webhook(State(shop): State<Shop>, body: String) -> &'static str {
    let read = serde_json::from_str(&body).unwrap_or(Value::String(body));
    let mut known = shop.0.webhooks.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() == REMEMBERED {
        known.pop_front();
    }
    known.push_back(read);
    "OK"
}

async fn webhooks(State(shop): State<Shop>) -> Response {
    let known = shop.0.webhooks.lock().unwrap_or_else(PoisonError::into_inner);
    let list: Vec<Value> = known.iter().cloned().collect();
    let body = Value::from(list).to_string();
    ([(header::CONTENT_TYPE, "application/json")], body).into_response()
}
