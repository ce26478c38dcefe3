//! A charge without a window: intent, PG, end, like every movement of money.

use super::customers::{self, Person, worded};
use super::key;
use super::order::order;
use crate::commit::{Actor, CARD_CHECK, Change, Conflict};
use crate::payments::line::Line;
use crate::payments::{approval, window};
use crate::{Engine, Error, Result, commit};
use domain::payment::{Event, Payment};
use domain::{Currency, ImpUid, MerchantId, Millis, Money, MoneyError};
use pg::{CardInput, IssuedKey, PgError};
use store::Batch;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

/// What is to be charged. Amounts are decimal texts of major units.
#[derive(Clone, Debug, Default)]
pub struct ChargeRequest {
    /// The order.
    pub merchant_uid: String,
    /// How much.
    pub amount: String,
    /// In what; won if not given.
    pub currency: Option<String>,
    /// Order name.
    pub name: Option<String>,
    /// Who pays; filled from the customer where empty.
    pub person: Person,
    /// JSON text.
    pub custom_data: Option<String>,
    /// JSON array of webhook targets.
    pub notice_urls: Option<String>,
    /// Tax-free part.
    pub tax_free: Option<String>,
    /// VAT.
    pub vat_amount: Option<String>,
    /// Instalment months.
    pub card_quota: i64,
    /// The merchant pays the interest.
    pub interest_free: bool,
}

/// What a charge is for, and whose webhook rules it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// `again`.
    Again,
    /// A plan that became due; its failure is told by webhook too.
    Scheduled,
    /// `onetime`.
    Onetime,
    /// Points or prepaid money: a key for this one charge.
    Points,
    /// A try of a key before charges are planned: it is given back, and nobody is told.
    Check,
}

/// `POST /subscribe/payments/again`.
///
/// # Errors
/// [`Error::PgRefused`] for an unknown customer or in the PG's words, [`Error::Refused`] for an
/// order that is paid.
pub async fn again(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: &str,
    request: ChargeRequest,
    usage: Usage,
) -> Result<PaymentRow> {
    let customer = store::customers::find(&engine.db, merchant, customer_uid).await?;
    let customer = customer.ok_or_else(|| Error::PgRefused {
        code: String::new(),
        message: customers::unknown(customer_uid),
    })?;
    let channel = store::channels::find(&engine.db, merchant, customer.channel_id).await?;
    let channel = channel.ok_or_else(|| Error::internal("the customer's channel is gone"))?;
    let key = key::of_row(engine, &customer)?;
    let mut request = request;
    let fill = |mine: &mut String, theirs: &Option<String>| {
        if mine.is_empty() {
            theirs.clone().unwrap_or_default().clone_into(mine);
        }
    };
    let buyer = &mut request.person.buyer;
    fill(&mut buyer.name, &customer.customer_name);
    fill(&mut buyer.email, &customer.customer_email);
    fill(&mut buyer.tel, &customer.customer_tel);
    fill(&mut buyer.addr, &customer.customer_addr);
    fill(&mut buyer.postcode, &customer.customer_postcode);
    charge(engine, merchant, &channel, Some(customer_uid), &key, &request, usage).await
}

/// `POST /subscribe/payments/onetime`: issues a key from the card and charges it. The key is kept
/// only if a `customer_uid` is given.
///
/// # Errors
/// As [`again`].
pub async fn onetime(
    engine: &Engine,
    merchant: MerchantId,
    card: CardInput,
    customer_uid: Option<&str>,
    (channel_key, pg): (Option<&str>, Option<&str>),
    request: ChargeRequest,
) -> Result<PaymentRow> {
    if let Some(customer_uid) = customer_uid {
        customers::check_uid(customer_uid)?;
    }
    let channel = customers::channel_for_cards(engine, merchant, channel_key, pg).await?;
    // Refusals come before effects: the order is checked before the card is shown to the PG.
    money(&request)?;
    not_taken(engine, merchant, &request.merchant_uid).await?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let name = customer_uid.unwrap_or("onetime");
    let issued = customers::from_card(&line, name, card, &request.person).await;
    let issued = issued.map_err(|error| worded(error, "카드정보 인증에 실패하였습니다."))?;
    if let Some(customer_uid) = customer_uid {
        let person = &request.person;
        customers::save(engine, merchant, &channel, customer_uid, &issued, person, line.at).await?;
    }
    charge(engine, merchant, &channel, customer_uid, &issued, &request, Usage::Onetime).await
}

/// Charges a key that belongs to no customer.
///
/// # Errors
/// As [`again`].
pub(crate) async fn with_key(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    key: &IssuedKey,
    request: &ChargeRequest,
    usage: Usage,
) -> Result<PaymentRow> {
    charge(engine, merchant, channel, None, key, request, usage).await
}

async fn charge(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    customer_uid: Option<&str>,
    key: &IssuedKey,
    request: &ChargeRequest,
    usage: Usage,
) -> Result<PaymentRow> {
    let amount = money(request)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    let row = intent(engine, merchant, channel, customer_uid, key, request, (amount, usage, at));
    let row = row.await?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    let line = Line::open(engine, &row).await?;
    let billing = line.pg.billing().ok_or_else(|| Error::internal("no billing"))?;
    let mut order = order(&row, key.clone());
    order.interest_free = request.interest_free;
    let operation = row.operation_id.clone().unwrap_or_default();
    match billing.charge(&line.cx(&operation), &order).await {
        Ok(approved) => approval::conclude(engine, &line, row, approved, Actor::Pg).await,
        Err(PgError::Unknown(why)) => {
            let mut change = Change::new(engine, row, Actor::Pg, line.at);
            change.exchanges(&line.take());
            change.apply(Event::NoAnswer)?;
            change.detail("why", why);
            let row = change.commit(engine).await?;
            let row = crate::payments::settle::charge_now(engine, &line, row).await?.0;
            if row.paid_at.is_some() {
                return Ok(row);
            }
            let text = row.fail_reason.clone();
            let text =
                text.unwrap_or_else(|| "PG사의 응답을 받지 못해 결과를 확인하고 있습니다.".into());
            Err(Error::PgRefused { code: "F500".into(), message: text })
        }
        Err(error) => {
            let (code, message) = window::failure(&error);
            let mut change = Change::new(engine, row, Actor::Pg, line.at);
            change.exchanges(&line.take());
            change.notify_failure = usage == Usage::Scheduled;
            window::fail(&mut change, &code, &message, line.at.0)?;
            change.commit(engine).await?;
            Err(worded(Error::from(error), "결제에 실패하였습니다."))
        }
    }
}

/// Reads the amount; won unless another currency is given.
pub(crate) fn money(request: &ChargeRequest) -> Result<Money> {
    let currency = match request.currency.as_deref().unwrap_or_default() {
        "" => Currency::Krw,
        code => Currency::parse(code)
            .ok_or_else(|| Error::invalid("currency", "지원하지 않는 통화입니다."))?,
    };
    match Money::parse(request.amount.trim(), currency) {
        Ok(amount) if amount.is_zero() => Err(Error::invalid("amount", "0보다 커야 합니다.")),
        Ok(amount) => {
            part("tax_free", &request.tax_free, amount)?;
            part("vat_amount", &request.vat_amount, amount)?;
            Ok(amount)
        }
        Err(MoneyError::Negative) => Err(Error::invalid("amount", "0보다 작을 수 없습니다.")),
        Err(MoneyError::TooPrecise) => {
            Err(Error::invalid("amount", "통화의 최소 단위보다 작은 금액입니다."))
        }
        Err(_) => Err(Error::invalid("amount", "결제금액이 올바르지 않습니다.")),
    }
}

/// A part of an amount, minor units.
pub(super) fn part(field: &str, text: &Option<String>, whole: Money) -> Result<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    match Money::parse(text.trim(), whole.currency()) {
        Ok(part) if part.minor() <= whole.minor() => Ok(Some(part.minor())),
        Ok(_) => Err(Error::invalid(field, "결제금액보다 클 수 없습니다.")),
        Err(_) => Err(Error::invalid(field, "금액이 올바르지 않습니다.")),
    }
}

/// Refuses an order that is paid or being paid.
pub(crate) async fn not_taken(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<()> {
    if merchant_uid.is_empty()
        || merchant_uid.chars().count() > 40
        || merchant_uid.chars().any(char::is_control)
    {
        return Err(Error::invalid("merchant_uid", "1자에서 40자 사이여야 합니다."));
    }
    let holder = store::history::order_holder(&engine.db, merchant, merchant_uid).await?;
    match holder {
        Some(_) => Err(Error::Refused("이미 결제가 이루어진 거래건입니다.".into())),
        None => Ok(()),
    }
}

async fn intent(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    customer_uid: Option<&str>,
    key: &IssuedKey,
    request: &ChargeRequest,
    (amount, usage, at): (Money, Usage, Millis),
) -> Result<PaymentRow> {
    not_taken(engine, merchant, &request.merchant_uid).await?;
    let pg = pg::find(&channel.pg).ok_or_else(|| Error::internal("no connector"))?;
    if !pg.spec().currencies.contains(&amount.currency()) {
        return Err(Error::invalid("currency", "지원하지 않는 통화입니다."));
    }
    for _ in 0..8 {
        let imp_uid = ImpUid::api(engine.ids.payment(engine.clock.now()));
        let mut row = payment_row(&imp_uid, merchant, channel, customer_uid, request, amount, at);
        row.customer_uid_usage = match usage {
            Usage::Again => Some("payment".to_owned()),
            Usage::Scheduled => Some("payment.scheduled".to_owned()),
            Usage::Check => Some(CARD_CHECK.to_owned()),
            Usage::Onetime | Usage::Points => None,
        };
        if usage == Usage::Points {
            row.pay_method = Some("point".to_owned());
        }
        let mut more = Batch::new();
        if usage == Usage::Check {
            super::schedules::check::owe(engine, &mut more, merchant, imp_uid.as_str(), at);
        }
        if usage == Usage::Scheduled {
            let order = &request.merchant_uid;
            store::schedules::take(&mut more, merchant, order, imp_uid.as_str());
        }
        let context = key::of_payment(imp_uid.as_str());
        row.pg_auth = Some(key::seal(engine, &context, key)?);
        row.operation_id = Some(format!("{imp_uid}a"));
        row.approving_at = Some(at.0);
        match commit::create_intent(engine, row, Actor::Api, at, more).await {
            Ok(row) => return Ok(row),
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("no free payment number"))
}

/// Writes down a planned charge no PG was asked for, with its webhook.
pub(super) async fn failed(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    customer_uid: &str,
    request: &ChargeRequest,
    why: &str,
) -> Result<PaymentRow> {
    let amount = money(request)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    for _ in 0..8 {
        let imp_uid = ImpUid::api(engine.ids.payment(engine.clock.now()));
        let customer = Some(customer_uid);
        let mut row = payment_row(&imp_uid, merchant, channel, customer, request, amount, at);
        row.customer_uid_usage = Some("payment.scheduled".to_owned());
        match commit::create_failed(engine, row, Actor::Job, at, why).await {
            Ok(row) => return Ok(row),
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("no free payment number"))
}

/// The row of an attempt without a window.
pub(crate) fn payment_row(
    imp_uid: &ImpUid,
    merchant: MerchantId,
    channel: &ChannelRow,
    customer_uid: Option<&str>,
    request: &ChargeRequest,
    amount: Money,
    at: Millis,
) -> PaymentRow {
    let text = |text: &str, limit| Some(domain::text::cut(text, limit)).filter(|t| !t.is_empty());
    // Checked with the amount itself.
    let part = |text: &Option<String>| part("", text, amount).ok().flatten();
    let buyer = &request.person.buyer;
    PaymentRow {
        pay_method: Some("card".to_owned()),
        channel: "api".to_owned(),
        card_quota: request.card_quota,
        name: request.name.as_deref().and_then(|name| text(name, 40)),
        buyer_name: text(&buyer.name, 16),
        buyer_email: text(&buyer.email, 64),
        buyer_tel: text(&buyer.tel, 16),
        buyer_addr: text(&buyer.addr, 128),
        buyer_postcode: text(&buyer.postcode, 8),
        custom_data: request.custom_data.clone(),
        customer_uid: customer_uid.map(str::to_owned),
        tax_free: part(&request.tax_free),
        vat_amount: part(&request.vat_amount),
        notice_urls: request.notice_urls.clone(),
        ..PaymentRow::new(
            imp_uid.as_str(),
            merchant.0,
            &request.merchant_uid,
            (channel.id, &channel.pg, &channel.mid, &channel.mode),
            Payment::new(amount),
            at.0,
        )
    }
}
