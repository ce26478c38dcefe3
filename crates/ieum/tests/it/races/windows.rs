//! Windows of one order that come back at the same moment, some twice, some while they are closed.

use super::{Dice, Race, figures, rounds};
use crate::ways::{Way, pgs};
use pg::sim::headless::Step;
use serde_json::Value;
use testkit::dbs::on_both;

enum Do {
    Back(Way, Step),
    Close(String),
}

async fn one(race: Race, (door, work): (usize, Do)) {
    let door = &race.doors[door];
    match work {
        Do::Back(way, step) => {
            let page = door.browser(way.device).go(&step).await;
            assert!(page.status < 500, "{page:?}");
        }
        Do::Close(session) => {
            let path = format!("/sdk/payments/{session}/close");
            let url = format!("{}{path}", testkit::hub::HUB);
            let browser = door.browser(pg::Device::Pc);
            let page = browser.send("POST", &url, "application/json", b"{}".to_vec()).await;
            assert!(page.status < 500, "{page:?}");
        }
    }
}

/// Opens a few windows of an order and gives everything that then happens at once.
async fn open(race: &Race, dice: &mut Dice, order: &str) -> (Vec<(usize, Do)>, bool) {
    let mut work = Vec::new();
    let mut closed = false;
    for _ in 0..2 + dice.index(2) {
        let way = pgs()[dice.index(4)];
        let (opened, step) = race.hub.bring(&way.param(order), way.device, "approve").await;
        for _ in 0..1 + dice.index(2) {
            work.push((dice.index(2), Do::Back(way, step.clone())));
        }
        if dice.roll(4) == 0 {
            closed = true;
            let session = opened["session"].as_str().unwrap().to_owned();
            work.push((dice.index(2), Do::Close(session)));
        }
    }
    dice.shuffle(&mut work);
    (work, closed)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_windows_one_is_paid() {
    on_both(async |test| {
        let race = Race::new(test).await;
        let (mut orders, mut returns, mut paid_orders) = (0, 0, 0);
        for round in 0..rounds() {
            let mut dice = Dice::new(1_000 + round);
            let mut all = Vec::new();
            let mut opened = Vec::new();
            for number in 0..12 {
                let order = format!("{round}-{number}");
                let (work, closed) = open(&race, &mut dice, &order).await;
                all.extend(work);
                opened.push((order, closed));
            }
            returns += all.len();
            race.all(all, one).await;
            race.hub.advance(300).await;
            for (order, closed) in &opened {
                let path = format!("/payments/findAll/{order}?sorting=started");
                let page = race.hub.rest("GET", &path, Value::Null).await.ok();
                let rows = page["list"].as_array().unwrap();
                let with = |word: &str| rows.iter().filter(|row| row["status"] == word).count();
                let paid = with("paid");
                assert_eq!(paid + with("failed"), rows.len(), "{order}: each has an end: {rows:?}");
                assert!(paid == 1 || (paid == 0 && *closed), "{order}: {paid} paid: {rows:?}");
                paid_orders += paid;
            }
            orders += opened.len();
        }
        race.hub.settled().await;
        let told = format!("{returns} returns and closings of {orders} orders, {paid_orders} paid");
        figures("windows", &race, &told);
    })
    .await;
}
