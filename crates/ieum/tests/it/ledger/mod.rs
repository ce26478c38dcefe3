//! The ledger: an entry under every movement, and every way to tamper with it found.

mod command;
mod kinds;
mod older;
mod tampering;

use engine::ledger::entries;
use store::args;
use testkit::hub::TestHub;

/// A payment's entries in short: `approval sales>pg 14000`.
async fn lines(hub: &TestHub, imp_uid: &str) -> Vec<String> {
    let found = entries(hub.engine(), hub.shop.id, imp_uid).await.unwrap();
    let side = |account: &str| account.split(':').next().unwrap_or_default().to_owned();
    let lines = found.iter().map(|entry| {
        let (credit, debit) = (side(&entry.credit), side(&entry.debit));
        format!("{} {credit}>{debit} {}", entry.kind, entry.amount)
    });
    lines.collect()
}

/// What an account of a currency holds over all payments: debits less credits.
async fn balance(hub: &TestHub, account: &str) -> i128 {
    let totals = hub.verify().await.totals;
    let of = totals.iter().filter(|((currency, name), _)| {
        currency == "KRW" && (name == account || name.split(':').next() == Some(account))
    });
    of.map(|(_, total)| total.debit - total.credit).sum()
}

/// Somebody writes to the database past the hub.
async fn write(hub: &TestHub, sql: &str, args: Vec<store::Arg>) {
    let mut batch = store::Batch::new();
    batch.push(sql.to_owned(), args);
    hub.engine().db.commit(batch).await.unwrap();
}

/// As [`write`], for statements without arguments.
async fn tamper(hub: &TestHub, statements: &[String]) {
    for sql in statements {
        write(hub, sql, args![]).await;
    }
}
