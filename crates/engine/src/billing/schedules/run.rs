//! A plan is due: charge it, once, whoever dies meanwhile.

use super::MISSING;
use crate::billing::charge::{self, ChargeRequest, Usage};
use crate::billing::customers::Person;
use crate::jobs::next::Next;
use crate::{Engine, Error, Result};
use domain::payment::{State, Status};
use domain::{Currency, MerchantId, Millis, Money};
use pg::Buyer;
use store::payments::PaymentRow;
use store::schedules::{RUNNING, ScheduleRow};
use store::{Batch, CommitError};

/// Seconds until a charge that is being settled is looked at again.
const SETTLING_SECONDS: i64 = 10;

/// The job `schedule`; the key is `merchant/order`.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn run(engine: &Engine, merchant: MerchantId, key: &str) -> Result<Next> {
    let Some((_, merchant_uid)) = key.split_once('/') else { return Ok(Next::Done) };
    let _held = engine.locks.hold(&format!("schedule:{merchant_uid}")).await;
    let row = store::schedules::find(&engine.db, merchant, merchant_uid).await?;
    let due = |row: &ScheduleRow| matches!(row.state.as_str(), "scheduled" | RUNNING);
    let Some(row) = row.filter(due) else { return Ok(Next::Done) };
    let at = crate::merchants::now_of(engine, merchant).await?;
    if row.schedule_at > at.0 {
        return Ok(Next::Again { run_at: Millis(row.schedule_at) });
    }
    match execute(engine, merchant, row).await? {
        Some(_) => Ok(Next::Done),
        None => Ok(Next::Again { run_at: at.plus_seconds(SETTLING_SECONDS) }),
    }
}

/// Charges a plan and writes its end; `None` while the charge is being settled. The order claim is
/// what makes a second charge impossible: a run that finds the order taken by a charge of this plan
/// only writes down how that one ended.
async fn execute(
    engine: &Engine,
    merchant: MerchantId,
    row: ScheduleRow,
) -> Result<Option<ScheduleRow>> {
    if let Some(before) = begun(engine, merchant, &row).await? {
        return ended(engine, row, &before).await;
    }
    // Whoever revokes or moves plans in another process must see that this one is past that.
    let Some(row) = start(engine, row).await? else { return Ok(None) };
    let request = request(&row)?;
    let charged = charge::again(engine, merchant, &row.customer_uid, request, Usage::Scheduled);
    match charged.await {
        Ok(payment) => ended(engine, row, &payment).await,
        Err(fault) if fault.is_fault() => Err(fault),
        Err(refusal) => match begun(engine, merchant, &row).await? {
            Some(payment) => ended(engine, row, &payment).await,
            // Nothing was asked of a PG: no such customer, an order that is paid otherwise.
            None => unasked(engine, merchant, row, &refusal.to_string()).await.map(Some),
        },
    }
}

/// A plan that fails before its PG is asked has a failed payment too, which the merchant is told of
/// by webhook. Not where the order is paid otherwise: whoever looks the order up must find that.
async fn unasked(
    engine: &Engine,
    merchant: MerchantId,
    row: ScheduleRow,
    why: &str,
) -> Result<ScheduleRow> {
    let holder = store::history::order_holder(&engine.db, merchant, &row.merchant_uid).await?;
    let customer = store::customers::find_also_deleted(&engine.db, merchant, &row.customer_uid);
    let (None, Some(customer)) = (holder, customer.await?) else {
        return write(engine, row, "failed", None, Some(why.to_owned())).await;
    };
    let channel = store::channels::find(&engine.db, merchant, customer.channel_id).await?;
    let channel = channel.ok_or_else(|| Error::internal("the customer's channel is gone"))?;
    let request = request(&row)?;
    let customer_uid = &row.customer_uid;
    let payment = charge::failed(engine, merchant, &channel, customer_uid, &request, why).await?;
    write(engine, row, "failed", Some(&payment), Some(why.to_owned())).await
}

/// Marks a plan as being charged; `None` if it was changed meanwhile.
async fn start(engine: &Engine, mut row: ScheduleRow) -> Result<Option<ScheduleRow>> {
    if row.state == RUNNING {
        return Ok(Some(row));
    }
    RUNNING.clone_into(&mut row.state);
    row.version += 1;
    let mut batch = Batch::new();
    store::schedules::update(&mut batch, &row);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(Some(row)),
        Err(CommitError::Expectation("schedule changed")) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The newest charge of this plan, if one was begun since it was planned for its present time.
async fn begun(
    engine: &Engine,
    merchant: MerchantId,
    row: &ScheduleRow,
) -> Result<Option<PaymentRow>> {
    let order = std::slice::from_ref(&row.merchant_uid);
    let rows = store::payment_lists::by_numbers(&engine.db, merchant, &[], order).await?;
    Ok(rows.into_iter().find(|payment| {
        payment.customer_uid_usage.as_deref() == Some("payment.scheduled")
            && payment.started_at >= row.schedule_at
    }))
}

async fn ended(
    engine: &Engine,
    row: ScheduleRow,
    payment: &PaymentRow,
) -> Result<Option<ScheduleRow>> {
    if matches!(payment.payment.state, State::Approving | State::Unknown) {
        return Ok(None);
    }
    let word = match payment.payment.status() {
        Status::Paid => "paid",
        Status::Cancelled => "cancelled",
        Status::Failed | Status::Ready => "failed",
    };
    let written = write(engine, row, word, Some(payment), payment.fail_reason.clone());
    Ok(Some(written.await?))
}

async fn write(
    engine: &Engine,
    mut row: ScheduleRow,
    word: &str,
    payment: Option<&PaymentRow>,
    why: Option<String>,
) -> Result<ScheduleRow> {
    let merchant = MerchantId(row.merchant_id);
    let at = crate::merchants::now_of(engine, merchant).await?;
    "executed".clone_into(&mut row.state);
    row.executed_at = Some(payment.map_or(at.0, |payment| payment.started_at));
    row.payment_status = Some(word.to_owned());
    row.fail_reason = why.filter(|_| word == "failed");
    if let Some(payment) = payment {
        row.imp_uid = Some(payment.imp_uid.clone());
        row.pg = Some(payment.pg.clone());
        row.pg_id = Some(payment.pg_id.clone());
    }
    row.version += 1;
    let mut batch = Batch::new();
    store::schedules::update(&mut batch, &row);
    engine.db.commit(batch).await?;
    Ok(row)
}

fn request(row: &ScheduleRow) -> Result<ChargeRequest> {
    let currency = Currency::parse(&row.currency).ok_or_else(|| Error::internal("currency"))?;
    let decimal =
        |minor: i64| Money::new(minor, currency).map(Money::decimal).map_err(Error::internal);
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    Ok(ChargeRequest {
        merchant_uid: row.merchant_uid.clone(),
        amount: decimal(row.amount)?,
        currency: Some(row.currency.clone()),
        name: row.name.clone(),
        person: Person {
            customer_id: text(&row.customer_id),
            buyer: Buyer {
                name: text(&row.buyer_name),
                email: text(&row.buyer_email),
                tel: text(&row.buyer_tel),
                addr: text(&row.buyer_addr),
                postcode: text(&row.buyer_postcode),
            },
        },
        custom_data: row.custom_data.clone(),
        notice_urls: row.notice_urls.clone(),
        tax_free: row.tax_free.map(decimal).transpose()?,
        vat_amount: row.vat_amount.map(decimal).transpose()?,
        card_quota: row.card_quota,
        interest_free: row.interest_free,
    })
}

/// Runs a failed plan now (V1: POST …/retry); gives the payment, whatever its state.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] unless it failed.
pub async fn retry(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<PaymentRow> {
    let _held = engine.locks.hold(&format!("schedule:{merchant_uid}")).await;
    let row = store::schedules::find(&engine.db, merchant, merchant_uid).await?;
    let mut row = row.ok_or(Error::NotFound(MISSING))?;
    if row.payment_status.as_deref() != Some("failed") {
        return Err(Error::invalid("merchant_uid", "실패한 예약결제만 다시 시도할 수 있습니다."));
    }
    if store::customers::find(&engine.db, merchant, &row.customer_uid).await?.is_none() {
        return Err(Error::NotFound("등록된 고객정보가 없습니다."));
    }
    // From now on only charges begun after this moment count as this plan's.
    let at = crate::merchants::now_of(engine, merchant).await?;
    RUNNING.clone_into(&mut row.state);
    (row.schedule_at, row.executed_at, row.imp_uid) = (at.0, None, None);
    (row.payment_status, row.fail_reason) = (None, None);
    row.version += 1;
    let mut batch = Batch::new();
    store::schedules::update(&mut batch, &row);
    let key = super::job_key(merchant.0, merchant_uid);
    store::jobs::enqueue(&mut batch, merchant, super::JOB, &key, at.plus_seconds(SETTLING_SECONDS));
    engine.db.commit(batch).await.map_err(super::meanwhile)?;
    execute(engine, merchant, row.clone()).await?;
    let payment = begun(engine, merchant, &row).await?;
    payment.ok_or(Error::NotFound(MISSING))
}
