//! What a machine can do about a break instead of an entry: ask the PG now how it ended, or give
//! money that came to a payment that had failed the end it has everywhere else.

use super::decide::{self, By};
use super::{BreakRow, Kind, list};
use crate::commit::{Actor, Change, Conflict};
use crate::staff::Role;
use crate::{Engine, Error, Result, merchants, payments};
use domain::payment::{Event, State};
use domain::{MerchantId, Money};
use store::payments::PaymentRow;
use store::{Batch, recon};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Ask the PG how the approval ended.
    SettleApproval,
    /// Ask the PG how the cancel ended.
    SettleCancel,
    /// Write down that money came to a payment that had failed or was closed: the same end as a
    /// late notice has. The payment stays as it is, and a person is told to give the money back.
    MoneyAfterEnd,
}

impl Remedy {
    /// The word in the audit log.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SettleApproval => "settle_approval",
            Self::SettleCancel => "settle_cancel",
            Self::MoneyAfterEnd => "money_after_end",
        }
    }
}

/// What can be done about a break as it stands; `None` if only people can decide.
///
/// # Errors
/// Of the database.
pub async fn offered(engine: &Engine, row: &BreakRow) -> Result<Option<Remedy>> {
    let (Some(imp_uid), "open") = (row.imp_uid.as_deref(), row.status.as_str()) else {
        return Ok(None);
    };
    let merchant = MerchantId(row.merchant_id);
    Ok(match Kind::parse(&row.kind) {
        Some(Kind::UnknownHere) => Some(Remedy::SettleApproval),
        Some(Kind::CancelUnknownHere) => Some(Remedy::SettleCancel),
        Some(Kind::UnpaidHere) => {
            let payment = store::payments::find(&engine.db, merchant, imp_uid).await?;
            payment.and_then(|payment| late(&payment, row)).map(|_| Remedy::MoneyAfterEnd)
        }
        _ => None,
    })
}

/// The event by which money that came after the end is written down.
fn late(payment: &PaymentRow, row: &BreakRow) -> Option<Event> {
    let amount = Money::new(row.difference, payment.payment.amount.currency()).ok()?;
    if amount.currency().code() != row.currency {
        return None;
    }
    match payment.payment.state {
        State::Failed => Some(Event::Approved(amount)),
        State::Cancelled if payment.paid_at.is_none() => Some(Event::Deposited(amount)),
        _ => None,
    }
}

/// Does what is offered.
///
/// # Errors
/// [`Error::Refused`] if nothing is offered, or if the PG still does not say; [`Error::Forbidden`]
/// for who may not.
pub async fn remedy(engine: &Engine, merchant: MerchantId, by: By, id: i64) -> Result<BreakRow> {
    let staff = store::staff::find(&engine.db, merchant, by.staff_id).await?;
    let nobody = || Error::Forbidden("이 작업을 할 권한이 없습니다.");
    let staff = staff.ok_or_else(nobody)?;
    Role::parse(&staff.role).ok_or_else(nobody)?.need(Role::Manager)?;
    let row = decide::in_status(engine, merchant, id, &["open"]).await?;
    let none = || Error::Refused("자동으로 처리할 수 있는 항목이 아닙니다.".to_owned());
    let what = offered(engine, &row).await?.ok_or_else(none)?;
    let imp_uid = row.imp_uid.clone().ok_or_else(none)?;
    match what {
        Remedy::SettleApproval => {
            payments::settle::approval(engine, &imp_uid).await?;
        }
        Remedy::SettleCancel => {
            payments::settle::cancel(engine, &imp_uid).await?;
        }
        Remedy::MoneyAfterEnd => return written(engine, row, &staff.login).await,
    }
    let payment = store::payments::find(&engine.db, merchant, &imp_uid).await?;
    let payment = payment.ok_or_else(none)?;
    let open = matches!(payment.payment.state, State::Approving | State::Unknown)
        || payment.payment.pending_cancel().is_some();
    if open {
        let text = "PG사에서 아직 결과를 확인하지 못했습니다. 잠시 후 다시 시도해 주세요.";
        return Err(Error::Refused(text.to_owned()));
    }
    // The settling may have taken a while, and a run may have closed the break meanwhile.
    let row = list::one(engine, merchant, id).await?;
    if !recon::OPEN.contains(&row.status.as_str()) {
        return Ok(row);
    }
    let row = ended(engine, row, &staff.login, payment.payment.stored().word);
    decide::decided(engine, row, &staff.login, "reconcile.remedy", Batch::new()).await
}

fn ended(engine: &Engine, mut row: BreakRow, login: &str, how: &str) -> BreakRow {
    "remedied".clone_into(&mut row.status);
    row.decided_login = Some(login.to_owned());
    row.decided_at = Some(engine.now().0);
    row.note = Some(how.to_owned());
    row
}

/// The payment's history, what it sets off and the break's end in one batch.
async fn written(engine: &Engine, row: BreakRow, login: &str) -> Result<BreakRow> {
    let merchant = MerchantId(row.merchant_id);
    let imp_uid = row.imp_uid.clone().unwrap_or_default();
    let _held = engine.locks.hold(&imp_uid).await;
    let at = merchants::now_of(engine, merchant).await?;
    let payment = store::payments::find(&engine.db, merchant, &imp_uid).await?;
    let payment = payment.ok_or_else(decide::changed)?;
    let event = late(&payment, &row).ok_or_else(decide::changed)?;
    let mut row = ended(engine, row, login, Remedy::MoneyAfterEnd.as_str());
    row.version += 1;
    let mut change = Change::new(engine, payment, Actor::Console, at);
    change.apply(event).map_err(Error::from)?;
    change.detail("break", row.id.to_string());
    decide::write(engine, &mut change.batch, &row, login, "reconcile.remedy");
    match change.commit(engine).await {
        Ok(_) => Ok(row),
        Err(Conflict::Changed) => Err(decide::changed()),
        Err(other) => Err(other.into()),
    }
}
