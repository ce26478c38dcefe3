//! What the outside was told. An answer counts from the moment it arrived: from then on it must
//! stay true, whatever happens to the program that gave it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// What is known of one payment, by its imp_uid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    pub(crate) merchant_uid: String,
    /// Minor units.
    pub(crate) amount: i64,
    /// Answered as paid, or the PG was told that its notice of the deposit is taken.
    pub(crate) paid: bool,
    /// Answered as issued: an account that waits for its deposit.
    pub(crate) issued: bool,
    /// The sum given back that was last answered.
    pub(crate) cancelled: i64,
    /// The most that was ever asked to be given back.
    pub(crate) asked_back: i64,
}

/// Everything one load was told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) payments: BTreeMap<String, Known>,
    /// Prepared orders: the amounts that may stand (one, or two while a change is unanswered).
    pub(crate) prepared: BTreeMap<String, BTreeSet<i64>>,
    /// Plans that were answered as made.
    pub(crate) planned: BTreeSet<String>,
    /// Answers given, of every kind.
    pub(crate) acknowledged: u64,
    /// Requests nobody answered.
    pub(crate) unanswered: u64,
    /// Other answers, counted by their words.
    pub(crate) other: BTreeMap<String, u64>,
}

/// Shared by everybody who asks.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Told>);

impl Memory {
    /// Reads or writes.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Told) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn payment(&self, imp_uid: &str, change: impl FnOnce(&mut Known)) {
        self.with(|told| {
            told.acknowledged += 1;
            change(told.payments.entry(imp_uid.to_owned()).or_default());
        });
    }

    pub(crate) fn paid(&self, imp_uid: &str, merchant_uid: &str, amount: i64) {
        self.payment(imp_uid, |known| {
            (known.merchant_uid, known.amount) = (merchant_uid.to_owned(), amount);
            known.paid = true;
        });
    }

    pub(crate) fn issued(&self, imp_uid: &str, merchant_uid: &str, amount: i64) {
        self.payment(imp_uid, |known| {
            (known.merchant_uid, known.amount) = (merchant_uid.to_owned(), amount);
            known.issued = true;
        });
    }

    /// The PG's notice was taken.
    pub(crate) fn deposited(&self, imp_uid: &str) {
        self.payment(imp_uid, |known| known.paid = true);
    }

    /// Somebody is about to ask for so much in all.
    pub(crate) fn asks_back(&self, imp_uid: &str, sum: i64) {
        self.with(|told| {
            let known = told.payments.entry(imp_uid.to_owned()).or_default();
            known.asked_back = known.asked_back.max(sum);
        });
    }

    /// So much in all was given back.
    pub(crate) fn cancelled(&self, imp_uid: &str, sum: i64) {
        self.payment(imp_uid, |known| known.cancelled = known.cancelled.max(sum));
    }

    /// Somebody is about to prepare an order, or to change it.
    pub(crate) fn prepares(&self, merchant_uid: &str, amount: i64) {
        self.with(|told| {
            if let Some(amounts) = told.prepared.get_mut(merchant_uid) {
                amounts.insert(amount);
            }
        });
    }

    pub(crate) fn prepared(&self, merchant_uid: &str, amount: i64) {
        self.with(|told| {
            told.acknowledged += 1;
            told.prepared.insert(merchant_uid.to_owned(), BTreeSet::from([amount]));
        });
    }

    pub(crate) fn planned(&self, merchant_uid: &str) {
        self.with(|told| {
            told.acknowledged += 1;
            told.planned.insert(merchant_uid.to_owned());
        });
    }

    pub(crate) fn unanswered(&self) {
        self.with(|told| told.unanswered += 1);
    }

    /// Something else was answered.
    pub(crate) fn other(&self, what: &str, words: &str) {
        let words: String = words.chars().take(120).collect();
        self.with(|told| *told.other.entry(format!("{what}: {words}")).or_default() += 1);
    }
}
