//! The correcting entry of an approved proposal: behind the payment's last one, or in a chain of
//! its own for money of no payment of ours.

use super::{BreakRow, decide};
use crate::commit::{Actor, Conflict};
use crate::ledger::{self, Account, Correction};
use crate::{Engine, Error, Result};
use domain::{Currency, MerchantId};
use store::Batch;

/// The ledger's name of the chain of a break without a payment.
#[must_use]
pub fn entry_chain(break_id: i64) -> String {
    format!("{}{break_id}", ledger::unknown::PREFIX)
}

/// Writes it, and the break's end, in one batch.
pub(super) async fn correct(engine: &Engine, mut row: BreakRow, login: &str) -> Result<BreakRow> {
    row.version += 1;
    let account = |name: &Option<String>| {
        let known = name.as_deref().and_then(Account::parse);
        known.ok_or_else(|| Error::internal("a proposal without accounts"))
    };
    let proposer = row.proposed_login.as_deref().unwrap_or_default();
    let correction = Correction {
        debit: account(&row.debit)?,
        credit: account(&row.credit)?,
        amount: row.amount.unwrap_or_default(),
        operation_id: row.id.to_string(),
        reason: row.reason.clone().unwrap_or_default(),
        actor: Actor::Console,
        by: domain::text::cut(&format!("{proposer} → {login}"), 200),
    };
    let mut more = Batch::new();
    decide::write(engine, &mut more, &row, login, "reconcile.approve");
    let merchant = MerchantId(row.merchant_id);
    let made = match &row.imp_uid {
        Some(imp_uid) => {
            ledger::correct(engine, merchant, imp_uid, &correction, more).await.map(|_| ())
        }
        None => {
            let currency = Currency::parse(&row.currency);
            let currency = currency.ok_or_else(|| {
                Error::Refused("통화를 알 수 없어 기입할 수 없습니다.".to_owned())
            })?;
            let (name, of) = (row.id.to_string(), (row.channel_id, currency));
            ledger::correct_unknown(engine, merchant, &name, of, &correction, &more).await
        }
    };
    match made {
        Ok(()) => Ok(row),
        Err(Conflict::Changed) => Err(decide::changed()),
        Err(other) => Err(other.into()),
    }
}
