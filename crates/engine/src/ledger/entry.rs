//! Chains an entry to the one before it.

use crate::Engine;
use crate::seal::{Field, Keyring};
use domain::ledger::Transfer;
use domain::{Millis, Money};
use std::sync::atomic::{AtomicI64, Ordering};
use store::Batch;
use store::ledger::EntryRow;
use store::payments::PaymentRow;

/// Up to when the ledger is sealed, as far as this process knows: nothing is entered before that,
/// even by a clock that was set back.
#[derive(Debug)]
pub struct Floor(AtomicI64);

impl Default for Floor {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Floor {
    /// The time of an entry made now.
    pub(crate) fn enter(&self, now: Millis) -> i64 {
        now.0.max(self.0.load(Ordering::Relaxed).saturating_add(1))
    }

    /// The ledger is sealed up to this moment.
    pub(crate) fn raise(&self, upto: i64) {
        self.0.fetch_max(upto, Ordering::Relaxed);
    }
}

/// What an entry says besides the money.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances<'a> {
    /// By the merchant's clock.
    pub(crate) at: Millis,
    /// The approval, notice, cancel or correction it comes from.
    pub(crate) operation_id: &'a str,
    /// Who caused it.
    pub(crate) actor: &'a str,
    /// Why, of a correction.
    pub(crate) note: &'a str,
}

/// Adds an entry behind the last one of this payment, whose row then points at it. The caller
/// writes the row in the same batch, under its version check.
pub(crate) fn append(
    engine: &Engine,
    batch: &mut Batch,
    row: &mut PaymentRow,
    moved: &Transfer,
    said: Circumstances<'_>,
) {
    let amount: Money = moved.amount;
    let mut entry = EntryRow {
        imp_uid: row.imp_uid.clone(),
        // A payment from before the ledger stands at -1.
        seq: row.ledger_seq.max(0) + 1,
        merchant_id: row.merchant_id,
        at: said.at.0,
        entered_at: engine.ledger.enter(engine.now()),
        kind: moved.kind.as_str().to_owned(),
        operation_id: said.operation_id.to_owned(),
        debit: moved.debit.to_string(),
        credit: moved.credit.to_string(),
        amount: amount.minor(),
        currency: amount.currency().code().to_owned(),
        actor: said.actor.to_owned(),
        note: said.note.to_owned(),
        prev_hash: std::mem::take(&mut row.ledger_hash),
        hash: String::new(),
    };
    entry.hash = hash(&engine.keyring, &entry);
    row.ledger_seq = entry.seq;
    row.ledger_hash.clone_from(&entry.hash);
    store::ledger::insert(batch, &entry);
}

/// What the entry's hash must be: over everything it says and the hash before it.
pub(crate) fn hash(keyring: &Keyring, entry: &EntryRow) -> String {
    use Field::{Int, Text};
    let fields = [
        Text("entry"),
        Text(&entry.prev_hash),
        Text(&entry.imp_uid),
        Int(entry.seq),
        Int(entry.merchant_id),
        Int(entry.at),
        Int(entry.entered_at),
        Text(&entry.kind),
        Text(&entry.operation_id),
        Text(&entry.debit),
        Text(&entry.credit),
        Int(entry.amount),
        Text(&entry.currency),
        Text(&entry.actor),
        Text(&entry.note),
    ];
    hex::encode(keyring.ledger_hash(&fields))
}
