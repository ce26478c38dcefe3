//! Recomputes the ledger: every hash and every chain, what each payment's entries come to against
//! what its row and its cancels say, and the seals over all of them.
//!
//! Reads a stretch of payments at a time, each at one moment, so it runs beside a working hub and
//! needs little memory. What a payment says between two stretches does not matter: its entries are
//! committed with it.

mod payment;

use super::tend::{self, Sum};
use crate::Result;
use crate::seal::Keyring;
use std::collections::BTreeMap;
use store::Db;
use store::ledger::said::{self, Said};
use store::ledger::{EntryRow, SealRow};

pub use store::ledger::said::Reads;

/// Payments read at one moment.
const STRETCH: i64 = 500;

/// Breaks kept in a report; all are counted.
pub const KEPT: usize = 1_000;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The payment, or empty for what is wrong with the ledger as a whole.
    pub imp_uid: String,
    /// What is wrong, in words.
    pub reason: String,
}

/// What went into an account and what came out of it, minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Sum of debits.
    pub debit: i128,
    /// Sum of credits.
    pub credit: i128,
}

/// What [`verify`] found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Payments looked at.
    pub payments: u64,
    /// Entries looked at.
    pub entries: u64,
    /// Seals looked at.
    pub seals: u64,
    /// Entries no seal is over yet.
    pub unsealed: u64,
    /// Payments from before the ledger without entries yet.
    pub unopened: u64,
    /// By currency and account.
    pub totals: BTreeMap<(String, String), Total>,
    /// All breaks.
    pub broken: u64,
    /// The first [`KEPT`] of them.
    pub breaks: Vec<Break>,
    /// Number and hash of the newest seal: whoever keeps them elsewhere can tell at any later time
    /// that nothing up to here was taken away.
    pub last_seal: Option<(i64, String)>,
}

impl Report {
    /// Nothing is wrong.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.broken == 0
    }

    fn broken(&mut self, imp_uid: &str, reason: impl Into<String>) {
        self.broken += 1;
        if self.breaks.len() < KEPT {
            self.breaks.push(Break { imp_uid: imp_uid.to_owned(), reason: reason.into() });
        }
    }
}

/// A seal somebody kept outside the database.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its number.
    pub no: i64,
    /// Its hash.
    pub hash: String,
}

/// Recomputes everything, beside working hubs. `kept` is a seal known from outside, if there is
/// one.
///
/// # Errors
/// Of the database. What is wrong with the ledger is in the report.
pub async fn verify(db: &Db, keyring: &Keyring, kept: Option<&Kept>) -> Result<Report> {
    verify_in(&mut Reads::Db(db), keyring, kept).await
}

/// As [`verify`], wherever the reads come from.
///
/// # Errors
/// As [`verify`]; also if the database has no ledger yet.
pub async fn verify_in(
    reads: &mut Reads<'_>,
    keyring: &Keyring,
    kept: Option<&Kept>,
) -> Result<Report> {
    reads.have_a_ledger().await?;
    let mut check = Check::new(keyring);
    check.seals(reads, kept).await?;
    let mut openings = Sum::default();
    let mut behind = String::new();
    loop {
        let upto = said::stretch(reads, &behind, STRETCH).await?;
        let said = said::said(reads, &behind, upto.as_deref()).await?;
        for one in said.chunk_by(|one, next| one.imp_uid() == next.imp_uid()) {
            check.payment(one, &mut openings);
        }
        match upto {
            Some(upto) => behind = upto,
            None => break,
        }
    }
    check.sealed(&openings);
    Ok(check.report)
}

/// One payment's chain and sums, without the seals; with the entries themselves.
///
/// # Errors
/// As [`verify_in`].
pub async fn verify_one(
    reads: &mut Reads<'_>,
    keyring: &Keyring,
    imp_uid: &str,
) -> Result<(Report, Vec<EntryRow>)> {
    reads.have_a_ledger().await?;
    let mut check = Check::new(keyring);
    let said = said::of_one(reads, imp_uid).await?;
    check.payment(&said, &mut Sum::default());
    let entries = said.into_iter().filter_map(|row| match row {
        Said::Entry(entry) => Some(entry),
        Said::Payment(_) | Said::Cancels { .. } => None,
    });
    Ok((check.report, entries.collect()))
}

/// What is known while it goes on.
struct Check<'a> {
    keyring: &'a Keyring,
    report: Report,
    /// Seals from number 1, each with what was found under it.
    seals: Vec<(SealRow, Sum)>,
    /// The seal over the opening entries.
    opened: Option<SealRow>,
}

impl<'a> Check<'a> {
    fn new(keyring: &'a Keyring) -> Self {
        Self { keyring, report: Report::default(), seals: Vec::new(), opened: None }
    }

    /// Reads the seals and checks their chain.
    async fn seals(&mut self, reads: &mut Reads<'_>, kept: Option<&Kept>) -> Result<()> {
        let (mut no, mut last, mut found) = (-1, (0, String::new()), false);
        loop {
            let page = store::ledger::seals(reads, no, 1_000).await?;
            if page.is_empty() {
                break;
            }
            for seal in page {
                for missing in no + 1..seal.no.min(no + 10) {
                    self.report.broken("", format!("seal {missing} is missing"));
                }
                if seal.no != no + 1 {
                    last.1.clone_from(&seal.prev_hash);
                }
                if tend::hash(self.keyring, &seal) != seal.hash {
                    self.report.broken("", format!("seal {} was changed", seal.no));
                } else if seal.prev_hash != last.1 || seal.upto < last.0 {
                    let text = format!("seal {} does not follow the one before it", seal.no);
                    self.report.broken("", text);
                }
                if let Some(kept) = kept.filter(|kept| kept.no == seal.no) {
                    found = true;
                    if kept.hash != seal.hash {
                        let text = format!("seal {} is not the one that was kept", seal.no);
                        self.report.broken("", text);
                    }
                }
                no = seal.no;
                last = (seal.upto, seal.hash.clone());
                self.report.seals += 1;
                self.report.last_seal = Some((seal.no, seal.hash.clone()));
                match seal.no {
                    0 => self.opened = Some(seal),
                    _ => self.seals.push((seal, Sum::default())),
                }
            }
        }
        if let Some(kept) = kept.filter(|_| !found) {
            self.report.broken("", format!("seal {}, which was kept, is missing", kept.no));
        }
        Ok(())
    }

    /// Compares what the seals say with what was found under them.
    fn sealed(&mut self, openings: &Sum) {
        let opened = self.opened.take();
        let opened = opened.iter().map(|seal| (seal, openings));
        let all = opened.chain(self.seals.iter().map(|(seal, sum)| (seal, sum)));
        let mut wrong = Vec::new();
        for (seal, found) in all {
            if found.entries != seal.entries {
                let (no, said, there) = (seal.no, seal.entries, found.entries);
                wrong.push(format!("seal {no} is over {said} entries, {there} are there"));
            } else if found.digest() != seal.digest {
                wrong.push(format!("seal {} is over other entries than are there", seal.no));
            }
        }
        for text in wrong {
            self.report.broken("", text);
        }
    }
}
