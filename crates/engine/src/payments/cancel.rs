//! Gives money back: refuses what cannot be, commits the intent, asks the PG, writes the end.

mod ask;
mod request;

pub use ask::{decide, settle_now};
pub use request::CancelRequest;

use super::amount;
use super::line::Line;
use crate::commit::{Actor, Change, Conflict};
use crate::{Engine, Error, Result};
use domain::payment::{Event, Illegal, State};
use domain::{CancelId, MerchantId, Money};
use store::cancels::CancelRow;
use store::payments::PaymentRow;

const NOTHING: &str = "취소할 결제건이 존재하지 않습니다.";
const ALREADY: &str = "이미 전액취소된 주문입니다.";
const NOT_CHARGED: &str = "빌링키 발급 거래는 청구된 금액이 없어 취소할 수 없습니다.";
const TOO_MUCH: &str = "취소 요청금액이 취소가능 금액을 초과합니다.";
const SETTLING: &str =
    "이전 취소 요청의 결과를 PG사에 확인하고 있습니다. 잠시 후 다시 시도해 주세요.";
const SETTLING_ACCOUNT: &str =
    "이전 가상계좌 변경 요청의 결과를 PG사에 확인하고 있습니다. 잠시 후 다시 시도해 주세요.";

/// Cancels a payment in part or whole (V1 behaviour §3.4).
///
/// # Errors
/// [`Error::Refused`] with V1's texts, [`Error::PgRefused`] in the PG's words, [`Error::Invalid`]
/// for malformed amounts. Nothing moved in any of these cases, except that an unanswered PG call is
/// reported as `PgRefused` and settled by a job.
pub async fn cancel(
    engine: &Engine,
    merchant: MerchantId,
    request: &CancelRequest,
) -> Result<PaymentRow> {
    let row = target(engine, merchant, request).await?;
    // One at a time: the next caller sees what this one left.
    let _held = engine.locks.hold(&row.imp_uid).await;
    let mut row = super::approval::reload(engine, &row).await?;
    for _ in 0..super::approval::ROUNDS {
        let line = Line::open(engine, &row).await?;
        if row.payment.pending_cancel().is_some() {
            row = ask::settle_idle(engine, &line, row).await?;
        }
        if !crate::errands::account_known(engine, &line, &row).await? {
            return Err(Error::Refused(SETTLING_ACCOUNT.into()));
        }
        if row.payment.pending_cancel().is_some() {
            return Err(Error::Refused(SETTLING.into()));
        }
        let amount = amount_of(&row, request)?;
        let cancel = cancel_row(engine, &row, request, amount, &line)?;
        let mut change = Change::new(engine, row.clone(), request.actor, line.at);
        change.apply(Event::CancelStarted(amount)).map_err(refusal)?;
        change.detail("amount", amount.decimal());
        store::cancels::insert(&mut change.batch, &cancel);
        match change.commit(engine).await {
            Ok(row) => return ask::ask(engine, &line, row, cancel).await,
            Err(Conflict::Changed) => row = super::approval::reload(engine, &row).await?,
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::Refused(SETTLING.into()))
}

async fn target(
    engine: &Engine,
    merchant: MerchantId,
    request: &CancelRequest,
) -> Result<PaymentRow> {
    if let Some(imp_uid) = &request.imp_uid {
        let row = store::payments::find(&engine.db, merchant, imp_uid).await?;
        return row.ok_or_else(|| Error::Refused(NOTHING.into()));
    }
    let Some(merchant_uid) = &request.merchant_uid else {
        return Err(Error::Refused(NOTHING.into()));
    };
    let one = std::slice::from_ref(merchant_uid);
    let rows = store::payment_lists::by_numbers(&engine.db, merchant, &[], one).await?;
    let rank = |row: &PaymentRow| match row.payment.state {
        State::Paid { .. } | State::PartCancelled { .. } => 0,
        State::AccountIssued { .. } => 1,
        State::Cancelled => 2,
        State::Ready | State::Approving | State::Unknown | State::Failed => 3,
    };
    // `by_numbers` is newest first and the sort is stable.
    let mut rows = rows;
    rows.sort_by_key(rank);
    rows.into_iter().next().ok_or_else(|| Error::Refused(NOTHING.into()))
}

fn amount_of(row: &PaymentRow, request: &CancelRequest) -> Result<Money> {
    let left = row.payment.left().map_err(Error::internal)?;
    match row.payment.state {
        State::Cancelled => return Err(Error::Refused(ALREADY.into())),
        State::Ready | State::Approving | State::Unknown | State::Failed => {
            return Err(Error::Refused(NOTHING.into()));
        }
        State::AccountIssued { .. } | State::Paid { .. } | State::PartCancelled { .. } => {}
    }
    // Most windows that issue a key charge nothing, whatever amount they showed (§4.6).
    if !crate::ledger::charged(row) {
        return Err(Error::Refused(NOT_CHARGED.into()));
    }
    let currency = row.payment.amount.currency();
    let read = |field: &str, text: &str| {
        Money::parse(text.trim(), currency).map_err(|error| amount::bad(field, error))
    };
    let amount = match request.amount.as_deref().map(|text| read("amount", text)).transpose()? {
        Some(amount) if !amount.is_zero() => amount,
        Some(_) | None => left,
    };
    if let Some(checksum) = &request.checksum
        && read("checksum", checksum)? != left
    {
        return Err(Error::Refused("취소가능 잔액이 일치하지 않습니다.".into()));
    }
    if amount.minor() > left.minor() {
        return Err(Error::Refused(TOO_MUCH.into()));
    }
    let paid_account = row.vbank_num.is_some() && row.paid_at.is_some();
    if paid_account && !request.has_refund_account() {
        let text = "가상계좌 취소는 계좌번호, 예금주, 은행명을 입력해야 합니다.";
        return Err(Error::Refused(text.into()));
    }
    Ok(amount)
}

fn refusal(conflict: Conflict) -> Error {
    match conflict {
        Conflict::Illegal(Illegal::NothingLeft) => Error::Refused(ALREADY.into()),
        Conflict::Illegal(Illegal::TooMuch) => Error::Refused(TOO_MUCH.into()),
        Conflict::Illegal(Illegal::Busy) => Error::Refused(SETTLING.into()),
        Conflict::Illegal(Illegal::Amount) => {
            Error::Refused("입금 전 가상계좌는 전액만 취소할 수 있습니다.".into())
        }
        Conflict::Illegal(_) => Error::Refused(NOTHING.into()),
        other => other.into(),
    }
}

fn cancel_row(
    engine: &Engine,
    row: &PaymentRow,
    request: &CancelRequest,
    amount: Money,
    line: &Line,
) -> Result<CancelRow> {
    let left = row.payment.left().map_err(Error::internal)?;
    let part = |field: &str, text: &Option<String>| -> Result<Option<i64>> {
        let Some(text) = text else { return Ok(None) };
        let money = Money::parse(text.trim(), amount.currency());
        let money = money.map_err(|error| amount::bad(field, error))?;
        if money.minor() > amount.minor() {
            return Err(Error::invalid(field, "취소금액보다 클 수 없습니다."));
        }
        Ok(Some(money.minor()))
    };
    let account = request.refund_account.as_ref();
    let bank = match (&request.refund_bank, account) {
        (Some(bank), Some(_)) => Some(
            pg::codes::normalise_bank(bank)
                .ok_or_else(|| Error::Refused("refund_bank: 알 수 없는 은행코드입니다.".into()))?,
        ),
        _ => None,
    };
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).take(20).collect();
    let cut = |text: &Option<String>, limit| text.as_ref().map(|t| domain::text::cut(t, limit));
    Ok(CancelRow {
        cancel_id: CancelId::new(line.at, engine.random.u64()).as_str().to_owned(),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone(),
        state: "asked".to_owned(),
        amount: amount.minor(),
        left_before: left.minor(),
        asked_at: line.at.0,
        done_at: None,
        reason: cut(&request.reason, 255).unwrap_or_default(),
        requester: match request.actor {
            Actor::Console | Actor::Job => request.actor.as_str().to_owned(),
            Actor::Api | Actor::Page | Actor::Pg | Actor::Notice => "api".to_owned(),
        },
        tax_free: part("tax_free", &request.tax_free)?,
        vat_amount: part("vat_amount", &request.vat_amount)?,
        refund_bank: bank.map(str::to_owned),
        refund_account: account.map(digits),
        refund_holder: cut(&request.refund_holder, 50),
        refund_tel: cut(&request.refund_tel, 20),
        pg_tid: None,
        message: None,
        settle_attempts: 0,
        webhook_at: request.webhook.then_some(line.at.0),
        item: request
            .item
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(Error::internal)?,
    })
}
