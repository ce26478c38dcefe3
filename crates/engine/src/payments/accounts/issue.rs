//! `POST /vbanks`: intent, PG, end, like every approval. The order is held only while the PG is
//! asked: it may have several open accounts.

use crate::billing::charge::{self, ChargeRequest};
use crate::billing::customers::worded;
use crate::commit::{Actor, Change, Conflict};
use crate::payments::line::Line;
use crate::payments::{approval, settle, window};
use crate::{Engine, Error, Result, commit};
use domain::payment::{Event, State};
use domain::{ImpUid, MerchantId, Millis, Money};
use pg::{AccountOrder, Accounts, PgError};
use serde::{Deserialize, Serialize};
use store::Batch;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

const FAILED: &str = "가상계좌 발급에 실패하였습니다.";

/// An account to be issued.
#[derive(Clone, Debug, Default)]
pub struct AccountRequest {
    /// What a charge has too: order, amount, buyer, webhooks.
    pub order: ChargeRequest,
    /// The bank, in any shape merchants use.
    pub vbank_code: String,
    /// Deposit deadline, unix seconds.
    pub vbank_due: i64,
    /// Holder shown to the buyer.
    pub vbank_holder: Option<String>,
    /// `channel_key`, if given.
    pub channel_key: Option<String>,
    /// `pg`, if given.
    pub pg: Option<String>,
}

/// What was asked for, kept with the payment until the PG's answer takes its place.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    bank: String,
    due: i64,
    holder: String,
}

/// Issues an account; the payment is `ready` and its webhook is on its way.
///
/// # Errors
/// [`Error::Invalid`] naming the field, [`Error::Refused`] for an order that is paid or without a
/// channel that can, [`Error::PgRefused`] in the PG's words.
pub async fn issue(
    engine: &Engine,
    merchant: MerchantId,
    request: AccountRequest,
) -> Result<PaymentRow> {
    let channel = channel(engine, merchant, &request).await?;
    let amount = charge::money(&request.order)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    let asked = asked(&channel, &request, at)?;
    // One at a time per order: the next finds it free again.
    let name = format!("accounts:{}:{}", merchant.0, request.order.merchant_uid);
    let _next = engine.locks.hold(&name).await;
    let row = intent(engine, merchant, &channel, &request.order, &asked, (amount, at)).await?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    let line = Line::open(engine, &row).await?;
    let order = order(engine, &row)?;
    let operation = row.operation_id.clone().unwrap_or_default();
    match accounts(&line)?.issue(&line.cx(&operation), &order).await {
        Ok(issued) => {
            let row = approval::conclude(engine, &line, row, issued, Actor::Pg).await?;
            told(row)
        }
        Err(PgError::Unknown(why)) => {
            let mut change = Change::new(engine, row, Actor::Pg, line.at);
            change.exchanges(&line.take());
            change.apply(Event::NoAnswer)?;
            change.detail("why", why);
            let row = change.commit(engine).await?;
            told(settle::account_now(engine, &line, row).await?.0)
        }
        Err(error) => {
            let (code, message) = window::failure(&error);
            let mut change = Change::new(engine, row, Actor::Pg, line.at);
            change.exchanges(&line.take());
            window::fail(&mut change, &code, &message, line.at.0)?;
            change.commit(engine).await?;
            Err(worded(Error::from(error), FAILED))
        }
    }
}

/// The account, or why there is none (yet).
fn told(row: PaymentRow) -> Result<PaymentRow> {
    match row.payment.state {
        State::Ready | State::Approving | State::Unknown | State::Failed => {
            let reason = row.fail_reason.clone().unwrap_or_else(|| {
                "PG사의 응답을 받지 못해 발급 결과를 확인하고 있습니다.".to_owned()
            });
            Err(Error::PgRefused { code: "F500".into(), message: format!("{FAILED} {reason}") })
        }
        State::AccountIssued { .. }
        | State::Paid { .. }
        | State::PartCancelled { .. }
        | State::Cancelled => Ok(row),
    }
}

/// The verbs of the line's PG.
pub(crate) fn accounts(line: &Line) -> Result<&'static dyn Accounts> {
    line.pg.accounts().ok_or_else(|| Error::internal("no accounts"))
}

/// The account as its PG needs to know it, rebuilt from the row at any time.
///
/// # Errors
/// [`Error::Internal`] if the row was not asked for here.
pub(crate) fn order(engine: &Engine, row: &PaymentRow) -> Result<AccountOrder> {
    let asked: Asked = serde_json::from_str(row.pg_auth.as_deref().unwrap_or_default())
        .map_err(|error| Error::internal(format!("what was asked for is unreadable: {error}")))?;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let part = |minor: Option<i64>| {
        minor.and_then(|minor| Money::new(minor, row.payment.amount.currency()).ok())
    };
    Ok(AccountOrder {
        imp_uid: row.imp_uid.clone(),
        merchant_uid: row.merchant_uid.clone(),
        name: text(&row.name),
        amount: row.payment.amount,
        tax_free: part(row.tax_free),
        vat_amount: part(row.vat_amount),
        bank_code: asked.bank,
        due: Millis(asked.due),
        holder: asked.holder,
        buyer: pg::Buyer {
            name: text(&row.buyer_name),
            email: text(&row.buyer_email),
            tel: text(&row.buyer_tel),
            addr: text(&row.buyer_addr),
            postcode: text(&row.buyer_postcode),
        },
        notice_url: format!("{}/callback/{}/notice", engine.settings.public_url, row.pg),
        client_ip: "127.0.0.1".into(),
        asked_at: Millis(row.approving_at.unwrap_or(row.started_at)),
    })
}

/// A channel whose PG issues accounts: the one asked for if it can, else the first that can (V1: a
/// missing or invalid `pg` is never an error on API calls).
async fn channel(
    engine: &Engine,
    merchant: MerchantId,
    request: &AccountRequest,
) -> Result<ChannelRow> {
    let able = |row: &ChannelRow| {
        row.is_payment() && pg::find(&row.pg).and_then(pg::Pg::accounts).is_some()
    };
    let (key, code) = (request.channel_key.as_deref(), request.pg.as_deref());
    let chosen = match crate::channels::resolve(engine, merchant, key, code).await {
        Ok(row) if able(&row) => Some(row),
        Ok(_) | Err(Error::Refused(_)) => {
            store::channels::list(&engine.db, merchant).await?.into_iter().find(able)
        }
        Err(other) => return Err(other),
    };
    let none = "가상계좌를 API로 발급할 수 있는 PG 설정이 없습니다.";
    chosen.ok_or_else(|| Error::Refused(none.into()))
}

fn asked(channel: &ChannelRow, request: &AccountRequest, at: Millis) -> Result<Asked> {
    let bank = pg::codes::normalise_bank(&request.vbank_code)
        .ok_or_else(|| Error::invalid("vbank_code", "알 수 없는 은행코드입니다."))?;
    let due = super::deadline(request.vbank_due, at)?.0;
    let holder = request.vbank_holder.as_deref().unwrap_or_default().trim();
    let named =
        pg::find(&channel.pg).and_then(pg::Pg::accounts).is_some_and(Accounts::needs_holder);
    if named && holder.is_empty() {
        return Err(Error::invalid("vbank_holder", "예금주명이 필요한 PG입니다."));
    }
    let holder = domain::text::cut(holder, 16);
    Ok(Asked { bank: bank.to_owned(), due, holder })
}

async fn intent(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    request: &ChargeRequest,
    asked: &Asked,
    (amount, at): (Money, Millis),
) -> Result<PaymentRow> {
    charge::not_taken(engine, merchant, &request.merchant_uid).await?;
    let pg = pg::find(&channel.pg).ok_or_else(|| Error::internal("no connector"))?;
    if !pg.spec().currencies.contains(&amount.currency()) {
        return Err(Error::invalid("currency", "지원하지 않는 통화입니다."));
    }
    for _ in 0..8 {
        let imp_uid = ImpUid::window(engine.ids.payment(engine.clock.now()));
        let row = PaymentRow {
            pay_method: Some("vbank".to_owned()),
            card_quota: 0,
            operation_id: Some(format!("{imp_uid}a")),
            approving_at: Some(at.0),
            pg_auth: Some(serde_json::to_string(asked).map_err(Error::internal)?),
            ..charge::payment_row(&imp_uid, merchant, channel, None, request, amount, at)
        };
        match commit::create_intent(engine, row, Actor::Api, at, Batch::new()).await {
            Ok(row) => return Ok(row),
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("no free payment number"))
}
