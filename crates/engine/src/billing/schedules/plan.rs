//! Plans charges, moves them, plans a failed one again.

use super::{JOB, MISSING, check, job_key};
use crate::billing::charge::{ChargeRequest, money, not_taken, part};
use crate::billing::customers::{self, Person, channel_for_cards, from_card};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{MerchantId, Millis};
use pg::CardInput;
use store::customers::CustomerRow;
use store::schedules::ScheduleRow;
use store::{Batch, CommitError};

/// One charge to plan.
#[derive(Clone, Debug)]
pub struct Plan {
    /// When, UNIX seconds by the merchant's clock.
    pub schedule_at: i64,
    /// What.
    pub charge: ChargeRequest,
}

/// `POST /subscribe/payments/schedule`.
#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// Whose key.
    pub customer_uid: String,
    /// A card, if the key is to be issued now.
    pub card: Option<CardInput>,
    /// `channel_key` and `pg`, for that issue.
    pub channel: (Option<String>, Option<String>),
    /// `checking_amount`: the key is tried with this and it goes back; decimal text of major
    /// units, zero for no try.
    pub checking_amount: Option<String>,
    /// The merchant's number of the buyer.
    pub customer_id: Option<String>,
    /// The plans.
    pub plans: Vec<Plan>,
}

/// Plans charges, all or none.
///
/// # Errors
/// [`Error::Refused`] without a key and a card, or for an order number in use; [`Error::Invalid`];
/// [`Error::PgRefused`] if no key is issued or it cannot be charged.
pub async fn plan(
    engine: &Engine,
    merchant: MerchantId,
    request: PlanRequest,
) -> Result<Vec<ScheduleRow>> {
    if request.plans.is_empty() {
        return Err(Error::invalid("schedules", "예약할 결제가 없습니다."));
    }
    customers::check_uid(&request.customer_uid)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    let mut rows = Vec::with_capacity(request.plans.len());
    for plan in &request.plans {
        not_taken(engine, merchant, &plan.charge.merchant_uid).await.map_err(used)?;
        rows.push(row(merchant, &request, plan, at)?);
    }
    let checking = checking(&request)?;
    let known = store::customers::find(&engine.db, merchant, &request.customer_uid).await?;
    if known.is_none() || checking.is_some() {
        unplanned(engine, merchant, &rows).await?;
    }
    let issued = known.is_none();
    let customer = match known {
        Some(customer) => customer,
        None => issue(engine, merchant, &request).await?,
    };
    if let (Some(amount), Some(first)) = (checking, request.plans.first()) {
        let tried = check::check(engine, &customer, &first.charge, &amount).await;
        if issued
            && let Err(Error::PgRefused { code, .. }) = &tried
            && code != "F500"
        {
            // Whoever tries again brings another card: this one's key is not wanted.
            customers::delete(engine, merchant, &request.customer_uid).await?;
        }
        tried?;
    }
    let mut batch = Batch::new();
    for row in &rows {
        store::schedules::insert(&mut batch, row);
        let key = job_key(merchant.0, &row.merchant_uid);
        store::jobs::enqueue(&mut batch, merchant, JOB, &key, Millis(row.schedule_at));
    }
    match engine.db.commit(batch).await {
        Ok(_) => {
            engine.wake.notify_one();
            Ok(rows)
        }
        Err(CommitError::Expectation("schedule taken")) => Err(used(Error::Refused(String::new()))),
        Err(other) => Err(other.into()),
    }
}

fn used(error: Error) -> Error {
    match error {
        Error::Refused(_) => Error::Refused("이미 등록된 merchant_uid입니다.".into()),
        other => other,
    }
}

/// What the key is to be tried with, as the first plan's charge is read.
fn checking(request: &PlanRequest) -> Result<Option<String>> {
    let Some(text) = request.checking_amount.as_deref().map(str::trim) else { return Ok(None) };
    let currency = request.plans.first().and_then(|plan| plan.charge.currency.clone());
    let zero = !text.is_empty() && text.bytes().all(|byte| byte == b'0');
    if zero {
        return Ok(None);
    }
    let charge = ChargeRequest { amount: text.to_owned(), currency, ..ChargeRequest::default() };
    let amount = money(&charge).map_err(|error| match error {
        Error::Invalid { message, .. } => Error::invalid("checking_amount", message),
        other => other,
    })?;
    Ok(Some(amount.decimal()))
}

/// Refusals come before effects: numbers in use are told before the card is shown to the PG.
async fn unplanned(engine: &Engine, merchant: MerchantId, rows: &[ScheduleRow]) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for row in rows {
        let order = &row.merchant_uid;
        let known = store::schedules::find(&engine.db, merchant, order).await?;
        if known.is_some() || !seen.insert(order) {
            return Err(used(Error::Refused(String::new())));
        }
    }
    Ok(())
}

async fn issue(
    engine: &Engine,
    merchant: MerchantId,
    request: &PlanRequest,
) -> Result<CustomerRow> {
    let Some(card) = request.card.clone() else {
        return Err(Error::Refused("등록된 고객정보가 없습니다.".into()));
    };
    let (channel_key, pg) = (request.channel.0.as_deref(), request.channel.1.as_deref());
    let channel = channel_for_cards(engine, merchant, channel_key, pg).await?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let buyer = request.plans.first().map(|plan| plan.charge.person.buyer.clone());
    let person = Person {
        customer_id: request.customer_id.clone().unwrap_or_default(),
        buyer: buyer.unwrap_or_default(),
    };
    let issued = from_card(&line, &request.customer_uid, card, &person).await;
    let prefix = "카드정보 인증 및 빌키 발급에 실패하였습니다.";
    let issued = issued.map_err(|error| customers::worded(error, prefix))?;
    let name = &request.customer_uid;
    customers::save(engine, merchant, &channel, name, &issued, &person, line.at).await
}

fn row(
    merchant: MerchantId,
    request: &PlanRequest,
    plan: &Plan,
    at: Millis,
) -> Result<ScheduleRow> {
    let amount = money(&plan.charge)?;
    let schedule_at = moment(plan.schedule_at)?;
    let text = |text: &str, limit| Some(domain::text::cut(text, limit)).filter(|t| !t.is_empty());
    let buyer = &plan.charge.person.buyer;
    Ok(ScheduleRow {
        merchant_id: merchant.0,
        merchant_uid: plan.charge.merchant_uid.clone(),
        customer_uid: request.customer_uid.clone(),
        state: "scheduled".to_owned(),
        schedule_at: schedule_at.0,
        executed_at: None,
        revoked_at: None,
        imp_uid: None,
        payment_status: None,
        fail_reason: None,
        amount: amount.minor(),
        currency: amount.currency().code().to_owned(),
        name: plan.charge.name.as_deref().and_then(|name| text(name, 40)),
        buyer_name: text(&buyer.name, 16),
        buyer_email: text(&buyer.email, 64),
        buyer_tel: text(&buyer.tel, 16),
        buyer_addr: text(&buyer.addr, 128),
        buyer_postcode: text(&buyer.postcode, 8),
        custom_data: plan.charge.custom_data.clone(),
        notice_urls: plan.charge.notice_urls.clone(),
        tax_free: part("tax_free", &plan.charge.tax_free, amount)?,
        vat_amount: part("vat_amount", &plan.charge.vat_amount, amount)?,
        card_quota: plan.charge.card_quota,
        interest_free: plan.charge.interest_free,
        customer_id: request.customer_id.clone(),
        pg: None,
        pg_id: None,
        created_at: at.0,
        version: 1,
    })
}

/// UNIX seconds within what a calendar can show.
fn moment(seconds: i64) -> Result<Millis> {
    if (0..=253_402_300_799).contains(&seconds) {
        return Ok(Millis::from_seconds(seconds));
    }
    Err(Error::invalid("schedule_at", "올바른 시각이 아닙니다."))
}

/// Moves a plan that was not charged yet (V1: PUT).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] if it is charged, revoked, or moved into the past.
pub async fn replan(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    schedule_at: i64,
) -> Result<ScheduleRow> {
    moved(engine, merchant, merchant_uid, schedule_at, |row| row.state == "scheduled").await
}

/// Plans a failed charge again (V1: POST …/reschedule).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Invalid`] unless it failed, or into the past.
pub async fn reschedule(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    schedule_at: i64,
) -> Result<ScheduleRow> {
    let failed = |row: &ScheduleRow| row.payment_status.as_deref() == Some("failed");
    moved(engine, merchant, merchant_uid, schedule_at, failed).await
}

async fn moved(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    schedule_at: i64,
    allowed: impl Fn(&ScheduleRow) -> bool,
) -> Result<ScheduleRow> {
    let to = moment(schedule_at)?;
    let _held = engine.locks.hold(&format!("schedule:{merchant_uid}")).await;
    let row = store::schedules::find(&engine.db, merchant, merchant_uid).await?;
    let mut row = row.ok_or(Error::NotFound(MISSING))?;
    if !allowed(&row) {
        return Err(Error::invalid("merchant_uid", "예약 상태가 변경할 수 없는 상태입니다."));
    }
    if to <= crate::merchants::now_of(engine, merchant).await? {
        return Err(Error::invalid("schedule_at", "지난 시각입니다."));
    }
    "scheduled".clone_into(&mut row.state);
    (row.schedule_at, row.executed_at, row.imp_uid) = (to.0, None, None);
    (row.payment_status, row.fail_reason) = (None, None);
    row.version += 1;
    let mut batch = Batch::new();
    store::schedules::update(&mut batch, &row);
    let key = job_key(merchant.0, merchant_uid);
    store::jobs::remove(&mut batch, merchant, JOB, &key);
    store::jobs::enqueue(&mut batch, merchant, JOB, &key, to);
    engine.db.commit(batch).await.map_err(super::meanwhile)?;
    engine.wake.notify_one();
    Ok(row)
}
