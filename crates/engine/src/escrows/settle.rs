//! How an unanswered registration ended.

use super::register::{Asking, delivery};
use super::{JOB, context, verbs};
use crate::commit::Actor;
use crate::jobs::next::Next;
use crate::payments::approval::{ROUNDS, reload};
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::{MerchantId, retry};
use pg::capability::escrow::DeliverySettled;
use store::attentions::{self, AttentionRow};
use store::escrows::{self, EscrowRow};
use store::payments::PaymentRow;
use store::{Batch, jobs};

/// The job.
///
/// # Errors
/// Faults of ours; the runner tries again.
pub async fn settle(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<Next> {
    let _held = engine.locks.hold(imp_uid).await;
    let payment = store::payments::find(&engine.db, merchant, imp_uid).await?;
    let row = escrows::find(&engine.db, merchant, imp_uid).await?;
    let (Some(payment), Some(row)) = (payment, row) else { return Ok(Next::Done) };
    let line = Line::open(engine, &payment).await?;
    now(engine, &line, &payment, row).await.map(|(_, next)| next)
}

/// As [`now`], unless another process may still be waiting for the answer.
pub(super) async fn idle(
    engine: &Engine,
    line: &Line,
    payment: &PaymentRow,
    row: EscrowRow,
) -> Result<EscrowRow> {
    let graced = (line.at.0 - row.asked_at) / 1000 >= engine.settings.settle_grace_seconds;
    if row.asking.is_some() && graced {
        return now(engine, line, payment, row).await.map(|(row, _)| row);
    }
    Ok(row)
}

/// Asks once. The caller holds the payment's lock.
pub(super) async fn now(
    engine: &Engine,
    line: &Line,
    payment: &PaymentRow,
    row: EscrowRow,
) -> Result<(EscrowRow, Next)> {
    let Some(sealed) = &row.asking else { return Ok((row, Next::Done)) };
    let merchant = MerchantId(row.merchant_id);
    let plain = engine.keyring.open(&context(merchant, &row.imp_uid), sealed)?;
    let asking: Asking = serde_json::from_str(&plain).map_err(Error::internal)?;
    let delivery = delivery(payment, &asking);
    let why = match verbs(line.pg)?.settle(&line.cx(&row.operation_id), &delivery).await {
        Ok(DeliverySettled::Registered(done)) => {
            let row = registered(row, &asking, done.at.unwrap_or(line.at).0);
            let mut known = Batch::new();
            let id = attention_id(&row);
            attentions::close_one(&mut known, merchant, &id, Actor::Job.as_str(), line.at.0);
            engine.db.commit(known).await?;
            let row = end(engine, line, row, (Actor::Job, "delivery_registered")).await?;
            return Ok((row, Next::Done));
        }
        Ok(DeliverySettled::CannotTell(why)) => {
            // The parcel is on its way whatever the PG knows: a person sees to it once, and the
            // merchant may register again.
            raise(engine, &row, &why, line).await?;
            let row = refused(row, &why);
            let row = end(engine, line, row, (Actor::Job, "delivery_refused")).await?;
            return Ok((row, Next::Done));
        }
        Err(error) => error.to_string(),
    };
    let settle_attempts = row.settle_attempts + 1;
    if settle_attempts >= retry::SILENT_AFTER {
        raise(engine, &row, &why, line).await?;
    }
    let message = Some(domain::text::cut(&why, 500));
    let tried = EscrowRow { settle_attempts, message, ..row };
    let row = end(engine, line, tried, (Actor::Job, "delivery_settle_tried")).await?;
    let attempts = u32::try_from(row.settle_attempts).unwrap_or(u32::MAX);
    let run_at = line.at.plus_seconds(retry::settle_delay(attempts));
    Ok((row, Next::Again { run_at }))
}

pub(super) fn registered(row: EscrowRow, asking: &Asking, at: i64) -> EscrowRow {
    EscrowRow {
        company: Some(asking.company.clone()),
        invoice: Some(asking.invoice.clone()),
        sent_at: Some(asking.sent_at),
        applied_at: Some(at),
        asking: None,
        message: None,
        ..row
    }
}

pub(super) fn refused(row: EscrowRow, why: &str) -> EscrowRow {
    EscrowRow { asking: None, message: Some(domain::text::cut(why, 500)), ..row }
}

/// Writes down how it stands, whatever else changes the payment meanwhile.
pub(super) async fn end(
    engine: &Engine,
    line: &Line,
    mut row: EscrowRow,
    by: (Actor, &str),
) -> Result<EscrowRow> {
    let merchant = MerchantId(row.merchant_id);
    let exchanges = line.take();
    for _ in 0..ROUNDS {
        let payment = store::payments::find(&engine.db, merchant, &row.imp_uid).await?;
        let payment = payment.ok_or_else(|| Error::internal("the payment is gone"))?;
        let payment = reload(engine, &payment).await?;
        let mut extra = Batch::new();
        if row.asking.is_none() {
            jobs::remove(&mut extra, merchant, JOB, &row.imp_uid);
        }
        for exchange in &exchanges {
            store::exchanges::insert(&mut extra, exchange);
        }
        if let Some(row) = super::write(engine, line, &payment, row.clone(), by, extra).await? {
            return Ok(row);
        }
        let now = escrows::find(&engine.db, merchant, &row.imp_uid).await?;
        match now {
            // Only a notice came between.
            Some(now) if now.asking.is_some() && now.operation_id == row.operation_id => {
                row = EscrowRow { version: now.version, escrow_status: now.escrow_status, ..row };
            }
            Some(now) => return Ok(now),
            None => return Err(Error::internal("the delivery is gone")),
        }
    }
    Err(Error::internal("the payment kept changing"))
}

fn attention_id(row: &EscrowRow) -> String {
    format!("delivery_unknown:{}", row.operation_id)
}

async fn raise(engine: &Engine, row: &EscrowRow, why: &str, line: &Line) -> Result<()> {
    let mut batch = Batch::new();
    let text = "PG사 관리자에서 배송정보가 등록되었는지 확인해 주세요.";
    let person = AttentionRow {
        id: attention_id(row),
        merchant_id: row.merchant_id,
        imp_uid: row.imp_uid.clone(),
        at: line.at.0,
        kind: "delivery_unknown".to_owned(),
        detail: domain::text::cut(&format!("{why} {text}"), 500),
        resolved_at: None,
        resolved_by: None,
    };
    attentions::raise(&mut batch, &person);
    engine.db.commit(batch).await?;
    Ok(())
}
