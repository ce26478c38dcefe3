//! `/receipts/external/{merchant_uid}`: receipts for sales the hub knows nothing else of.

use super::identifier;
use super::issue::{blank, intend, of_channel, word};
use super::write::alone;
use super::{ReceiptRequest, SETTLING, ask, revoke, settle, taxes, told, verbs};
use crate::commit::Conflict;
use crate::payments::line::Line;
use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::Batch;
use store::cash_receipts::{self, CashReceiptRow};
use store::channels::ChannelRow;

const MISSING: &str = "현금영수증이 발급된 적이 없는 merchant_uid입니다.";

/// The most an order's amount can be, won.
const MOST: i64 = 999_999_999_999;

/// A sale made elsewhere.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The merchant's order number.
    pub merchant_uid: String,
    /// Through which channel.
    pub channel_key: String,
    /// What was sold.
    pub name: String,
    /// Won.
    pub amount: i64,
}

/// Issues.
///
/// # Errors
/// As [`super::issue::issue`].
pub async fn issue(
    engine: &Engine,
    merchant: MerchantId,
    sale: Sale,
    request: ReceiptRequest,
) -> Result<CashReceiptRow> {
    check_uid(&sale.merchant_uid)?;
    let identified = identifier::read(request.identifier_type.as_deref(), &request.identifier)?;
    let purpose = identifier::purpose(request.purpose.as_deref(), identified.kind)?;
    if !(1..=MOST).contains(&sale.amount) {
        return Err(Error::invalid("amount", "0보다 커야 하며 12자리를 넘을 수 없습니다."));
    }
    let (tax_free, vat) = taxes(sale.amount, request.tax_free, request.vat_amount)?;
    let channel = channel(engine, merchant, &sale.channel_key).await?;
    let line = Line::of_channel(engine, &channel, "").await?;
    verbs(line.pg)?;
    let _held = engine.locks.hold(&settle::elsewhere(merchant, &sale.merchant_uid)).await;
    nothing_stands(engine, merchant, &sale.merchant_uid).await?;
    let row = CashReceiptRow {
        merchant_uid: sale.merchant_uid.clone(),
        purpose: word(purpose).to_owned(),
        name: Some(domain::text::cut(&sale.name, 40)),
        amount: sale.amount,
        tax_free,
        vat,
        ..of_channel(blank(&line, merchant.0, &identified), &channel)
    };
    let order = ask::order(&row, identified, purpose, request.buyer)?;
    verbs(line.pg)?.check(&order).map_err(|error| told(error, ""))?;
    let mut batch = Batch::new();
    intend(engine, &mut batch, &line, &row);
    match alone(engine, &batch, &[]).await {
        Ok(()) => ask::issue(engine, &line, row, &order).await,
        Err(Conflict::Changed) => Err(Error::invalid("merchant_uid", SETTLING)),
        Err(other) => Err(other.into()),
    }
}

/// Takes a receipt back.
///
/// # Errors
/// [`Error::NotFound`] if there never was one; as [`super::revoke::revoke`].
pub async fn revoke(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<CashReceiptRow> {
    let _held = engine.locks.hold(&settle::elsewhere(merchant, merchant_uid)).await;
    let live = cash_receipts::live_elsewhere(&engine.db, merchant, merchant_uid).await?;
    if let Some(row) = live {
        return revoke::standing(engine, row, "merchant_uid").await;
    }
    match cash_receipts::newest_elsewhere(&engine.db, merchant, merchant_uid).await? {
        Some(_) => Err(Error::invalid("merchant_uid", "이미 취소된 현금영수증입니다.")),
        None => Err(Error::NotFound(MISSING)),
    }
}

/// The newest receipt of a sale.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<CashReceiptRow> {
    let found = cash_receipts::newest_elsewhere(&engine.db, merchant, merchant_uid).await?;
    found.ok_or(Error::NotFound(MISSING))
}

fn check_uid(merchant_uid: &str) -> Result<()> {
    let length = merchant_uid.chars().count();
    if length == 0 || length > 40 || merchant_uid.chars().any(char::is_control) {
        return Err(Error::invalid("merchant_uid", "1자에서 40자 사이여야 합니다."));
    }
    Ok(())
}

/// The channel with this key and no other: a receipt must not come from a PG nobody meant.
async fn channel(engine: &Engine, merchant: MerchantId, key: &str) -> Result<ChannelRow> {
    let rows = store::channels::list(&engine.db, merchant).await?;
    let found = rows.into_iter().find(|row| row.channel_key == key);
    found.ok_or_else(|| Error::invalid("channel_key", "등록되지 않은 채널키입니다."))
}

async fn nothing_stands(engine: &Engine, merchant: MerchantId, merchant_uid: &str) -> Result<()> {
    let live = cash_receipts::live_elsewhere(&engine.db, merchant, merchant_uid).await?;
    let Some(live) = live else { return Ok(()) };
    let line = settle::line(engine, &live).await?;
    match settle::idle(engine, &line, live).await?.state.as_str() {
        "failed" | "revoked" => Ok(()),
        "issued" => {
            let text = "이미 현금영수증이 발급된 merchant_uid입니다.";
            Err(Error::invalid("merchant_uid", text))
        }
        _ => Err(Error::invalid("merchant_uid", SETTLING)),
    }
}
