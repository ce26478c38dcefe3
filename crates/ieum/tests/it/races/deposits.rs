//! Deposits and the closing of their account at the same moment: it is closed and empty, or paid,
//! or a person is told of money in a closed account.

use super::{Dice, Race, figures, no_fault, rounds, wait};
use crate::vbank::{LOCAL, deposited_untold, issued, refund, text};
use crate::ways::{Way, by_deposit};
use serde_json::{Value, json};
use testkit::dbs::on_both;

enum Do {
    /// The bank takes the money and the PG tells the first process.
    Deposit(String),
    /// The PG tells a process, again.
    Tell(usize, Way, Value),
    /// Closing the account; or, once it is paid, giving the money back.
    Cancel(usize, Value),
}

async fn one(race: Race, token: String, (turns, work): (u64, Do)) {
    wait(turns).await;
    let headers = [("authorization", token.as_str())];
    match work {
        Do::Deposit(imp_uid) => {
            let path = format!("/sandbox/payments/{imp_uid}/deposit");
            no_fault(&race.doors[0].call("POST", &path, &headers, &json!({})).await);
        }
        Do::Tell(door, way, notice) => {
            let (kind, body) = (text(&notice, "content_type"), text(&notice, "body"));
            race.doors[door].notice(way.pg, LOCAL, kind, body).await;
        }
        Do::Cancel(door, body) => {
            let reply = race.doors[door].call("POST", "/payments/cancel", &headers, &body).await;
            no_fault(&reply);
        }
    }
}

async fn prepare(race: &Race, dice: &mut Dice, way: Way, order: &str) -> (String, Vec<(u64, Do)>) {
    let payment = issued(&race.hub, way, order).await;
    let imp_uid = text(&payment, "imp_uid").to_owned();
    let mut work = Vec::new();
    if dice.roll(2) == 0 {
        work.push(Do::Deposit(imp_uid.clone()));
    } else {
        let notice = deposited_untold(&race.hub, way, &payment).await;
        for _ in 0..2 + dice.index(3) {
            work.push(Do::Tell(dice.index(2), way, notice.clone()));
        }
    }
    for _ in 0..1 + dice.index(3) {
        let body = match dice.roll(2) {
            0 => json!({"imp_uid": imp_uid}),
            _ => refund(&payment),
        };
        work.push(Do::Cancel(dice.index(2), body));
    }
    dice.shuffle(&mut work);
    // A deposit is quicker than a closing: it often comes a little later, so that both may win.
    let turns = |dice: &mut Dice, one: &Do| match one {
        Do::Deposit(_) => dice.roll(4) * 400,
        Do::Tell(..) | Do::Cancel(..) => dice.roll(40),
    };
    (imp_uid, work.into_iter().map(|one| (turns(dice, &one), one)).collect())
}

/// How an account may end, and which way it was.
async fn ended(race: &Race, way: Way, imp_uid: &str) -> &'static str {
    let payment = race.hub.payment(imp_uid).await;
    let shown = race.hub.attentions(imp_uid).await;
    let held = race.hub.held(way.books(), imp_uid);
    match (payment["status"].as_str().unwrap(), held) {
        ("paid", held) if held == way.minor() => "paid",
        ("cancelled", 0) if payment["paid_at"] == 0 => "closed",
        ("cancelled", 0) => "given back",
        ("cancelled", held) if held == way.minor() && shown == ["deposit_after_cancel"] => "shown",
        other => panic!("{imp_uid} of {way:?}: {other:?}, shown {shown:?}: {payment}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_closed_or_paid_or_a_person_knows() {
    on_both(async |test| {
        let race = Race::new(test).await;
        let mut ends = std::collections::BTreeMap::new();
        let mut asked = 0;
        for round in 0..rounds() {
            let mut dice = Dice::new(2_000 + round);
            let (mut all, mut accounts) = (Vec::new(), Vec::new());
            for number in 0..12 {
                let ways = by_deposit();
                let way = ways[dice.index(ways.len())];
                let (imp_uid, work) =
                    prepare(&race, &mut dice, way, &format!("{round}-{number}")).await;
                all.extend(work);
                accounts.push((way, imp_uid));
            }
            asked += all.len();
            let token = race.hub.token().await;
            race.all(all, move |race, work| one(race, token.clone(), work)).await;
            for (way, imp_uid) in &accounts {
                // The PG goes on telling until it is heard.
                for notice in race.hub.notices(way.pg, imp_uid) {
                    race.hub.resend(&notice).await;
                }
            }
            race.hub.advance(300).await;
            for (way, imp_uid) in &accounts {
                *ends.entry(ended(&race, *way, imp_uid).await).or_insert(0) += 1;
            }
        }
        figures("deposits", &race, &format!("{asked} deposits, notices and cancels: {ends:?}"));
    })
    .await;
}
