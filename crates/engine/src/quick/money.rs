//! `POST /kcpquick/payment/money`: a member's prepaid money, once per PIN typed in a window.

use crate::billing::charge::{self, ChargeRequest, Usage};
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::payments::PaymentRow;

/// Charges a member. `pin` is the payment in whose window the PIN was typed.
///
/// # Errors
/// [`Error::Invalid`] naming the field, [`Error::Refused`] for an order that is paid or a `pin`
/// that is none, [`Error::PgRefused`] in the PG's words.
pub async fn pay(
    engine: &Engine,
    merchant: MerchantId,
    member_id: &str,
    channel_key: &str,
    pin: &str,
    request: ChargeRequest,
) -> Result<PaymentRow> {
    super::check_member(member_id)?;
    let channel = super::channel(engine, merchant, channel_key).await?;
    let typed = store::payments::find(&engine.db, merchant, pin).await?;
    let typed = typed.filter(|row| row.channel_id == channel.id && row.paid_at.is_some());
    if typed.is_none() {
        let text = "PIN 인증(PinCheck)을 진행한 거래를 찾을 수 없습니다. (imp_uid)";
        return Err(Error::Refused(text.to_owned()));
    }
    let quick = super::verbs(&channel.pg).ok_or_else(|| Error::internal("no members"))?;
    let key = quick.money_key(member_id, pin);
    charge::with_key(engine, merchant, &channel, &key, &request, Usage::Points).await
}
