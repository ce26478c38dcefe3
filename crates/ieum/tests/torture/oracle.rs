//! What must be true once everything has settled: every answer still holds, nothing happened twice,
//! nothing hangs, and what the PGs hold is what the hub says they hold.

use crate::client::Ask;
use crate::load::Load;
use crate::memory::Known;
use crate::pgs::{PGS, Receiver};
use crate::report::Report;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::{Db, args};
use tokio::task::JoinSet;

/// A payment as the hub has it.
struct Row {
    merchant_uid: String,
    pg: String,
    amount: i64,
    cancelled: i64,
    state: String,
    pending: i64,
    /// A person was asked.
    asked: bool,
    issues_key: bool,
    told: bool,
}

impl Row {
    /// Its money is, or was, the merchant's.
    fn sold(&self) -> bool {
        ["paid", "part_cancelled", "cancelled"].contains(&self.state.as_str())
    }

    fn left(&self) -> i64 {
        if self.sold() && !self.issues_key { self.amount - self.cancelled } else { 0 }
    }
}

/// Compares all there is. The hub is down and everybody quiet.
pub(crate) async fn compare(load: &Load, receiver: &Receiver, db: &Db, report: &mut Report) {
    let mut rows = rows(db, &load.hook).await;
    attentions(db, &mut rows, report).await;
    report.payments = rows.len();
    answers(load, &rows, report);
    once(&rows, load, report);
    open(db, &rows, load, report).await;
    books(load, &rows, report);
    plans(load, db, report).await;
    for (imp_uid, row) in &rows {
        if row.told && row.sold() && !receiver.was_told(imp_uid, "paid") {
            report.untold.insert(format!("{imp_uid} is {} and nobody was told", row.state));
        }
    }
}

async fn rows(db: &Db, hook: &str) -> BTreeMap<String, Row> {
    let sql = "select imp_uid, merchant_uid, pg, amount, cancelled, state, pending_cancel, \
               coalesce(customer_uid_usage, '') usage, coalesce(notice_urls, '') urls, \
               coalesce(paid_at, 0) paid_at from payments";
    let rows = db.rows(sql, &args![]).await.unwrap();
    let row = |row: &store::Row| Row {
        merchant_uid: row.text("merchant_uid").unwrap(),
        pg: row.text("pg").unwrap(),
        amount: row.int("amount").unwrap(),
        cancelled: row.int("cancelled").unwrap(),
        // An account that was closed is `cancelled` as well, and never held money.
        state: match row.text("state").unwrap() {
            state if state == "cancelled" && row.int("paid_at").unwrap() == 0 => "closed".into(),
            state => state,
        },
        pending: row.int("pending_cancel").unwrap(),
        asked: false,
        issues_key: row.str("usage").unwrap() == "issue",
        told: row.str("urls").unwrap().contains(hook),
    };
    rows.iter().map(|it| (it.text("imp_uid").unwrap(), row(it))).collect()
}

/// What waits for a person.
async fn attentions(db: &Db, rows: &mut BTreeMap<String, Row>, report: &mut Report) {
    let sql = "select imp_uid, kind from attentions where resolved_at is null";
    report.attentions.clear();
    for (imp_uid, kind) in texts(db, sql, ["imp_uid", "kind"]).await {
        if let Some(row) = rows.get_mut(&imp_uid) {
            row.asked = true;
            *report.attentions.entry(format!("{kind} at {}", row.pg)).or_default() += 1;
        }
    }
}

/// What was answered is so.
fn answers(load: &Load, rows: &BTreeMap<String, Row>, report: &mut Report) {
    load.memory.with(|told| {
        report.acknowledged = told.acknowledged;
        report.unanswered = told.unanswered;
        report.other.clone_from(&told.other);
        for (imp_uid, known) in &told.payments {
            let Some(row) = rows.get(imp_uid) else {
                report.lost.insert(format!("{imp_uid} is gone: {known:?}"));
                continue;
            };
            let state = &row.state;
            if known.paid && (!row.sold() || row.amount != known.amount) {
                report.lost.insert(format!("{imp_uid} was paid, now {state} {}", row.amount));
            }
            if known.issued && !(row.sold() || state == "account_issued") {
                report.lost.insert(format!("{imp_uid} was issued, now {state}"));
            }
            if row.cancelled < known.cancelled {
                let (was, is) = (known.cancelled, row.cancelled);
                report.lost.insert(format!("{imp_uid}: {was} was given back, now {is}"));
            }
            if row.cancelled > known.asked_back {
                let (asked, is) = (known.asked_back, row.cancelled);
                report.doubled.insert(format!("{imp_uid}: {asked} was asked back, {is} went"));
            }
        }
    });
}

/// An order is sold once, here and at the PGs.
fn once(rows: &BTreeMap<String, Row>, load: &Load, report: &mut Report) {
    let mut sold: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (imp_uid, row) in rows.iter().filter(|(_, row)| row.sold()) {
        sold.entry(&row.merchant_uid).or_default().push(imp_uid);
    }
    for (order, payments) in sold.iter().filter(|(_, payments)| payments.len() > 1) {
        report.doubled.insert(format!("{order} is sold by {payments:?}"));
    }
    let mut held: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for pg in PGS {
        for (imp_uid, sum) in load.pgs.trades(pg) {
            if sum != 0
                && let Some(row) = rows.get(&imp_uid)
            {
                held.entry(&row.merchant_uid).or_default().insert(imp_uid);
            }
        }
    }
    for (order, payments) in held.iter().filter(|(_, payments)| payments.len() > 1) {
        report.doubled.insert(format!("PGs hold money of {order} for {payments:?}"));
    }
}

/// Nothing is under way any more but what a person was asked to decide.
async fn open(db: &Db, rows: &BTreeMap<String, Row>, load: &Load, report: &mut Report) {
    let mut found = BTreeMap::new();
    for (imp_uid, row) in rows {
        if ["approving", "unknown"].contains(&row.state.as_str()) || row.pending != 0 {
            found.insert(imp_uid.clone(), row.state.clone());
        }
    }
    let sql = "select imp_uid, 'a cancel' kind from cancels where state = 'asked'";
    found.extend(texts(db, sql, ["imp_uid", "kind"]).await);
    let sql = format!(
        "select imp_uid, 'a webhook' kind from webhooks where delivered_at is null and url = '{}'",
        load.hook
    );
    found.extend(texts(db, &sql, ["imp_uid", "kind"]).await);
    found.retain(|imp_uid, _| !rows.get(imp_uid).is_some_and(|row| row.asked));
    for (imp_uid, what) in found {
        report.unresolved.insert(format!("{imp_uid}: {what}"));
    }
}

async fn texts(db: &Db, sql: &str, names: [&str; 2]) -> BTreeMap<String, String> {
    let rows = db.rows(sql, &args![]).await.unwrap();
    let pair = |row: &store::Row| (row.text(names[0]).unwrap(), row.text(names[1]).unwrap());
    rows.iter().map(pair).collect()
}

/// Each PG holds of each payment what the hub says; where a person was asked how a cancel ended,
/// the PG holds the one or the other.
fn books(load: &Load, rows: &BTreeMap<String, Row>, report: &mut Report) {
    for pg in PGS {
        let mut theirs = load.pgs.trades(pg);
        theirs.retain(|_, held| *held != 0);
        let ours = rows.iter().filter(|(_, row)| row.pg == pg && row.left() != 0);
        let ours: BTreeMap<String, i64> =
            ours.map(|(imp_uid, row)| (imp_uid.clone(), row.left())).collect();
        let all: BTreeSet<&String> = theirs.keys().chain(ours.keys()).collect();
        for imp_uid in all {
            let (one, other) = (theirs.get(imp_uid), ours.get(imp_uid));
            let pending =
                rows.get(imp_uid).map_or(0, |row| if row.asked { row.pending } else { 0 });
            let without = other.map(|left| left - pending).filter(|left| *left != 0);
            if one != other && one != without.as_ref() {
                let state = rows.get(imp_uid).map(|row| row.state.as_str());
                let text = format!("{pg} holds {one:?} of {imp_uid}, the hub {other:?} {state:?}");
                report.books.insert(text);
            }
        }
        report.held += theirs.values().sum::<i64>();
    }
}

/// A plan that was made and has come due was executed, once.
async fn plans(load: &Load, db: &Db, report: &mut Report) {
    let sql = "select merchant_uid, state from schedules";
    let states = texts(db, sql, ["merchant_uid", "state"]).await;
    load.memory.with(|told| {
        for order in &told.planned {
            match states.get(order).map(String::as_str) {
                Some("executed") => {}
                Some(state) => drop(report.unresolved.insert(format!("plan {order}: {state}"))),
                None => drop(report.lost.insert(format!("plan {order} is gone"))),
            }
        }
    });
}

/// The same at the public face: what was answered is what is shown. The hub is up.
pub(crate) async fn shown(load: &Arc<Load>, seen: &mut BTreeSet<String>, report: &mut Report) {
    let (payments, prepared) = load.memory.with(|told| {
        let fresh = told.payments.iter().filter(|(imp_uid, _)| !seen.contains(*imp_uid));
        let fresh: Vec<_> =
            fresh.map(|(imp_uid, known)| (imp_uid.clone(), known.clone())).collect();
        (fresh, told.prepared.clone())
    });
    let mut looking = JoinSet::new();
    for (imp_uid, known) in payments {
        seen.insert(imp_uid.clone());
        if looking.len() >= 8 {
            report.lost.extend(looking.join_next().await.and_then(|wrong| wrong.unwrap()));
        }
        looking.spawn(wrong(Arc::clone(load), imp_uid, known));
    }
    while let Some(wrong) = looking.join_next().await {
        report.lost.extend(wrong.unwrap());
    }
    for (order, amounts) in prepared.iter().filter(|(order, _)| !seen.contains(*order)) {
        let ask = Ask::get(format!("/payments/prepare/{order}"));
        let reply = load.client.insist(&ask).await;
        let amount = reply.response["amount"].as_i64();
        if !amount.is_some_and(|amount| amounts.contains(&amount)) {
            report.lost.insert(format!("{order} was prepared {amounts:?}: {reply:?}"));
        }
    }
    seen.extend(prepared.into_keys());
}

async fn wrong(load: Arc<Load>, imp_uid: String, known: Known) -> Option<String> {
    let ask = Ask::get(format!("/payments/{imp_uid}"));
    let reply = load.client.insist(&ask).await;
    let paid = !known.paid || ["paid", "cancelled"].contains(&reply.text("status").as_str());
    let amount = reply.response["amount"] == known.amount;
    let back = reply.response["cancel_amount"].as_i64().unwrap_or(-1) >= known.cancelled;
    (!(paid && amount && back)).then(|| format!("{imp_uid} is not {known:?}: {reply:?}"))
}
