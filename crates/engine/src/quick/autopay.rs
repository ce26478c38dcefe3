//! `/kcpquick/payment/autopay` and `/kcpquick/autopay/{customer_uid}`: billing keys of members.

use crate::billing::charge::{self, ChargeRequest, Usage};
use crate::billing::customers;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::Batch;
use store::customers::CustomerRow;
use store::payments::PaymentRow;

/// The customer, if its key is a member's.
async fn find(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: &str,
) -> Result<Option<CustomerRow>> {
    let row = store::customers::find(&engine.db, merchant, customer_uid).await?;
    Ok(row.filter(|row| super::verbs(&row.pg).is_some()))
}

/// Charges a member's key.
///
/// # Errors
/// As [`charge::again`]; [`Error::PgRefused`] in V1's words for what is no member's key.
pub async fn pay(
    engine: &Engine,
    merchant: MerchantId,
    customer_uid: &str,
    request: ChargeRequest,
) -> Result<PaymentRow> {
    if find(engine, merchant, customer_uid).await?.is_none() {
        let message = customers::unknown(customer_uid);
        return Err(Error::PgRefused { code: String::new(), message });
    }
    charge::again(engine, merchant, customer_uid, request, Usage::Again).await
}

/// Deletes a member's key: at the PG first, then here, so that a lost answer can be asked again.
///
/// # Errors
/// [`Error::NotFound`] without such a key, [`Error::PgRefused`] if the PG did not delete it.
pub async fn delete(engine: &Engine, merchant: MerchantId, customer_uid: &str) -> Result<()> {
    let _held = engine.locks.hold(&format!("customer:{customer_uid}")).await;
    let missing = || Error::NotFound("등록된 빌링키 또는 자동결제 키를 찾을 수 없습니다.");
    let row = find(engine, merchant, customer_uid).await?.ok_or_else(missing)?;
    let channel = store::channels::find(&engine.db, merchant, row.channel_id).await?;
    let channel = channel.ok_or_else(missing)?;
    let line = Line::of_channel(engine, &channel, "").await?;
    let key = crate::billing::key::of_row(engine, &row)?;
    let billing = line.pg.billing().ok_or_else(|| Error::internal("no billing"))?;
    let number = line.number('f');
    billing.forget(&line.cx(&number), &key).await?;
    let mut batch = Batch::new();
    store::customers::delete(&mut batch, merchant, customer_uid, line.at.0);
    engine.db.commit(batch).await?;
    Ok(())
}
