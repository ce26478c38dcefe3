//! What the ledger needs from time to time: entries for payments older than itself, and seals.
//!
//! No job of the queue: those belong to a merchant and follow its clock, which a seal must not.
//! Every process may do it at once: a seal's number is taken by one of them, and the others find
//! that it was.

use crate::commit::{Actor, Change, Conflict};
use crate::seal::{Field, Keyring};
use crate::{Engine, Error, Result};
use domain::{MerchantId, Millis};
use std::collections::HashMap;
use store::ledger::{EntryRow, SealRow};
use store::{Batch, CommitError};

/// How old an entry is before it is sealed, milliseconds. Longer than a transaction may last and
/// than the clocks of replicas may differ.
pub const LAG_MS: i64 = 600_000;

/// At most one seal in so many milliseconds.
const SPACE_MS: i64 = 600_000;

/// Entries read at once.
const PAGE: i64 = 5_000;

/// Payments opened in one batch.
const OPENED: i64 = 200;

/// Opens what is older than the ledger, then seals what is old enough. To be called at the start
/// and every minute or so; costs one read when there is nothing to do.
///
/// # Errors
/// Of the database; it is all tried again at the next call.
pub async fn tend(engine: &Engine) -> Result<()> {
    if store::ledger::last_seal(&engine.db).await?.is_none() {
        open(engine).await?;
        begin(engine).await?;
    }
    if let Some(last) = learn(engine).await? {
        seal(engine, &last).await?;
        learn(engine).await?;
    }
    Ok(())
}

/// Learns up to when the ledger is sealed, so that nothing is entered before that.
pub(crate) async fn learn(engine: &Engine) -> Result<Option<SealRow>> {
    let last = store::ledger::last_seal(&engine.db).await?;
    if let Some(last) = &last {
        engine.ledger.raise(last.upto);
    }
    Ok(last)
}

/// Payments that moved money before there was a ledger get entries that say so.
async fn open(engine: &Engine) -> Result<()> {
    let mut behind = String::new();
    let mut clocks = HashMap::new();
    loop {
        let page = store::ledger::unopened(&engine.db, &behind, OPENED).await?;
        let Some((_, last)) = page.last() else { return Ok(()) };
        last.clone_into(&mut behind);
        let mut changes = Vec::new();
        for (merchant, imp_uid) in &page {
            let merchant = MerchantId(*merchant);
            let at = match clocks.get(&merchant.0) {
                Some(at) => *at,
                None => crate::merchants::now_of(engine, merchant).await?,
            };
            clocks.insert(merchant.0, at);
            changes.push((merchant, imp_uid, at));
        }
        let mut together = Batch::new();
        for (merchant, imp_uid, at) in &changes {
            if let Some(mut change) = opening(engine, *merchant, imp_uid, *at).await? {
                let batch = change.rest(engine).await.map_err(Error::from)?;
                together.extend(batch);
            }
        }
        match engine.db.commit(together).await {
            Ok(_) => continue,
            // One of them changed meanwhile, and was opened by that.
            Err(CommitError::Expectation(_) | CommitError::Unique(_)) => {}
            Err(other) => return Err(other.into()),
        }
        for (merchant, imp_uid, at) in changes {
            let Some(change) = opening(engine, merchant, imp_uid, at).await? else { continue };
            match change.commit(engine).await {
                Ok(_) | Err(Conflict::Changed) => {}
                Err(other) => return Err(other.into()),
            }
        }
    }
}

async fn opening(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    at: Millis,
) -> Result<Option<Change>> {
    let row = store::payments::find(&engine.db, merchant, imp_uid).await?;
    let Some(row) = row.filter(|row| row.ledger_seq < 0) else { return Ok(None) };
    let mut change = Change::new(engine, row, Actor::Job, at);
    change.quiet("ledger_opened");
    Ok(Some(change))
}

/// The ledger begins: nothing is opened after this.
async fn begin(engine: &Engine) -> Result<()> {
    let mut sum = Sum::default();
    let mut behind = (String::new(), 0);
    loop {
        let page = store::ledger::openings(&engine.db, (&behind.0, behind.1), PAGE).await?;
        let Some(last) = page.last() else { break };
        behind = (last.imp_uid.clone(), last.seq);
        page.iter().for_each(|entry| sum.add(&engine.keyring, entry));
    }
    let row = SealRow {
        no: 0,
        upto: 0,
        entries: sum.entries,
        digest: sum.digest(),
        sealed_at: engine.now().0,
        prev_hash: String::new(),
        hash: String::new(),
    };
    let mut batch = Batch::new();
    store::ledger::seal_openings(&mut batch, &hashed(&engine.keyring, row));
    written(engine.db.commit(batch).await)
}

/// Seals what was entered since the last seal and is old enough.
async fn seal(engine: &Engine, last: &SealRow) -> Result<()> {
    let upto = engine.now().0.saturating_sub(LAG_MS);
    if upto < last.upto.saturating_add(SPACE_MS) {
        return Ok(());
    }
    let mut sum = Sum::default();
    let mut behind = (last.upto, String::new(), 0);
    loop {
        let page = store::ledger::entered(&engine.db, (last.upto, upto), &behind, PAGE).await?;
        let Some(newest) = page.last() else { break };
        behind = (newest.entered_at, newest.imp_uid.clone(), newest.seq);
        page.iter().for_each(|entry| sum.add(&engine.keyring, entry));
    }
    if sum.entries == 0 {
        return Ok(());
    }
    let row = SealRow {
        no: last.no + 1,
        upto,
        entries: sum.entries,
        digest: sum.digest(),
        sealed_at: engine.now().0,
        prev_hash: last.hash.clone(),
        hash: String::new(),
    };
    let row = hashed(&engine.keyring, row);
    let mut batch = Batch::new();
    store::ledger::seal(&mut batch, &row, last.upto);
    // In the log it is out of reach of whoever can write to the database.
    tracing::info!(no = row.no, entries = row.entries, hash = row.hash, "the ledger is sealed");
    written(engine.db.commit(batch).await)
}

/// Another process may have been faster.
fn written(committed: std::result::Result<Vec<Vec<store::Row>>, CommitError>) -> Result<()> {
    match committed {
        Ok(_) | Err(CommitError::Expectation(_)) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

fn hashed(keyring: &Keyring, mut row: SealRow) -> SealRow {
    row.hash = hash(keyring, &row);
    row
}

/// What the seal's hash must be.
pub(super) fn hash(keyring: &Keyring, row: &SealRow) -> String {
    use Field::{Int, Text};
    let fields = [
        Text("seal"),
        Text(&row.prev_hash),
        Int(row.no),
        Int(row.upto),
        Int(row.entries),
        Text(&row.digest),
        Int(row.sealed_at),
    ];
    hex::encode(keyring.ledger_hash(&fields))
}

/// Entries counted and their keyed hashes added up, in whatever order they come: 256 bits that
/// wrap around.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// How many.
    pub(super) entries: i64,
    parts: [u64; 4],
}

impl Sum {
    /// One more entry, as it stands in the database.
    pub(super) fn add(&mut self, keyring: &Keyring, entry: &EntryRow) {
        let fields = [
            Field::Text("sealed"),
            Field::Text(&entry.imp_uid),
            Field::Int(entry.seq),
            Field::Text(&entry.hash),
        ];
        let hash = keyring.ledger_hash(&fields);
        self.entries += 1;
        let mut carry = false;
        for (part, bytes) in self.parts.iter_mut().zip(hash.chunks_exact(8)) {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            let (sum, over) = part.overflowing_add(u64::from_le_bytes(word));
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            (*part, carry) = (sum, over || again);
        }
    }

    /// The sum as text.
    pub(super) fn digest(&self) -> String {
        let bytes: Vec<u8> = self.parts.iter().flat_map(|part| part.to_le_bytes()).collect();
        hex::encode(bytes)
    }
}
