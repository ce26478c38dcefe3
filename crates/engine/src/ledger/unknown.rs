//! A correcting entry about money no payment of ours is about: a chain of its own, named after what
//! found the money.

use super::Correction;
use super::{entry, tend};
use crate::commit::Conflict;
use crate::payments::approval::ROUNDS;
use crate::{Engine, Error};
use domain::ledger::Kind;
use domain::{Currency, MerchantId};
use store::ledger::EntryRow;
use store::{Batch, CommitError};

/// What chains without a payment begin with; no imp_uid has a colon.
pub(crate) const PREFIX: &str = "recon:";

/// Writes a correcting entry into the chain `recon:{name}`, with `more` in the same batch, whose
/// unmet expectations become [`Conflict::Changed`]. `correction.amount` is in minor units of
/// `currency`.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Conflict::Changed`]. Nothing was written then.
pub async fn correct_unknown(
    engine: &Engine,
    merchant: MerchantId,
    name: &str,
    (channel, currency): (i64, Currency),
    correction: &Correction,
    more: &Batch,
) -> Result<(), Conflict> {
    let chain = format!("{PREFIX}{name}");
    let _held = engine.locks.hold(&chain).await;
    let nothing = domain::Money::zero(currency);
    let moved = super::correct::read(correction, channel, nothing)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    for _ in 0..ROUNDS {
        let before = store::ledger::of_payment(&engine.db, &chain).await.map_err(Error::from)?;
        let last = before.last();
        let mut row = EntryRow {
            imp_uid: chain.clone(),
            seq: last.map_or(0, |last| last.seq) + 1,
            merchant_id: merchant.0,
            at: at.0,
            entered_at: engine.ledger.enter(engine.now()),
            kind: Kind::Correction.as_str().to_owned(),
            operation_id: correction.operation_id.clone(),
            debit: moved.debit.to_string(),
            credit: moved.credit.to_string(),
            amount: moved.amount.minor(),
            currency: currency.code().to_owned(),
            actor: correction.actor.as_str().to_owned(),
            note: format!("{} ({})", correction.reason.trim(), correction.by),
            prev_hash: last.map(|last| last.hash.clone()).unwrap_or_default(),
            hash: String::new(),
        };
        row.hash = entry::hash(&engine.keyring, &row);
        let mut batch = Batch::new();
        store::ledger::insert(&mut batch, &row);
        batch.extend(more.clone());
        match engine.db.commit(batch).await {
            Ok(_) => return Ok(()),
            Err(CommitError::Expectation("ledger sealed")) => {
                tend::learn(engine).await?;
            }
            Err(CommitError::Expectation(_)) => return Err(Conflict::Changed),
            Err(other) => return Err(Conflict::Failed(other.into())),
        }
    }
    Err(Conflict::Changed)
}
