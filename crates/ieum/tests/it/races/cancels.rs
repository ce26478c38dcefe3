//! Cancels of the same money: in part and whole, with the same idempotency keys and without, at
//! both processes, with PGs that sometimes do not answer.

use super::{Dice, Race, figures, no_fault, times};
use crate::ways::{Way, pgs};
use pg::Device;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use testkit::dbs::on_both;
use testkit::hub::into;
use testkit::merchant::Reply;

/// Payments of a round: few, so that everybody meets.
const PAYMENTS: usize = 5;
/// Attempts of all rounds together in the short form.
const ATTEMPTS: u64 = 1_000;
/// Idempotency keys of each payment.
const KEYS: u64 = 6;
const PAID: i64 = 14_000;

/// Every refusal somebody who comes late may read.
const REFUSALS: [&str; 5] = [
    "이미 전액취소된 주문입니다.",
    "취소 요청금액이 취소가능 금액을 초과합니다.",
    "이전 취소 요청의 결과를 PG사에 확인하고 있습니다. 잠시 후 다시 시도해 주세요.",
    "PG사의 응답을 받지 못해 취소 결과를 확인하고 있습니다.",
    "PG사에 취소 내역이 없습니다. 취소되지 않았습니다.",
];

struct Attempt {
    payment: usize,
    door: usize,
    /// Won; the whole rest without.
    amount: Option<i64>,
    key: Option<u64>,
}

/// What callers were told about one payment.
#[derive(Default)]
struct Told {
    /// Won granted to those who named an amount and no key.
    granted: i64,
    grants: usize,
    wholes: usize,
    /// The answers of each key.
    keys: BTreeMap<u64, Vec<Reply>>,
    refused: usize,
}

/// Attempts of a round: a hundred for each payment in the short form, many more in the long one.
fn of_a_round() -> u64 {
    if times() == 1 { ATTEMPTS / 2 } else { 2 * ATTEMPTS }
}

fn attempts(dice: &mut Dice) -> Vec<Attempt> {
    let one = |dice: &mut Dice| {
        let key = (dice.roll(4) == 0).then(|| dice.roll(KEYS));
        let amount = match key {
            // The same key always asks for the same.
            Some(key) => Some(100 + 100 * i64::try_from(key % 3).unwrap()),
            None if dice.roll(60) == 0 => None,
            None => Some(100 * (1 + i64::try_from(dice.roll(4)).unwrap())),
        };
        Attempt { payment: dice.index(PAYMENTS), door: dice.index(2), amount, key }
    };
    (0..of_a_round()).map(|_| one(dice)).collect()
}

async fn pay(race: &Race, way: Way, order: &str) -> String {
    let opened = race.hub.open(&way.param(order), Device::Pc).await;
    let ending = race.hub.browser(Device::Pc).walk(into(&opened), "approve").await;
    assert!(ending.is_success(), "{order}: {ending:?}");
    opened["imp_uid"].as_str().unwrap().to_owned()
}

async fn attempt(race: Race, token: String, uids: Vec<String>, one: Attempt, told: Tally) {
    let imp_uid = &uids[one.payment];
    let mut body = json!({"imp_uid": imp_uid});
    if let Some(amount) = one.amount {
        body["amount"] = amount.into();
    }
    let key = one.key.map(|key| format!("{imp_uid}-{key}")).unwrap_or_default();
    let headers = [("authorization", token.as_str()), ("idempotency-key", key.as_str())];
    let reply = race.doors[one.door].call("POST", "/payments/cancel", &headers, &body).await;
    no_fault(&reply);
    let mut told = told.lock().unwrap();
    let told = &mut told[one.payment];
    if reply.code != 0 && reply.status != 409 {
        let known = REFUSALS.iter().any(|text| reply.message.contains(text));
        assert!(known, "{reply:?}");
        told.refused += 1;
    }
    match (one.key, one.amount) {
        (Some(key), _) if reply.status != 409 => told.keys.entry(key).or_default().push(reply),
        (Some(_), _) => {}
        (None, Some(amount)) if reply.code == 0 => {
            told.granted += amount;
            told.grants += 1;
        }
        (None, None) if reply.code == 0 => told.wholes += 1,
        (None, _) => {}
    }
}

type Tally = Arc<Mutex<Vec<Told>>>;

/// What was granted is what is gone, once for each key, and never more than there was.
fn check(payment: &Value, told: &Told, lossy: bool) {
    let (mut granted, mut grants) = (told.granted, told.grants + told.wholes);
    for (key, replies) in &told.keys {
        assert!(replies.iter().all(|reply| *reply == replies[0]), "key {key}: {replies:?}");
        if replies[0].code == 0 {
            granted += 100 + 100 * i64::try_from(key % 3).unwrap();
            grants += 1;
        }
    }
    let gone = payment["cancel_amount"].as_i64().unwrap();
    let history = payment["cancel_history"].as_array().unwrap().len();
    assert!(granted <= gone && gone <= PAID, "{granted} granted, {gone} gone: {payment}");
    assert!(told.wholes <= 1 && (told.wholes == 0 || gone == PAID), "{payment}");
    if !lossy {
        assert_eq!(history, grants, "each grant is a row, each row a grant: {payment}");
        assert!(told.wholes == 1 || granted == gone, "{granted} granted, {gone} gone: {payment}");
    }
    assert!(grants <= history, "{payment}");
}

/// One round: few payments, many attempts. Says how many were granted.
async fn round(race: &Race, number: u64) -> usize {
    let mut dice = Dice::new(number);
    let ways = &pgs()[..3];
    let mut uids = Vec::new();
    for payment in 0..PAYMENTS {
        uids.push(pay(race, ways[payment % 3], &format!("{number}-{payment}")).await);
    }
    let lossy = number % 2 == 1;
    if lossy {
        for (pg, fault) in [
            ("kicc", "timeout_after"),
            ("kicc", "timeout_before"),
            ("html5_inicis", "timeout_after"),
        ] {
            race.hub.faults(pg, "cancel", fault, 2);
        }
    }
    let told: Tally = Arc::default();
    told.lock().unwrap().resize_with(PAYMENTS, Told::default);
    let token = race.hub.token().await;
    let (given, asked) = (told.clone(), uids.clone());
    race.all(attempts(&mut dice), move |race, one| {
        attempt(race, token.clone(), asked.clone(), one, given.clone())
    })
    .await;
    // Unanswered ones come to their end.
    race.hub.advance(300).await;
    let told = std::mem::take(&mut *told.lock().unwrap());
    let held: Vec<_> = ways.iter().map(|way| race.held(way.books())).collect();
    let mut granted = 0;
    for (index, imp_uid) in uids.iter().enumerate() {
        let payment = race.hub.payment(imp_uid).await;
        check(&payment, &told[index], lossy);
        let left = PAID - payment["cancel_amount"].as_i64().unwrap();
        assert_eq!(held[index % 3].get(imp_uid), Some(&left), "the PG holds what is left");
        granted += payment["cancel_history"].as_array().unwrap().len();
    }
    granted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cancels_of_the_same_money_never_give_back_more_than_was_paid() {
    on_both(async |test| {
        let race = Race::new(test).await;
        let rounds = (ATTEMPTS * times()).div_ceil(of_a_round());
        let mut granted = 0;
        for number in 0..rounds {
            granted += round(&race, number).await;
        }
        race.hub.settled().await;
        let attempts = of_a_round() * rounds;
        let payments = PAYMENTS * usize::try_from(rounds).unwrap();
        figures(
            "cancels",
            &race,
            &format!("{attempts} attempts on {payments} payments, {granted} granted"),
        );
    })
    .await;
}
