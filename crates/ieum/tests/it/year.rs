//! A year of monthly charges, the program killed three times meanwhile: between two runs, while the
//! PG has the money and the hub has not written it down, and while a receiver has a webhook the hub
//! does not know to be taken. In the end every month is charged once and told.

use crate::program::{Demo, Home, on_both, until};
use axum::extract::State;
use pg::Device;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use testkit::hub::into;

/// The hub waits long for its PGs: what is booked is seen before it gives up.
const SLOW: u32 = 7_000;
/// It settles soon.
const FAST: u32 = 1_000;
const DAY: i64 = 86_400;
const AMOUNT: i64 = 9_900;

/// The merchant's server: it outlives the hub.
#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<Mail>>);

#[derive(Default)]
struct Mail {
    bodies: Vec<Value>,
    /// From now on nothing is answered.
    silent: bool,
}

impl Receiver {
    async fn listen(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let take = axum::routing::post(take);
        let app = axum::Router::new().route("/hook", take).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        url
    }

    fn mail<T>(&self, read: impl FnOnce(&mut Mail) -> T) -> T {
        read(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How often each payment was told, with which word.
    fn told(&self) -> BTreeMap<(String, String), usize> {
        let mut told = BTreeMap::new();
        for body in self.mail(|mail| mail.bodies.clone()) {
            let text = |key: &str| body[key].as_str().unwrap().to_owned();
            *told.entry((text("imp_uid"), text("status"))).or_default() += 1;
        }
        told
    }
}

async fn take(State(receiver): State<Receiver>, body: String) -> &'static str {
    let body = serde_json::from_str(&body).unwrap();
    let silent = receiver.mail(|mail| {
        mail.bodies.push(body);
        mail.silent
    });
    if silent {
        std::future::pending::<()>().await;
    }
    "OK"
}

async fn start(home: &Home, timeout_ms: u32) -> Demo {
    let timeout = timeout_ms.to_string();
    Demo::start_with(home, timeout_ms, 8, &["--webhook-timeout-ms", &timeout]).await
}

fn order(month: i64) -> String {
    format!("month-{month:02}")
}

async fn plan_a_year(demo: &Demo, hook: &str) -> i64 {
    let now = now(demo).await;
    // A window of KICC issues the key: of a charge whose answer is lost KICC tells how it ended.
    let window = json!({"pg": "kicc", "pay_method": "card", "merchant_uid": "key", "amount": 0,
        "name": "정기결제 등록", "customer_uid": "c1", "buyer_name": "구매자",
        "buyer_tel": "010-1234-5678", "buyer_email": "a@shop.test"});
    let browser = demo.browser(Device::Pc);
    let opened = browser.request_pay(demo.text("imp_code"), &window).await;
    assert!(browser.walk(into(&opened), "approve").await.is_success());
    let plan = |month: i64| {
        json!({"merchant_uid": order(month), "schedule_at": now + month * 30 * DAY,
            "amount": AMOUNT, "name": "정기결제", "notice_url": hook})
    };
    let plans: Vec<Value> = (1..=12).map(plan).collect();
    let body = json!({"customer_uid": "c1", "schedules": plans});
    let planned = demo.rest("POST", "/subscribe/payments/schedule", body).await;
    assert_eq!(planned["response"].as_array().unwrap().len(), 12, "{planned}");
    now
}

/// The clock goes to so many days after the start, and what is due by then is done.
async fn until_day(demo: &Demo, start: i64, day: i64) {
    let seconds = start + day * DAY - now(demo).await;
    let moved = demo.rest("POST", "/sandbox/clock", json!({"advance_seconds": seconds})).await;
    assert_eq!(moved["code"], 0, "{moved}");
}

/// Reads; with a new token if the clock went past the end of the first one meanwhile.
async fn read(demo: &Demo, path: &str) -> Value {
    until(path, async || {
        let answer = demo.rest("GET", path, Value::Null).await;
        (answer["message"] != "Unauthorized").then_some(answer)
    })
    .await["response"]
        .clone()
}

async fn now(demo: &Demo) -> i64 {
    read(demo, "/sandbox/clock").await["now"].as_i64().unwrap()
}

/// The charges that hold money at the PG.
async fn trades(demo: &Demo) -> Vec<Value> {
    let books = read(demo, "/sandbox/books?pg=kicc").await;
    let trades = books["trades"].as_array().unwrap().iter();
    trades.filter(|trade| trade["held"] != 0).cloned().collect()
}

/// The plans' payments, newest first.
async fn charged(demo: &Demo) -> Vec<Value> {
    let list = read(demo, "/subscribe/customers/c1/payments").await;
    let list = list["list"].as_array().unwrap().iter();
    let planned = |row: &&Value| row["customer_uid_usage"] == "payment.scheduled";
    list.filter(planned).cloned().collect()
}

async fn paid(demo: &Demo) -> Vec<Value> {
    let all = charged(demo).await.into_iter();
    all.filter(|payment| payment["status"] == "paid").collect()
}

#[tokio::test]
async fn a_year_of_charges_survives_three_kills() {
    on_both(async |home| {
        let receiver = Receiver::default();
        let hook = receiver.listen().await;
        let mut demo = start(&home, SLOW).await;
        let begun = plan_a_year(&demo, &hook).await;
        for month in 1..=3 {
            until_day(&demo, begun, month * 30).await;
        }
        assert_eq!(paid(&demo).await.len(), 3);
        // Between two runs.
        demo.kill();
        drop(demo);
        let mut demo = start(&home, SLOW).await;
        until_day(&demo, begun, 4 * 30).await;

        // The PG approves the fifth and its answer takes longer than the hub lives.
        demo.fault("charge", "late:60000", 1).await;
        let step = json!({"advance_seconds": 30 * DAY});
        let step = demo.try_rest("POST", "/sandbox/clock", step);
        let booked = until_booked(&demo, 5);
        tokio::select! {
            answer = step => panic!("too soon: {answer:?}"),
            () = booked => {}
        }
        assert_eq!(paid(&demo).await.len(), 4, "the fifth is not written down");
        demo.kill();
        drop(demo);
        let mut demo = start(&home, FAST).await;
        assert_eq!(trades(&demo).await.len(), 5, "the PG has it");
        until_day(&demo, begun, 5 * 30 + 1).await;
        assert_eq!(paid(&demo).await.len(), 5, "and now the hub has");
        until_day(&demo, begun, 7 * 30).await;
        demo.kill();
        drop(demo);

        // The eighth is paid and its receiver has the webhook; the step is still being answered.
        let mut demo = start(&home, SLOW).await;
        receiver.mail(|mail| mail.silent = true);
        let before = receiver.mail(|mail| mail.bodies.len());
        let step = json!({"advance_seconds": 30 * DAY});
        let step = demo.try_rest("POST", "/sandbox/clock", step);
        let arrived = until("the webhook of the eighth", async || {
            receiver.mail(|mail| mail.bodies.len() > before).then_some(())
        });
        tokio::select! {
            answer = step => panic!("too soon: {answer:?}"),
            () = arrived => {}
        }
        demo.kill();
        drop(demo);
        receiver.mail(|mail| mail.silent = false);
        let demo = start(&home, FAST).await;
        for month in 9..=12 {
            until_day(&demo, begun, month * 30).await;
        }
        until_day(&demo, begun, 365).await;
        twelve(&demo, &receiver).await;
    })
    .await;
}

async fn until_booked(demo: &Demo, count: usize) {
    until("the PG has approved", async || (trades(demo).await.len() == count).then_some(())).await;
}

/// Twelve payments, twelve trades that hold their amounts, and every payment told.
async fn twelve(demo: &Demo, receiver: &Receiver) {
    let paid = paid(demo).await;
    let orders: Vec<String> = (1..=12).rev().map(order).collect();
    let uids = |key: &str| -> Vec<String> {
        paid.iter().map(|payment| payment[key].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(uids("merchant_uid"), orders, "each month once, newest first");
    assert_eq!(charged(demo).await.len(), 12, "no attempt more");
    let trades = trades(demo).await;
    let held: BTreeMap<&str, i64> = trades
        .iter()
        .map(|trade| (trade["order_no"].as_str().unwrap(), trade["held"].as_i64().unwrap()))
        .collect();
    assert_eq!(trades.len(), 12, "one trade per payment");
    let ours: BTreeSet<String> = uids("imp_uid").into_iter().collect();
    assert_eq!(held, ours.iter().map(|uid| (uid.as_str(), AMOUNT)).collect());
    let told = receiver.told();
    let expected: BTreeSet<_> = ours.into_iter().map(|uid| (uid, "paid".to_owned())).collect();
    assert_eq!(told.keys().cloned().collect::<BTreeSet<_>>(), expected, "each is told as paid");
    // At least once: the one whose receipt was lost in the kill came again, the others did not.
    assert_eq!(told.values().sum::<usize>(), 13, "{told:?}");
    for month in 1..=12 {
        let path = format!("/subscribe/payments/schedule/{}", order(month));
        let plan = read(demo, &path).await;
        assert_eq!(
            (&plan["schedule_status"], &plan["payment_status"]),
            (&json!("executed"), &json!("paid")),
            "{plan}"
        );
    }
}
