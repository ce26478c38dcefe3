//! One payment: its chain, and what its entries come to.

use super::Check;
use super::Sum;
use crate::ledger::unknown::PREFIX;
use crate::ledger::{charges, entry};
use domain::ledger::{Account, Expected, Kind};
use domain::payment::Payment;
use domain::{Currency, Money};
use store::ledger::EntryRow;
use store::ledger::said::{PaymentWord, Said};

/// What the entries come to, corrections apart.
#[derive(Default)]
struct Sums {
    pg: i128,
    sales: i128,
    refunds: i128,
    suspense: i128,
}

impl Check<'_> {
    /// `said` is all there is about one payment, its own word first if it has a row.
    pub(super) fn payment(&mut self, said: &[Said], openings: &mut Sum) {
        let (mut word, mut cancels, mut entries) = (None, 0, Vec::new());
        for row in said {
            match row {
                Said::Payment(payment) => word = Some(payment),
                Said::Cancels { done, .. } => cancels = *done,
                Said::Entry(entry) => entries.push(entry),
            }
        }
        self.report.entries += entries.len() as u64;
        for entry in &entries {
            self.under_its_seal(entry);
            if entry.kind == Kind::Opening.as_str() {
                openings.add(self.keyring, entry);
            }
        }
        let Some(word) = word else { return self.alone(&entries) };
        self.report.payments += 1;
        self.chain(word, &entries);
        let sums = self.sums(word, &entries);
        self.compare(word, &sums, cancels, entries.is_empty());
    }

    fn under_its_seal(&mut self, entry: &EntryRow) {
        let place = self.seals.partition_point(|(seal, _)| seal.upto < entry.entered_at);
        match self.seals.get_mut(place) {
            Some((_, sum)) => sum.add(self.keyring, entry),
            None => self.report.unsealed += 1,
        }
    }

    /// Entries of no payment: corrections about money reconciliation found, and nothing else.
    fn alone(&mut self, entries: &[&EntryRow]) {
        let Some(first) = entries.first() else { return };
        let corrections = entries.iter().all(|entry| entry.kind == Kind::Correction.as_str());
        if !corrections || !first.imp_uid.starts_with(PREFIX) {
            let text = format!("has {} entries and is no payment", entries.len());
            self.report.broken(&first.imp_uid, text);
            return;
        }
        self.links(&first.imp_uid, entries);
        for entry in entries {
            self.total(entry);
        }
    }

    fn total(&mut self, entry: &EntryRow) {
        let amount = i128::from(entry.amount);
        let totals = &mut self.report.totals;
        let account = |side: &str| (entry.currency.clone(), side.to_owned());
        totals.entry(account(&entry.debit)).or_default().debit += amount;
        totals.entry(account(&entry.credit)).or_default().credit += amount;
    }

    /// Each entry follows the one before it; gives the last one's number and hash.
    fn links<'e>(&mut self, imp_uid: &str, entries: &[&'e EntryRow]) -> (i64, &'e str) {
        let (mut seq, mut hash) = (0, "");
        for entry in entries {
            let next = seq + 1;
            if entry.seq != next {
                let missing = format!("entry {next} is missing before entry {}", entry.seq);
                self.report.broken(imp_uid, missing);
            } else if entry.prev_hash != hash {
                let text = format!("entry {} does not follow the one before it", entry.seq);
                self.report.broken(imp_uid, text);
            }
            if entry::hash(self.keyring, entry) != entry.hash {
                let text = format!("entry {} was changed or is not ours", entry.seq);
                self.report.broken(imp_uid, text);
            }
            (seq, hash) = (entry.seq, &entry.hash);
        }
        (seq, hash)
    }

    fn chain(&mut self, word: &PaymentWord, entries: &[&EntryRow]) {
        let (seq, hash) = self.links(&word.imp_uid, entries);
        let head = word.seq.max(0);
        if head != seq {
            let text = format!("the payment ends at entry {head}, the ledger at {seq}");
            self.report.broken(&word.imp_uid, text);
        } else if word.hash != hash {
            let text = format!("entry {seq} is not the one the payment ends at");
            self.report.broken(&word.imp_uid, text);
        }
    }

    /// Adds the entries up, for the payment and for the whole ledger.
    fn sums(&mut self, word: &PaymentWord, entries: &[&EntryRow]) -> Sums {
        let mut sums = Sums::default();
        for entry in entries {
            let sides = (Account::parse(&entry.debit), Account::parse(&entry.credit));
            let kind = Kind::parse(&entry.kind);
            let ((Some(debit), Some(credit)), Some(kind)) = (sides, kind) else {
                let text = format!("entry {} has no such kind or account", entry.seq);
                self.report.broken(&word.imp_uid, text);
                continue;
            };
            let others = |side| matches!(side, Account::Pg(id) if id != word.channel_id);
            if !kind.fits(debit, credit)
                || others(debit)
                || others(credit)
                || entry.amount <= 0
                || entry.currency != word.currency
                || entry.merchant_id != word.merchant_id
            {
                let text = format!("entry {} does not belong to this payment", entry.seq);
                self.report.broken(&word.imp_uid, text);
            }
            let amount = i128::from(entry.amount);
            self.total(entry);
            if kind == Kind::Correction {
                continue;
            }
            for (side, amount) in [(debit, amount), (credit, -amount)] {
                match side {
                    Account::Pg(_) => sums.pg += amount,
                    Account::Sales => sums.sales -= amount,
                    Account::Refunds => sums.refunds += amount,
                    Account::Suspense => sums.suspense -= amount,
                    Account::Correction => {}
                }
            }
        }
        sums
    }

    /// What the entries come to is what the payment's row and its cancels say.
    fn compare(&mut self, word: &PaymentWord, sums: &Sums, cancels: i64, none: bool) {
        let Some(expected) = expected(word) else {
            self.report.broken(&word.imp_uid, "the payment's row makes no sense");
            return;
        };
        let (sales, refunds) = (expected.sales.minor(), expected.refunds.minor());
        if word.seq < 0 && none {
            match (self.opened.is_some(), sales) {
                (_, 0) => {}
                (false, _) => self.report.unopened += 1,
                (true, _) => self.report.broken(&word.imp_uid, "holds money without an entry"),
            }
            return;
        }
        let mut differ = |what: &str, row: i64, ledger: i128| {
            if i128::from(row) != ledger {
                let text = format!("{what}: {row} by the payment, {ledger} by the ledger");
                self.report.broken(&word.imp_uid, text);
            }
        };
        differ("paid", sales, sums.sales);
        differ("given back", refunds, sums.refunds);
        differ("held by the PG", sales - refunds, sums.pg - sums.suspense);
        if sales != 0 && i128::from(cancels) != sums.refunds {
            let text = format!("cancels come to {cancels}, the ledger to {}", sums.refunds);
            self.report.broken(&word.imp_uid, text);
        }
    }
}

fn expected(word: &PaymentWord) -> Option<Expected> {
    let currency = Currency::parse(&word.currency)?;
    let amount = Money::new(word.amount, currency).ok()?;
    let payment = Payment::from_stored(amount, &word.state, word.cancelled, 0).ok()??;
    if payment.stored().cancelled != word.cancelled {
        return None;
    }
    if charges(&word.usage, &word.pg, word.amount) {
        return Some(Expected::of(payment, word.paid));
    }
    let nothing = Money::zero(currency);
    Some(Expected { sales: nothing, refunds: nothing })
}
