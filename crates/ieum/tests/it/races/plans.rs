//! Planned charges that fall due while they are unplanned, moved and run by both processes.

use super::{Dice, Race, figures, no_fault, rounds};
use crate::billing::{DAY, GOOD, LIMIT, PLANS, customer, planned};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use testkit::dbs::on_both;

const UNSCHEDULE: &str = "/subscribe/payments/unschedule";
/// Every third order is of somebody whose charges are all refused.
const CUSTOMERS: [&str; 3] = ["good", "good-too", "limit"];

enum Do {
    /// A process runs everything that is due.
    RunAll(usize),
    /// A process runs one plan, as its job does.
    Run(usize, String),
    Unplan(usize, String),
}

async fn one(race: Race, token: String, work: Do, gone: Arc<Mutex<BTreeSet<String>>>) {
    match work {
        Do::Run(door, order) => {
            let (engine, merchant) = (&race.doors[door].engine, race.hub.shop.id);
            let key = format!("{}/{order}", merchant.0);
            engine::billing::schedules::run(engine, merchant, &key).await.unwrap();
        }
        Do::RunAll(door) => {
            let engine = &race.doors[door].engine;
            engine::jobs::run_due(engine, race.hub.shop.id).await.unwrap();
        }
        Do::Unplan(door, order) => {
            let headers = [("authorization", token.as_str())];
            let customer = CUSTOMERS[of(&order)];
            let body = json!({"customer_uid": customer, "merchant_uid": [order]});
            let reply = race.doors[door].call("POST", UNSCHEDULE, &headers, &body).await;
            no_fault(&reply);
            if reply.code == 0 {
                gone.lock().unwrap().insert(order);
            }
        }
    }
}

/// Whose an order is.
fn of(order: &str) -> usize {
    order.rsplit('-').next().unwrap().parse::<usize>().unwrap() % CUSTOMERS.len()
}

async fn now(race: &Race) -> i64 {
    race.hub.rest("GET", "/sandbox/clock", Value::Null).await.ok()["now"].as_i64().unwrap()
}

/// Plans a round's orders and lets them fall due without anybody running them.
async fn plan(race: &Race, round: u64, count: u64) -> Vec<String> {
    let orders: Vec<String> = (0..count).map(|number| format!("{round}-{number}")).collect();
    let at = now(race).await + DAY;
    for (index, customer) in CUSTOMERS.iter().enumerate() {
        let mine = orders.iter().filter(|order| of(order) == index);
        let plan =
            |order: &String| json!({"merchant_uid": order, "schedule_at": at, "amount": 1004});
        let plans: Vec<Value> = mine.map(plan).collect();
        let body = json!({"customer_uid": customer, "schedules": plans});
        race.hub.rest("POST", PLANS, body).await.ok();
    }
    race.hub.clock().advance(DAY + 60);
    orders
}

/// The numbers of all charges of an order.
async fn attempts(race: &Race, order: &str) -> Vec<String> {
    let path = format!("/payments/findAll/{order}");
    let reply = race.hub.rest("GET", &path, Value::Null).await;
    if reply.code != 0 {
        return Vec::new();
    }
    let rows = reply.response["list"].as_array().unwrap().clone();
    rows.iter().map(|row| row["imp_uid"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_charged_once_or_unplanned_and_never_both() {
    on_both(async |test| {
        let race = Race::new(test).await;
        for (uid, number) in CUSTOMERS.iter().zip([GOOD, GOOD, LIMIT]) {
            customer(&race.hub, uid, number).await;
        }
        let (mut charged, mut refused, mut revoked, mut asked) = (0, 0, 0, 0);
        for round in 0..rounds() {
            let mut dice = Dice::new(3_000 + round);
            let orders = plan(&race, round, 20).await;
            let mut work: Vec<Do> = Vec::new();
            for order in &orders {
                let mut mine = vec![Do::Run(0, order.clone()), Do::Run(1, order.clone())];
                for _ in 0..1 + dice.index(3) {
                    mine.push(Do::Unplan(dice.index(2), order.clone()));
                }
                dice.shuffle(&mut mine);
                work.extend(mine);
            }
            work.extend([Do::RunAll(0), Do::RunAll(1)]);
            asked += work.len();
            let token = race.hub.token().await;
            let gone: Arc<Mutex<BTreeSet<String>>> = Arc::default();
            let told = gone.clone();
            race.all(work, move |race, work| one(race, token.clone(), work, told.clone())).await;
            race.hub.advance(300).await;
            let held = race.held("nice");
            let acknowledged = gone.lock().unwrap().clone();
            for order in &orders {
                let plan = planned(&race.hub, order).await;
                let tried = attempts(&race, order).await;
                match plan["schedule_status"].as_str().unwrap() {
                    "revoked" => {
                        assert_eq!(tried, [""; 0], "revoked and charged: {plan}");
                        revoked += 1;
                    }
                    "executed" => {
                        assert!(!acknowledged.contains(order), "charged after the word: {plan}");
                        assert_eq!(tried, [plan["imp_uid"].as_str().unwrap()], "once: {plan}");
                        let (word, won) = match of(order) {
                            2 => ("failed", None),
                            _ => ("paid", Some(&1004)),
                        };
                        assert_eq!(plan["payment_status"], word, "{plan}");
                        assert_eq!(held.get(&tried[0]), won, "{plan}");
                        charged += i32::from(won.is_some());
                        refused += i32::from(won.is_none());
                    }
                    other => panic!("{other}: {plan}"),
                }
            }
            let trades = held.values().filter(|held| **held == 1004).count();
            assert_eq!(i32::try_from(trades).unwrap(), charged, "each charge has one trade");
        }
        race.hub.settled().await;
        let told =
            format!("{asked} tries: {charged} charged, {refused} refused, {revoked} unplanned");
        figures("plans", &race, &told);
    })
    .await;
}
