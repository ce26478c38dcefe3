//! Everybody asks for a token before every call, at both processes, while time passes.

use super::{Dice, Race, figures, rounds};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use testkit::dbs::on_both;

/// What was answered: the token and when it ends, UNIX seconds.
type Answers = Arc<Mutex<Vec<(String, i64)>>>;

async fn ask(race: Race, door: usize, answers: Answers) {
    let key = json!({"imp_key": race.hub.shop.imp_key, "imp_secret": race.hub.shop.imp_secret});
    let reply = race.doors[door].call("POST", "/users/getToken", &[], &key).await;
    let told = reply.ok();
    let token = told["access_token"].as_str().unwrap().to_owned();
    let ends = told["expired_at"].as_i64().unwrap();
    assert!(ends > told["now"].as_i64().unwrap(), "{told}");
    answers.lock().unwrap().push((token, ends));
}

/// Whether both processes take the token.
async fn taken(race: &Race, token: &str) -> bool {
    let mut answers = Vec::new();
    for door in &race.doors {
        let headers = [("authorization", token)];
        let reply = door.call("GET", "/payments/status/all", &headers, &Value::Null).await;
        assert!(reply.status == 200 || reply.status == 401, "{reply:?}");
        answers.push(reply.status == 200);
    }
    assert_eq!(answers[0], answers[1], "both processes agree");
    answers[0]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_one_for_all_and_good_until_its_time() {
    on_both(async |test| {
        let race = Race::new(test).await;
        let mut dice = Dice::new(4_000);
        let mut ends: BTreeMap<String, i64> = BTreeMap::new();
        let mut asked = 0;
        for storm in 0..20 * rounds() {
            // Now and then right before, at and after the moments that matter.
            let step = match dice.roll(3) {
                0 => 1_740 + i64::try_from(dice.roll(121)).unwrap(),
                1 => 290 + i64::try_from(dice.roll(20)).unwrap(),
                _ => i64::try_from(dice.roll(60)).unwrap(),
            };
            race.hub.clock().advance(step);
            let answers: Answers = Arc::default();
            let told = answers.clone();
            let doors: Vec<usize> = (0..30).map(|_| dice.index(2)).collect();
            asked += doors.len();
            race.all(doors, move |race, door| ask(race, door, told.clone())).await;
            let answers = std::mem::take(&mut *answers.lock().unwrap());
            assert_eq!(answers.len(), 30);
            let first = &answers[0];
            assert!(answers.iter().all(|one| one.0 == first.0), "storm {storm}: one token");
            for (token, end) in answers {
                let known = ends.entry(token).or_insert(end);
                *known = (*known).max(end);
            }
            let now = race.hub.clock().read().seconds();
            for (token, end) in &ends {
                assert_eq!(taken(&race, token).await, now < *end, "storm {storm}: until {end}");
            }
            ends.retain(|_, end| *end > now);
        }
        figures("tokens", &race, &format!("{asked} askings"));
    })
    .await;
}
