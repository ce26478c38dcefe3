//! The PG said yes: write it down, or give it back where it must not stand.

use super::line::Line;
use super::settle;
use super::void::{self, Resumed};
use crate::billing::customers::{self, Person};
use crate::commit::{Actor, Change, Conflict};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use domain::payment::{Event, Illegal};
use pg::{Approval, Buyer, IssuedKey};
use store::payments::PaymentRow;

/// How often a change that met another one is decided anew.
pub(crate) const ROUNDS: usize = 8;

/// Writes an approval (or an issued account) down. An amount that is not ours is voided at the PG.
///
/// # Errors
/// Faults of ours; the settle job then finds the approval again.
pub async fn conclude(
    engine: &Engine,
    line: &Line,
    row: PaymentRow,
    approved: Approval,
    actor: Actor,
) -> Result<PaymentRow> {
    let mut row = row;
    if actor == Actor::Job {
        // Another answer was voided before: whatever this one says, that comes first.
        row = match void::resume(engine, line, row, &approved).await? {
            Resumed::Ended(row) => return Ok(row),
            Resumed::Nothing(row) => row,
        };
    }
    let exchanges = line.take();
    for _ in 0..ROUNDS {
        let mut change = Change::new(engine, row.clone(), actor, line.at);
        change.exchanges(&exchanges);
        let event = match approved.account {
            Some(_) if approved.amount == row.payment.amount => Event::AccountIssued,
            Some(_) | None => Event::Approved(approved.amount),
        };
        match change.apply(event) {
            Ok(()) => {}
            Err(Conflict::Illegal(Illegal::Repeat)) => return Ok(row),
            Err(Conflict::Illegal(Illegal::Amount)) => {
                return void::void(engine, line, change, &approved).await;
            }
            Err(other) => return Err(other.into()),
        }
        facts(&mut change.row, &approved, line);
        if let Some(key) = &approved.issued_key {
            keep_key(engine, &mut change, key, line).await?;
        }
        change.detail("pg_tid", approved.tid.clone());
        match change.commit(engine).await {
            Ok(row) => return Ok(row),
            Err(Conflict::Changed) => {
                let now = reload(engine, &row).await?;
                if actor == Actor::Pg && now.version != row.version && settle::unsettled(&now) {
                    let late = "the answer came after the grace: a job finds out how it ended";
                    return Err(Error::internal(late));
                }
                row = now;
            }
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("the payment kept changing"))
}

/// The row as it is now.
pub(crate) async fn reload(engine: &Engine, row: &PaymentRow) -> Result<PaymentRow> {
    let merchant = MerchantId(row.merchant_id);
    let found = store::payments::find(&engine.db, merchant, &row.imp_uid).await?;
    found.ok_or_else(|| Error::internal("the payment is gone"))
}

/// Another process was faster with this payment: it stands as that one left it.
pub(super) async fn or_as_it_is(
    engine: &Engine,
    row: &PaymentRow,
    committed: std::result::Result<PaymentRow, Conflict>,
) -> Result<PaymentRow> {
    match committed {
        Err(Conflict::Changed) => reload(engine, row).await,
        committed => Ok(committed?),
    }
}

/// The key a window issued becomes the customer's, in the batch that says so.
async fn keep_key(
    engine: &Engine,
    change: &mut Change,
    key: &IssuedKey,
    line: &Line,
) -> Result<()> {
    let row = &change.row;
    let Some(customer_uid) = row.customer_uid.clone() else { return Ok(()) };
    let merchant = MerchantId(row.merchant_id);
    let channel = store::channels::find(&engine.db, merchant, row.channel_id).await?;
    let channel = channel.ok_or_else(|| Error::internal("the payment's channel is gone"))?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let buyer = Buyer {
        name: text(&row.buyer_name),
        email: text(&row.buyer_email),
        tel: text(&row.buyer_tel),
        addr: text(&row.buyer_addr),
        postcode: text(&row.buyer_postcode),
    };
    let person = Person { customer_id: String::new(), buyer };
    let customer =
        customers::row(engine, merchant, &channel, &customer_uid, key, &person, line.at)?;
    store::customers::put(&mut change.batch, &customer);
    Ok(())
}

fn facts(row: &mut PaymentRow, approved: &Approval, line: &Line) {
    row.pg_tid = Some(domain::text::cut(&approved.tid, 64));
    row.pg_memo.clone_from(&approved.memo);
    row.pg_auth = None;
    if let Some(method) = &approved.method {
        row.pay_method = Some(method.clone());
    }
    row.emb_pg_provider.clone_from(&approved.emb_pg_provider);
    row.apply_num = approved.apply_num.as_ref().map(|number| domain::text::cut(number, 20));
    if let Some(card) = &approved.card {
        row.card_code.clone_from(&card.code);
        row.card_name.clone_from(&card.name);
        row.card_number.clone_from(&card.number);
        row.card_quota = card.quota;
        row.card_type = card.kind;
    }
    if let Some(bank) = &approved.bank {
        row.bank_code.clone_from(&bank.code);
        row.bank_name.clone_from(&bank.name);
    }
    row.cash_receipt_at = approved.cash_receipt.then_some(line.at.0);
    match &approved.account {
        Some(account) => {
            row.vbank_code = Some(account.bank_code.clone()).filter(|code| !code.is_empty());
            row.vbank_name = Some(account.bank_name.clone());
            row.vbank_num = Some(account.number.clone());
            row.vbank_holder.clone_from(&account.holder);
            row.vbank_due_at = Some(account.due.0);
            row.vbank_issued_at = Some(line.at.0);
        }
        None => row.paid_at = Some(approved.at.unwrap_or(line.at).0),
    }
}
