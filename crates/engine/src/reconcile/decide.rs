//! What people decide about a break: propose a correcting entry, approve one that somebody else
//! proposed, take a proposal back, close a break with a note. Each leaves an audit line in the
//! batch that does it, and nothing happens twice: every decision is over the version that was seen.

use super::{BreakRow, list};
use crate::staff::Role;
use crate::{Engine, Error, Result, audit};
use domain::MerchantId;
use store::{Batch, CommitError, recon};

/// Who decides: a person of the merchant, looked up anew at every decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct By {
    /// Their row number.
    pub staff_id: i64,
}

/// A correcting entry to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The account that has more afterwards.
    pub debit: String,
    /// The account it comes from.
    pub credit: String,
    /// Minor units, more than nothing.
    pub amount: i64,
    /// Why; never empty.
    pub reason: String,
}

/// The account of the channel's PG: what it owes the merchant.
#[must_use]
pub fn pg_account(channel: i64) -> String {
    format!("pg:{channel}")
}

/// The accounts a correction of this channel's books may name.
#[must_use]
pub fn accounts(channel: i64) -> Vec<String> {
    let mut names = vec![pg_account(channel)];
    names.extend(["sales", "refunds", "suspense", "correction"].map(str::to_owned));
    names
}

/// The correction a break suggests; `None` where no amount differs, so that there is nothing to
/// enter.
#[must_use]
pub fn suggested(row: &BreakRow) -> Option<Proposal> {
    if row.difference == 0 {
        return None;
    }
    let pg = pg_account(row.channel_id);
    // Money of an order we do not know belongs to nobody yet.
    let other = if row.imp_uid.is_some() { "correction" } else { "suspense" }.to_owned();
    let (debit, credit) = if row.difference > 0 { (pg, other) } else { (other, pg) };
    let amount = row.difference.checked_abs()?;
    let reason = format!("대사 {} {}", super::day_text(row.day), row.kind);
    Some(Proposal { debit, credit, amount, reason })
}

/// A person with a role that may decide.
async fn person(engine: &Engine, merchant: MerchantId, by: By) -> Result<(i64, String)> {
    let found = store::staff::find(&engine.db, merchant, by.staff_id).await?;
    let nobody = || Error::Forbidden("이 작업을 할 권한이 없습니다.");
    let row = found.ok_or_else(nobody)?;
    Role::parse(&row.role).ok_or_else(nobody)?.need(Role::Manager)?;
    Ok((row.id, row.login))
}

/// Proposes a correcting entry.
///
/// # Errors
/// [`Error::Invalid`] naming the field; [`Error::Refused`] if the break is not open;
/// [`Error::Forbidden`] for who may not.
pub async fn propose(
    engine: &Engine,
    merchant: MerchantId,
    by: By,
    id: i64,
    proposal: Proposal,
) -> Result<BreakRow> {
    let (staff, login) = person(engine, merchant, by).await?;
    let mut row = in_status(engine, merchant, id, &["open"]).await?;
    let proposal = checked(&row, proposal)?;
    "proposed".clone_into(&mut row.status);
    row.debit = Some(proposal.debit);
    row.credit = Some(proposal.credit);
    row.amount = Some(proposal.amount);
    row.reason = Some(proposal.reason);
    row.proposed_by = Some(staff);
    row.proposed_login = Some(login.clone());
    row.proposed_at = Some(engine.now().0);
    decided(engine, row, &login, "reconcile.propose", Batch::new()).await
}

fn checked(row: &BreakRow, mut proposal: Proposal) -> Result<Proposal> {
    proposal.reason = domain::text::cut(&proposal.reason, 200).trim().to_owned();
    if proposal.reason.is_empty() {
        return Err(Error::invalid("reason", "사유를 입력해 주세요."));
    }
    if proposal.amount <= 0 || proposal.amount > 999_999_999_999_999 {
        return Err(Error::invalid("amount", "금액이 올바르지 않습니다."));
    }
    let known = accounts(row.channel_id);
    for (field, account) in [("debit", &proposal.debit), ("credit", &proposal.credit)] {
        if !known.contains(account) {
            let text = format!("계정은 {} 중 하나입니다.", known.join(", "));
            return Err(Error::invalid(field, text));
        }
    }
    if proposal.debit == proposal.credit {
        return Err(Error::invalid("credit", "차변과 대변이 같은 계정입니다."));
    }
    Ok(proposal)
}

/// Takes a proposal back: the break is open again. Whoever proposed it may do so too.
///
/// # Errors
/// [`Error::Refused`] if nothing is proposed; [`Error::Invalid`] without a note.
pub async fn reject(
    engine: &Engine,
    merchant: MerchantId,
    by: By,
    id: i64,
    note: &str,
) -> Result<BreakRow> {
    let (_, login) = person(engine, merchant, by).await?;
    let mut row = in_status(engine, merchant, id, &["proposed"]).await?;
    row.note = Some(noted(note)?);
    "open".clone_into(&mut row.status);
    decided(engine, row, &login, "reconcile.reject", Batch::new()).await
}

/// Approves what somebody else proposed: the entry is written in the batch that says so.
///
/// # Errors
/// [`Error::Forbidden`] for who proposed it; [`Error::Refused`] if nothing is proposed.
pub async fn approve(engine: &Engine, merchant: MerchantId, by: By, id: i64) -> Result<BreakRow> {
    let (staff, login) = person(engine, merchant, by).await?;
    let mut row = in_status(engine, merchant, id, &["proposed"]).await?;
    let alone = row.proposed_by == Some(staff) || row.proposed_login.as_ref() == Some(&login);
    if alone || row.proposed_by.is_none() {
        return Err(Error::Forbidden("제안한 사람이 아닌 다른 사람이 승인해야 합니다."));
    }
    "corrected".clone_into(&mut row.status);
    row.decided_login = Some(login.clone());
    row.decided_at = Some(engine.now().0);
    super::entry::correct(engine, row, &login).await
}

/// Closes a break with a note and without an entry.
///
/// # Errors
/// [`Error::Invalid`] without a note; [`Error::Refused`] if it is over or proposed.
pub async fn close(
    engine: &Engine,
    merchant: MerchantId,
    by: By,
    id: i64,
    note: &str,
) -> Result<BreakRow> {
    let (_, login) = person(engine, merchant, by).await?;
    let mut row = in_status(engine, merchant, id, &["open"]).await?;
    row.note = Some(noted(note)?);
    "closed".clone_into(&mut row.status);
    row.decided_login = Some(login.clone());
    row.decided_at = Some(engine.now().0);
    decided(engine, row, &login, "reconcile.close", Batch::new()).await
}

fn noted(note: &str) -> Result<String> {
    let note = domain::text::cut(note, 200).trim().to_owned();
    if note.is_empty() {
        Err(Error::invalid("note", "사유를 입력해 주세요."))
    } else {
        Ok(note)
    }
}

/// The break, if it is in one of these statuses.
pub(super) async fn in_status(
    engine: &Engine,
    merchant: MerchantId,
    id: i64,
    statuses: &[&str],
) -> Result<BreakRow> {
    let row = list::one(engine, merchant, id).await?;
    if statuses.contains(&row.status.as_str()) {
        return Ok(row);
    }
    Err(changed())
}

/// What whoever was slower is told.
pub(super) fn changed() -> Error {
    Error::Refused("이미 처리되었거나 상태가 바뀐 항목입니다. 다시 확인해 주세요.".to_owned())
}

/// Writes a decision with its audit line.
pub(super) async fn decided(
    engine: &Engine,
    mut row: BreakRow,
    login: &str,
    action: &str,
    more: Batch,
) -> Result<BreakRow> {
    row.version += 1;
    let mut batch = more;
    write(engine, &mut batch, &row, login, action);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(row),
        Err(CommitError::Expectation("break changed")) => Err(changed()),
        Err(other) => Err(other.into()),
    }
}

/// Appends a decision and its audit line; `row.version` is the one it will have.
pub(super) fn write(engine: &Engine, batch: &mut Batch, row: &BreakRow, login: &str, what: &str) {
    recon::decide(batch, row);
    let merchant = MerchantId(row.merchant_id);
    let order = row.imp_uid.as_deref().unwrap_or(&row.order_no);
    let said = row.note.as_deref().or(row.reason.as_deref()).unwrap_or("");
    let amount = row.amount.map_or(String::new(), |amount| format!(" {amount}"));
    let detail = format!("{} {} {order}{amount} {said}", row.id, row.kind);
    audit::note(engine, batch, merchant, login, what, domain::text::cut(&detail, 500));
}
