//! `POST` and `PUT /escrows/logis/{imp_uid}`: what was sent, told to the PG.

use super::{JOB, context, settle, verbs, write};
use crate::commit::Actor;
use crate::payments::approval::{ROUNDS, reload};
use crate::payments::line::Line;
use crate::{Engine, Error, Result, draw};
use domain::payment::State;
use domain::{MerchantId, Millis};
use pg::PgError;
use pg::capability::escrow::{Delivery, Party, courier};
use serde::{Deserialize, Serialize};
use store::escrows::{self, EscrowRow};
use store::payments::PaymentRow;
use store::{Batch, jobs};

const ALREADY: &str = "이미 배송정보가 등록된 거래입니다.";
const SETTLING: &str =
    "이전 배송정보 요청의 결과를 PG사에 확인하고 있습니다. 잠시 후 다시 시도해 주세요.";
const FAILED: &str = "배송정보 등록에 실패하였습니다.";

/// What a merchant says was sent.
#[derive(Clone, Debug, Default)]
pub struct DeliveryRequest {
    /// Who sends.
    pub sender: Party,
    /// Who receives.
    pub receiver: Party,
    /// The courier, in any of V1's words.
    pub company: String,
    /// The parcel's number.
    pub invoice: String,
    /// Unix seconds.
    pub sent_at: i64,
    /// The buyer is told by e-mail of the purchase being final.
    pub send_email: bool,
}

/// What is kept, sealed, while the PG is asked.
#[derive(Serialize, Deserialize)]
pub(super) struct Asking {
    sender: Party,
    receiver: Party,
    pub(super) company: String,
    pub(super) invoice: String,
    pub(super) sent_at: i64,
    send_email: bool,
    change: bool,
}

/// Registers, or (`change`) changes what is registered.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Invalid`] for fields and PGs that cannot; [`Error::Refused`] for
/// payments without escrow, not paid, registered before or not yet, and decided by the buyer;
/// [`Error::PgRefused`] in the PG's words, also while it is not known whether it was registered.
pub async fn register(
    engine: &Engine,
    merchant: MerchantId,
    imp_uid: &str,
    request: DeliveryRequest,
    change: bool,
) -> Result<EscrowRow> {
    let missing = Error::NotFound("존재하지 않는 결제정보입니다.");
    let mut row = store::payments::find(&engine.db, merchant, imp_uid).await?.ok_or(missing)?;
    let _held = engine.locks.hold(&row.imp_uid).await;
    for _ in 0..ROUNDS {
        row = reload(engine, &row).await?;
        let line = Line::open(engine, &row).await?;
        let able = verbs(line.pg)?;
        if change && !able.can_change() {
            let text =
                format!("{}: 등록된 배송정보를 수정할 수 없는 PG사입니다.", line.pg.spec().ko);
            return Err(Error::invalid("imp_uid", text));
        }
        escrow(&row)?;
        let known = standing(engine, &line, &row, change).await?;
        row = reload(engine, &row).await?;
        let asking = asking(&request, change)?;
        able.check(&delivery(&row, &asking)).map_err(told)?;
        let plain = serde_json::to_string(&asking).map_err(Error::internal)?;
        let context = context(merchant, imp_uid);
        let sealed = engine.keyring.seal(&context, &plain, draw::nonce(&*engine.random))?;
        let intent = EscrowRow {
            asking: Some(sealed),
            asked_at: line.at.0,
            operation_id: line.number('d'),
            settle_attempts: 0,
            message: None,
            ..known
        };
        let mut extra = Batch::new();
        let run_at = line.at.plus_seconds(engine.settings.settle_grace_seconds);
        jobs::enqueue(&mut extra, merchant, JOB, imp_uid, run_at);
        let actor = (Actor::Api, "delivery_asked");
        if let Some(intent) = write(engine, &line, &row, intent, actor, extra).await? {
            row = reload(engine, &row).await?;
            return ask(engine, &line, row, intent, &asking).await;
        }
    }
    Err(Error::Refused(SETTLING.into()))
}

/// Only money that still waits for goods.
fn escrow(row: &PaymentRow) -> Result<()> {
    let wrong = |text: &str| Err(Error::Refused(text.into()));
    if !row.escrow {
        return wrong("에스크로 결제가 아닙니다.");
    }
    match row.payment.state {
        State::Paid { .. } | State::PartCancelled { .. } => Ok(()),
        _ => wrong("결제완료(paid) 상태의 결제가 아닙니다."),
    }
}

/// The delivery as it stands, settled if it can be; refuses what cannot follow it.
async fn standing(
    engine: &Engine,
    line: &Line,
    payment: &PaymentRow,
    change: bool,
) -> Result<EscrowRow> {
    let merchant = MerchantId(payment.merchant_id);
    let wrong = |text: &str| Err(Error::Refused(text.into()));
    let found = escrows::find(&engine.db, merchant, &payment.imp_uid).await?;
    let found = match found {
        Some(row) => settle::idle(engine, line, payment, row).await?,
        None => EscrowRow {
            merchant_id: merchant.0,
            imp_uid: payment.imp_uid.clone(),
            company: None,
            invoice: None,
            sent_at: None,
            applied_at: None,
            asking: None,
            asked_at: 0,
            operation_id: String::new(),
            settle_attempts: 0,
            message: None,
            escrow_status: None,
            version: 0,
        },
    };
    if found.asking.is_some() {
        return wrong(SETTLING);
    }
    match (change, found.applied_at) {
        (false, Some(_)) => return wrong(ALREADY),
        (true, None) => return wrong(super::NOTHING),
        _ => {}
    }
    if !matches!(found.escrow_status.as_deref(), None | Some("2")) {
        return wrong("구매자가 이미 구매결정한 거래입니다.");
    }
    Ok(found)
}

fn asking(request: &DeliveryRequest, change: bool) -> Result<Asking> {
    let invoice = request.invoice.trim();
    if invoice.is_empty() || invoice.chars().count() > 50 || invoice.chars().any(char::is_control) {
        return Err(Error::invalid("logis.invoice", "1자에서 50자 사이여야 합니다."));
    }
    // A year from 2000 on, and no milliseconds.
    if !(946_684_800..=9_999_999_999).contains(&request.sent_at) {
        return Err(Error::invalid("logis.sent_at", "초 단위의 UNIX timestamp여야 합니다."));
    }
    Ok(Asking {
        sender: request.sender.clone(),
        receiver: request.receiver.clone(),
        company: courier(&request.company).to_owned(),
        invoice: invoice.to_owned(),
        sent_at: request.sent_at * 1000,
        send_email: request.send_email,
        change,
    })
}

/// As the PG needs to know it.
pub(super) fn delivery(row: &PaymentRow, asking: &Asking) -> Delivery {
    Delivery {
        imp_uid: row.imp_uid.clone(),
        tid: row.pg_tid.clone().unwrap_or_default(),
        amount: row.payment.amount,
        memo: row.pg_memo.clone(),
        change: asking.change,
        sender: asking.sender.clone(),
        receiver: asking.receiver.clone(),
        courier: courier(&asking.company),
        invoice: asking.invoice.clone(),
        sent_at: Millis(asking.sent_at),
        send_email: asking.send_email,
    }
}

async fn ask(
    engine: &Engine,
    line: &Line,
    payment: PaymentRow,
    row: EscrowRow,
    asking: &Asking,
) -> Result<EscrowRow> {
    let delivery = delivery(&payment, asking);
    let row = match verbs(line.pg)?.register(&line.cx(&row.operation_id), &delivery).await {
        Ok(done) => {
            let row = settle::registered(row, asking, done.at.unwrap_or(line.at).0);
            settle::end(engine, line, row, (Actor::Pg, "delivery_registered")).await?
        }
        Err(PgError::Unknown(_) | PgError::Forged(_)) => {
            settle::now(engine, line, &payment, row).await?.0
        }
        Err(error) => {
            let error = told(error);
            let row = settle::refused(row, &error.to_string());
            settle::end(engine, line, row, (Actor::Pg, "delivery_refused")).await?;
            return Err(error);
        }
    };
    if row.asking.is_none() && row.message.is_none() {
        return Ok(row);
    }
    let why = match row.asking {
        Some(_) => "PG사의 응답을 받지 못해 결과를 확인하고 있습니다.".to_owned(),
        None => row.message.unwrap_or_default(),
    };
    Err(Error::PgRefused { code: String::new(), message: format!("{FAILED} {why}") })
}

/// What was wrong with the request stays a matter of the request.
fn told(error: PgError) -> Error {
    match error {
        PgError::Invalid { field, message } => Error::invalid(field, message),
        other => match Error::from(other) {
            Error::PgRefused { code, message } => {
                Error::PgRefused { code, message: format!("{FAILED} {message}") }
            }
            error => error,
        },
    }
}
