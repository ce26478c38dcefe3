//! Sorts both sides by payment and walks them side by side: each is looked at once.

use super::group::Group;
use super::{Days, Ours, Report, Theirs};
use std::collections::HashMap;

/// Compares what we hold of the channel with this MID with what its PG says. `ours` are the
/// payments with an item on one of `days` or a neighbour of them, and those `theirs` names;
/// breaks are told only of items on `days`.
#[must_use]
pub fn compare(mid: &str, days: Days, mut ours: Vec<Ours>, theirs: Vec<Theirs>) -> Report {
    ours.sort_unstable_by(|a, b| a.imp_uid.cmp(&b.imp_uid));
    let theirs = keyed(&ours, theirs);
    let mut report = Report::default();
    let mut left = ours.into_iter().peekable();
    let mut rows = theirs.into_iter().peekable();
    loop {
        let next = match (left.peek(), rows.peek()) {
            (None, None) => break,
            (Some(our), None) => our.imp_uid.clone(),
            (None, Some((key, _))) => key.clone(),
            (Some(our), Some((key, _))) => key.min(&our.imp_uid).clone(),
        };
        let our = left.next_if(|our| our.imp_uid == next);
        let mut same = Vec::new();
        while let Some((_, row)) = rows.next_if(|(key, _)| *key == next) {
            same.push(row);
        }
        if our.is_none() {
            // Files of several contracts: what is neither our MID nor our order is not ours.
            let all = same.len();
            same.retain(|row| row.mid.is_empty() || row.mid == mid);
            report.foreign += (all - same.len()) as u64;
        }
        Group::new(days, our, same, &mut report).run();
    }
    report
}

/// Their rows with the payment each is about, sorted by it. A row without an order number is found
/// by the PG's number.
fn keyed(ours: &[Ours], theirs: Vec<Theirs>) -> Vec<(String, Theirs)> {
    let mut by_tid: HashMap<&str, &str> = HashMap::new();
    for our in ours {
        for entry in our.paid.iter().chain(&our.backs).chain(&our.pending) {
            if !entry.tid.is_empty() {
                by_tid.entry(&entry.tid).or_insert(&our.imp_uid);
            }
        }
    }
    let key = |row: &Theirs| {
        if !row.order_no.is_empty() {
            return row.order_no.clone();
        }
        let known = by_tid.get(row.tid.as_str()).or_else(|| by_tid.get(row.cancel_no.as_str()));
        known.map_or_else(|| format!("tid {}", row.tid), |imp_uid| (*imp_uid).to_owned())
    };
    let mut rows: Vec<(String, Theirs)> = theirs.into_iter().map(|row| (key(&row), row)).collect();
    rows.sort_by(|(a, one), (b, other)| (a, one.at, one.line).cmp(&(b, other.at, other.line)));
    rows
}
