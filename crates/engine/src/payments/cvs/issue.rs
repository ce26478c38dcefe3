//! `POST /cvs`: intent, PG, end, like every approval. The order is held only while the PG is asked.

use crate::billing::charge::{self, ChargeRequest};
use crate::billing::customers::worded;
use crate::commit::{Actor, Change, Conflict};
use crate::payments::line::Line;
use crate::payments::{approval, settle, window};
use crate::{Engine, Error, Result, commit};
use domain::payment::{Event, State};
use domain::{ImpUid, MerchantId, Millis, Money};
use pg::PgError;
use pg::capability::cvs::{Cvs, CvsOrder};
use serde::{Deserialize, Serialize};
use store::Batch;
use store::channels::ChannelRow;
use store::payments::PaymentRow;

const FAILED: &str = "편의점결제 수납번호 발급에 실패하였습니다.";

/// The furthest deadline, seconds from now: further ones are mistakes, mostly milliseconds.
const FURTHEST: i64 = 10 * 366 * 86_400;

/// The longest number of the merchant's own, characters (that of V1's `vbank_num`).
const BARCODE: usize = 32;

/// A number to be issued.
#[derive(Clone, Debug, Default)]
pub struct CvsRequest {
    /// What a charge has too: order, amount, buyer, webhooks.
    pub order: ChargeRequest,
    /// The channel.
    pub channel_key: String,
    /// The merchant's own number, if it has one.
    pub barcode: Option<String>,
    /// Until when it can be paid, unix seconds; the PG's default if not given.
    pub expired_at: Option<i64>,
    /// Asked before a customer's money is taken.
    pub confirm_url: Option<String>,
}

/// What was asked for, kept with the payment until the PG's answer takes its place.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Asked {
    barcode: String,
    due: Option<i64>,
}

/// Issues a number; the payment is `ready` and its webhook is on its way.
///
/// # Errors
/// [`Error::Invalid`] naming the field, [`Error::Refused`] for an order that is paid or a channel
/// that cannot, [`Error::PgRefused`] in the PG's words.
pub async fn issue(
    engine: &Engine,
    merchant: MerchantId,
    request: CvsRequest,
) -> Result<PaymentRow> {
    let channel = channel(engine, merchant, &request.channel_key).await?;
    let amount = charge::money(&request.order)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    let asked = asked(&request, at)?;
    let name = format!("cvs:{}:{}", merchant.0, request.order.merchant_uid);
    let _next = engine.locks.hold(&name).await;
    let row = intent(engine, merchant, &channel, &request, &asked, (amount, at)).await?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    let line = Line::open(engine, &row).await?;
    let order = order(engine, &row)?;
    let operation = row.operation_id.clone().unwrap_or_default();
    match verbs(&line)?.issue(&line.cx(&operation), &order).await {
        Ok(issued) => told(approval::conclude(engine, &line, row, issued, Actor::Pg).await?),
        Err(PgError::Unknown(why)) => {
            let mut change = Change::new(engine, row, Actor::Pg, line.at);
            change.exchanges(&line.take());
            change.apply(Event::NoAnswer)?;
            change.detail("why", why);
            let row = change.commit(engine).await?;
            told(settle::cvs_now(engine, &line, row).await?.0)
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

/// The number, or why there is none (yet).
fn told(row: PaymentRow) -> Result<PaymentRow> {
    if matches!(row.payment.state, State::AccountIssued { .. }) {
        return Ok(row);
    }
    let reason = row
        .fail_reason
        .clone()
        .unwrap_or_else(|| "PG사의 응답을 받지 못해 발급 결과를 확인하고 있습니다.".to_owned());
    Err(Error::PgRefused { code: "F500".into(), message: format!("{FAILED} {reason}") })
}

/// The verbs of the line's PG.
pub(crate) fn verbs(line: &Line) -> Result<&'static dyn Cvs> {
    line.pg.cvs().ok_or_else(|| Error::internal("no cvs"))
}

/// The number as its PG needs to know it, rebuilt from the row at any time.
///
/// # Errors
/// [`Error::Internal`] if the row was not asked for here.
pub(crate) fn order(engine: &Engine, row: &PaymentRow) -> Result<CvsOrder> {
    let asked: Asked = serde_json::from_str(row.pg_auth.as_deref().unwrap_or_default())
        .map_err(|error| Error::internal(format!("what was asked for is unreadable: {error}")))?;
    Ok(CvsOrder {
        imp_uid: row.imp_uid.clone(),
        name: row.name.clone().unwrap_or_default(),
        amount: row.payment.amount,
        barcode: asked.barcode,
        due: asked.due.map(Millis),
        notice_url: format!("{}/callback/{}/notice", engine.settings.public_url, row.pg),
    })
}

/// The channel with this key; another one would be paid at another company.
async fn channel(engine: &Engine, merchant: MerchantId, key: &str) -> Result<ChannelRow> {
    let able = |row: &ChannelRow| pg::find(&row.pg).and_then(pg::Pg::cvs).is_some();
    let rows = store::channels::list(&engine.db, merchant).await?;
    let row = rows.into_iter().find(|row| row.channel_key == key.trim());
    row.filter(able).ok_or_else(|| {
        Error::Refused("편의점결제를 지원하는 채널이 아닙니다. (channel_key)".into())
    })
}

fn asked(request: &CvsRequest, at: Millis) -> Result<Asked> {
    let barcode = request.barcode.as_deref().unwrap_or_default().trim();
    let plain = barcode.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain || barcode.len() > BARCODE {
        return Err(Error::invalid("barcode", "32자 이내의 영문, 숫자여야 합니다."));
    }
    let wrong = |text: &str| Error::invalid("expired_at", text);
    let due = match request.expired_at {
        None => None,
        Some(seconds) => match seconds.checked_mul(1000) {
            Some(due) if due <= at.0 => {
                return Err(wrong("결제기한은 현재 시각보다 나중이어야 합니다."));
            }
            Some(due) if due <= at.plus_seconds(FURTHEST).0 => Some(due),
            _ => return Err(wrong("초 단위의 UNIX timestamp여야 합니다.")),
        },
    };
    if let Some(url) = &request.confirm_url {
        let web = url::Url::parse(url).is_ok_and(|url| ["http", "https"].contains(&url.scheme()));
        if !web || url.len() > 2_000 {
            return Err(Error::invalid("confirm_url", "http(s) 주소여야 합니다."));
        }
    }
    Ok(Asked { barcode: barcode.to_owned(), due })
}

async fn intent(
    engine: &Engine,
    merchant: MerchantId,
    channel: &ChannelRow,
    request: &CvsRequest,
    asked: &Asked,
    (amount, at): (Money, Millis),
) -> Result<PaymentRow> {
    charge::not_taken(engine, merchant, &request.order.merchant_uid).await?;
    let pg = pg::find(&channel.pg).ok_or_else(|| Error::internal("no connector"))?;
    if !pg.spec().currencies.contains(&amount.currency()) {
        return Err(Error::invalid("currency", "지원하지 않는 통화입니다."));
    }
    for _ in 0..8 {
        let imp_uid = ImpUid::window(engine.ids.payment(engine.clock.now()));
        let mut more = Batch::new();
        if let Some(url) = &request.confirm_url {
            store::confirm_urls::insert(&mut more, merchant, imp_uid.as_str(), url);
        }
        let row = PaymentRow {
            pay_method: Some(super::METHOD.to_owned()),
            card_quota: 0,
            operation_id: Some(format!("{imp_uid}a")),
            approving_at: Some(at.0),
            pg_auth: Some(serde_json::to_string(asked).map_err(Error::internal)?),
            ..charge::payment_row(&imp_uid, merchant, channel, None, &request.order, amount, at)
        };
        match commit::create_intent(engine, row, Actor::Api, at, more).await {
            Ok(row) => return Ok(row),
            Err(Conflict::Changed) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("no free payment number"))
}
