//! What our books hold of a channel, as the comparison wants it.

use crate::{Engine, Result};
use domain::reconcile::{Days, Entry, Ours, Standing, Theirs};
use domain::{MerchantId, Millis};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::recon::{self, HeldRow};

/// Our side: the payments of a channel with something on `days` or a neighbour of them, and those
/// the PG names, whichever channel they went through.
pub(super) async fn load(
    engine: &Engine,
    merchant: MerchantId,
    channel: i64,
    days: Days,
    theirs: &[Theirs],
) -> Result<Vec<Ours>> {
    let (from, to) = days.widened();
    let (span, db) = ((from.0, to.0), &engine.db);
    let mut rows = recon::held_between(db, merchant, channel, span).await?;
    rows.extend(recon::open_between(db, merchant, channel, span).await?);
    let known: HashSet<&str> = rows.iter().map(|row| row.imp_uid.as_str()).collect();
    let numbers: HashSet<&str> = rows
        .iter()
        .flat_map(|row| [row.tid.as_str(), row.cancel_tid.as_str()])
        .filter(|number| !number.is_empty())
        .collect();
    let mut named = BTreeSet::new();
    let mut tids = BTreeSet::new();
    for row in theirs {
        if row.order_no.is_empty() {
            if !numbers.contains(row.tid.as_str()) {
                tids.insert(row.tid.clone());
            }
        } else if !known.contains(row.order_no.as_str()) {
            named.insert(row.order_no.clone());
        }
    }
    let tids: Vec<String> = tids.into_iter().collect();
    named.extend(recon::named_tid(db, merchant, &tids).await?);
    let named: Vec<String> = named.into_iter().collect();
    rows.extend(recon::held_named(db, merchant, &named).await?);
    Ok(grouped(&rows))
}

/// Rows of payments and cancels to payments.
pub(super) fn grouped(rows: &[HeldRow]) -> Vec<Ours> {
    let mut payments: BTreeMap<&str, Vec<&HeldRow>> = BTreeMap::new();
    for row in rows {
        let of = payments.entry(&row.imp_uid).or_default();
        // A payment may be found by its own time and by that of a cancel.
        if !of.iter().any(|known| known.cancel_id == row.cancel_id) {
            of.push(row);
        }
    }
    payments.values().filter_map(|rows| ours(rows)).collect()
}

fn ours(rows: &[&HeldRow]) -> Option<Ours> {
    let row = rows.first()?;
    let standing = standing(row);
    let held = standing == Standing::Held;
    let mut payment = Ours {
        imp_uid: row.imp_uid.clone(),
        mid: row.mid.clone(),
        currency: row.currency.clone(),
        standing,
        paid: None,
        backs: Vec::new(),
        pending: None,
    };
    // Closing an account nobody paid into moves no money.
    if !held {
        return Some(payment);
    }
    let paid_at = Millis(row.paid_at.unwrap_or(0));
    payment.paid = Some(Entry { amount: row.amount, at: paid_at, tid: row.tid.clone() });
    for cancel in rows.iter().filter(|row| row.cancel_id.is_some() && row.cancel_amount > 0) {
        let amount = cancel.cancel_amount;
        match cancel.cancel_state.as_str() {
            "done" => {
                let at = Millis(cancel.cancel_done_at.unwrap_or(cancel.cancel_asked_at));
                payment.backs.push(Entry { amount, at, tid: cancel.cancel_tid.clone() });
            }
            "asked" | "person" => {
                let tid = cancel.cancel_id.clone().unwrap_or_default();
                payment.pending = Some(Entry { amount, at: Millis(cancel.cancel_asked_at), tid });
            }
            _ => {}
        }
    }
    Some(payment)
}

fn standing(row: &HeldRow) -> Standing {
    match row.state.as_str() {
        "approving" | "unknown" => Standing::Open(Millis(row.approving_at.unwrap_or(0))),
        "paid" | "part_cancelled" | "cancelled"
            if row.paid_at.is_some() && row.amount > 0 && charged(row) =>
        {
            Standing::Held
        }
        _ => Standing::Unpaid,
    }
}

/// Most windows that issue a billing key show an amount and charge none.
fn charged(row: &HeldRow) -> bool {
    let billing = pg::find(&row.pg).and_then(pg::Pg::billing);
    row.usage != "issue" || billing.is_some_and(pg::capability::billing::Billing::charges_at_issue)
}
