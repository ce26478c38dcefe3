//! A person puts right what a PG's books say otherwise.

use crate::commit::{Actor, Change, Conflict};
use crate::payments::approval::ROUNDS;
use crate::{Engine, Error};
use domain::ledger::{Account, Kind, Transfer};
use domain::{MerchantId, Money, MoneyError};
use store::Batch;
use store::payments::PaymentRow;

/// A correcting entry. It changes the ledger's accounts, never the payment's state.
#[derive(Clone, Debug)]
pub struct Correction {
    /// The account that has more afterwards.
    pub debit: Account,
    /// The account it comes from.
    pub credit: Account,
    /// Minor units of the payment's currency; more than nothing.
    pub amount: i64,
    /// What it comes from (the number of a break); at most 64 characters.
    pub operation_id: String,
    /// Why, in a person's words; not empty, at most 500 characters.
    pub reason: String,
    /// Who: [`Actor::Console`] with the staff's login, or a job's name.
    pub actor: Actor,
    /// The login of who decided it, and of who approved it.
    pub by: String,
}

/// Writes a correcting entry behind the payment's last one, with `more` in the same batch: the
/// caller's own row that says the break is settled, whose expectation named `correction made`
/// becomes [`Conflict::CorrectionMade`]. Gives the payment, whose `ledger_seq` is the entry's
/// number. Takes the payment's lock, which the caller must not hold.
///
/// # Errors
/// [`Error::Invalid`] naming the field, [`Error::NotFound`] if the merchant has no such payment,
/// [`Conflict::CorrectionMade`]. Nothing was written then.
pub async fn correct(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    correction: &Correction,
    more: Batch,
) -> Result<PaymentRow, Conflict> {
    let _held = engine.locks.hold(imp_uid).await;
    let at = crate::merchants::now_of(engine, merchant).await?;
    for _ in 0..ROUNDS {
        let row = store::payments::find(&engine.db, merchant, imp_uid).await;
        let row = row.map_err(Error::from)?;
        let row = row.ok_or(Error::NotFound("존재하지 않는 결제정보입니다."))?;
        let moved = read(correction, row.channel_id, row.payment.amount)?;
        let mut change = Change::new(engine, row, correction.actor, at);
        change.quiet("ledger_corrected");
        change.detail("by", correction.by.clone());
        change.detail("reason", correction.reason.clone());
        change.detail("amount", moved.amount.decimal());
        change.operation(&correction.operation_id);
        let note = format!("{} ({})", correction.reason.trim(), correction.by);
        change.moves(moved, &note);
        change.batch = more.clone();
        match change.commit(engine).await {
            Ok(row) => return Ok(row),
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Conflict::Changed)
}

pub(super) fn read(correction: &Correction, channel: i64, of: Money) -> Result<Transfer, Error> {
    let invalid = |field: &str, text: &str| Err(Error::invalid(field, text));
    let (debit, credit) = (correction.debit, correction.credit);
    if debit == credit {
        return invalid("credit", "차변과 대변이 같을 수 없습니다.");
    }
    for (field, account) in [("debit", debit), ("credit", credit)] {
        if matches!(account, Account::Pg(other) if other != channel) {
            return invalid(field, "이 결제의 채널이 아닙니다.");
        }
    }
    let reason = correction.reason.trim();
    if reason.is_empty() || reason.chars().count() > 500 {
        return invalid("reason", "1자에서 500자 사이여야 합니다.");
    }
    if correction.operation_id.chars().count() > 64 || correction.by.chars().count() > 200 {
        return invalid("operation_id", "너무 깁니다.");
    }
    let amount = match Money::new(correction.amount, of.currency()) {
        Ok(amount) if amount.is_zero() => return invalid("amount", "0보다 커야 합니다."),
        Ok(amount) => amount,
        Err(MoneyError::Negative) => return invalid("amount", "0보다 커야 합니다."),
        Err(_) => return invalid("amount", "너무 큰 금액입니다."),
    };
    Ok(Transfer { kind: Kind::Correction, debit, credit, amount })
}
