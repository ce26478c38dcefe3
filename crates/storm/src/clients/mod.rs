//! Who uses the hub in a storm. Each client is a task with chance of its own; whatever it does next
//! waits for the scheduler, and may meet a process that dies over it.

mod bank;
mod cancel;
mod card;
mod plan;
mod window;

use crate::draw::Draw;
use crate::promise::Known;
use crate::wires::{Roads, visit};
use crate::world::{Point, World, lock};
use axum::body::Body;
use axum::http::{Request, header};
use pg::Device;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use testkit::browser::Browser;
use testkit::hub::{HUB, SANDBOX};

/// One client.
pub(crate) struct Client {
    pub(crate) world: Arc<World>,
    pub(crate) draw: Draw,
    token: String,
}

/// What became of a REST call.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) status: u16,
    pub(crate) code: i64,
    pub(crate) response: Value,
}

impl Told {
    /// The response of a success.
    pub(crate) fn good(&self) -> Option<&Value> {
        (self.status == 200 && self.code == 0).then_some(&self.response)
    }
}

/// Starts a client of a kind drawn from the seed; gives its name.
pub(crate) fn start(world: &Arc<World>, seed: u64) -> &'static str {
    let mut draw = Draw::new(seed);
    let kind = draw.below(100);
    let client = Client { world: world.clone(), draw, token: String::new() };
    world.clients.fetch_add(1, Ordering::SeqCst);
    let name = match kind {
        0..46 => "window",
        46..70 => "cancel",
        70..80 => "bank",
        80..90 => "card",
        90..96 => "plan",
        _ => "look",
    };
    tokio::spawn(async move {
        let leaving = Leaving(client.world.clone());
        match name {
            "window" => window::pay(client).await,
            "cancel" => cancel::cancel(client).await,
            "bank" => bank::go(client).await,
            "card" => card::charge(client).await,
            "plan" => plan::plan(client).await,
            _ => look(client).await,
        }
        leaving.gone();
    });
    name
}

/// Counts a client out; one that panicked is something that broke.
struct Leaving(Arc<World>);

impl Leaving {
    fn gone(self) {
        self.0.clients.fetch_sub(1, Ordering::SeqCst);
        std::mem::forget(self);
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.clients.fetch_sub(1, Ordering::SeqCst);
            self.0.broke("a client panicked: it was shown what no client should be");
        }
    }
}

impl Client {
    pub(crate) fn browser(&mut self, device: Device) -> Browser {
        let draw = Mutex::new(Draw::new(self.draw.next()));
        let roads = Roads { world: self.world.clone(), draw };
        Browser::new(Arc::new(roads), HUB, SANDBOX, device)
    }

    /// A REST call at any replica; `None` if nothing usable came back.
    pub(crate) async fn rest(&mut self, method: &str, path: &str, body: &Value) -> Option<Told> {
        self.rest_keyed(method, path, body, None).await
    }

    /// As [`Client::rest`], with an `Idempotency-Key`.
    pub(crate) async fn rest_keyed(
        &mut self,
        method: &str,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> Option<Told> {
        for _ in 0..2 {
            if self.token.is_empty() {
                self.get_token().await?;
            }
            let told = self.call(method, path, body, key).await?;
            if told.status != 401 {
                return (told.status < 500).then_some(told);
            }
            self.token.clear();
        }
        None
    }

    async fn get_token(&mut self) -> Option<()> {
        let shop = self.world.shop();
        let body = json!({"imp_key": shop.imp_key, "imp_secret": shop.imp_secret});
        let told = self.call("POST", "/users/getToken", &body, None).await?;
        self.token = told.good()?["access_token"].as_str()?.to_owned();
        Some(())
    }

    async fn call(
        &mut self,
        method: &str,
        path: &str,
        body: &Value,
        key: Option<&str>,
    ) -> Option<Told> {
        self.world.pass(Point::Client, format!("{method} {path}"), None).await;
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, &self.token);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let bytes = if body.is_null() { String::new() } else { body.to_string() };
        if !bytes.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(Body::from(bytes)).ok()?;
        let replica = self.draw.below(self.world.replicas());
        let (status, _, bytes) = visit(&self.world, replica, request).await?;
        let envelope: Value = match serde_json::from_slice(&bytes) {
            Ok(envelope) => envelope,
            Err(error) => {
                self.world.broke(format!("{method} {path}: {status}, no envelope: {error}"));
                return None;
            }
        };
        Some(Told {
            status,
            code: envelope["code"].as_i64().unwrap_or(i64::MIN),
            response: envelope["response"].clone(),
        })
    }

    /// A new order number.
    pub(crate) fn order(&self) -> String {
        let mut promises = lock(&self.world.promises);
        promises.orders += 1;
        format!("order-{}", promises.orders)
    }

    /// A payment somebody made, mostly one of the last.
    pub(crate) fn known(&mut self, fits: impl Fn(&Known) -> bool) -> Option<Known> {
        let promises = lock(&self.world.promises);
        let all: Vec<&Known> = promises.known.iter().filter(|known| fits(known)).collect();
        if all.is_empty() {
            return None;
        }
        let first = if self.draw.chance(800) { all.len().saturating_sub(8) } else { 0 };
        Some(all[first + self.draw.below(all.len() - first)].clone())
    }

    pub(crate) fn knows(&self, known: Known) {
        lock(&self.world.promises).known.push(known);
    }
}

/// Minor units of an amount as REST shows it.
pub(crate) fn minor(amount: &Value, pg: &str) -> Option<i64> {
    let currency = if pg == "alipay" { domain::Currency::Usd } else { domain::Currency::Krw };
    domain::Money::parse(&amount.to_string(), currency).ok().map(|money| money.minor())
}

/// What a payment as REST shows it promises.
pub(crate) fn promised(world: &World, payment: &Value, pg: &str) {
    let Some(imp_uid) = payment["imp_uid"].as_str().map(str::to_owned) else { return };
    let mut promises = lock(&world.promises);
    match payment["status"].as_str() {
        Some("paid" | "cancelled") if payment["paid_at"].as_i64() > Some(0) => {
            if let Some(amount) = minor(&payment["amount"], pg) {
                promises.paid.insert(imp_uid, amount);
            }
        }
        Some("failed") => {
            let why = payment["fail_reason"].as_str().unwrap_or_default().to_owned();
            promises.failed.insert(imp_uid, why);
        }
        _ => {}
    }
}

/// The merchant's server looks a payment up.
async fn look(mut client: Client) {
    let Some(known) = client.known(|_| true) else { return };
    let path = match client.draw.below(3) {
        0 => format!("/payments/find/{}", known.merchant_uid),
        1 => format!("/payments/{}/balance", known.imp_uid),
        _ => format!("/payments/{}", known.imp_uid),
    };
    let Some(told) = client.rest("GET", &path, &Value::Null).await else { return };
    if let Some(payment) = told.good()
        && payment["imp_uid"] == known.imp_uid.as_str()
        && !path.ends_with("balance")
    {
        promised(&client.world, payment, known.pg);
    }
}
