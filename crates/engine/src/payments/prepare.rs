//! Registers what an order must cost (V1 behaviour §3.5).

use crate::{Engine, Error, Result};
use domain::{Currency, MerchantId, Money};
use store::prepares::PrepareRow;
use store::{Batch, CommitError};

/// What the merchant's server sent. The amount is a decimal text of major units.
#[derive(Clone, Debug)]
pub struct PrepareRequest {
    /// The order.
    pub merchant_uid: String,
    /// What it costs.
    pub amount: String,
    /// In what; `None` does not check the currency.
    pub currency: Option<String>,
}

/// Registers an amount, once.
///
/// # Errors
/// [`Error::Refused`] for a duplicate or a paid order, [`Error::Invalid`] naming the field.
pub async fn register(
    engine: &Engine,
    merchant: MerchantId,
    request: &PrepareRequest,
) -> Result<PrepareRow> {
    let row = checked(request)?;
    if paid(engine, merchant, &row.merchant_uid).await? {
        return Err(Error::Refused("이미 결제가 이루어진 거래건입니다.".into()));
    }
    let at = crate::merchants::now_of(engine, merchant).await?;
    let mut batch = Batch::new();
    store::prepares::insert(&mut batch, merchant, &row, at.0);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(row),
        Err(CommitError::Expectation("prepared before")) => Err(Error::Refused(
            "결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다).".into(),
        )),
        Err(other) => Err(other.into()),
    }
}

/// Changes a registered amount.
///
/// # Errors
/// [`Error::NotFound`] if none is registered, [`Error::Invalid`] naming the field.
pub async fn change(
    engine: &Engine,
    merchant: MerchantId,
    request: &PrepareRequest,
) -> Result<PrepareRow> {
    let row = checked(request)?;
    let at = crate::merchants::now_of(engine, merchant).await?;
    let mut batch = Batch::new();
    store::prepares::update(&mut batch, merchant, &row, at.0);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(row),
        Err(CommitError::Expectation("not prepared")) => {
            Err(Error::NotFound("등록된 결제사전정보를 찾을 수 없습니다."))
        }
        Err(other) => Err(other.into()),
    }
}

/// The registered amount.
///
/// # Errors
/// [`Error::Refused`] if none is registered (V1 answers HTTP 200 here, §2.2).
pub async fn get(engine: &Engine, merchant: MerchantId, merchant_uid: &str) -> Result<PrepareRow> {
    let row = store::prepares::find(&engine.db, merchant, merchant_uid).await?;
    row.ok_or_else(|| Error::Refused("등록된 결제사전정보를 찾을 수 없습니다.".into()))
}

fn checked(request: &PrepareRequest) -> Result<PrepareRow> {
    let merchant_uid = request.merchant_uid.as_str();
    if merchant_uid.is_empty() || merchant_uid.chars().any(char::is_control) {
        return Err(Error::invalid("merchant_uid", "값이 올바르지 않습니다."));
    }
    if merchant_uid.chars().count() > 40 {
        return Err(Error::Refused("merchant_uid는 40자를 초과할 수 없습니다.".into()));
    }
    let currency = match request.currency.as_deref() {
        None | Some("") => None,
        Some(code) => Some(
            Currency::parse(code)
                .ok_or_else(|| Error::invalid("currency", "지원하지 않는 통화입니다."))?,
        ),
    };
    // Without a currency the finest one decides what an amount can be; the window checks exactly.
    let amount = Money::parse(request.amount.trim(), currency.unwrap_or(Currency::Usd));
    let amount = amount.map_err(|error| super::amount::bad("amount", error))?;
    Ok(PrepareRow {
        merchant_uid: merchant_uid.to_owned(),
        amount: amount.decimal(),
        currency: currency.map(|currency| currency.code().to_owned()),
    })
}

async fn paid(engine: &Engine, merchant: MerchantId, merchant_uid: &str) -> Result<bool> {
    let Some(holder) = store::history::order_holder(&engine.db, merchant, merchant_uid).await?
    else {
        return Ok(false);
    };
    let row = store::payments::find(&engine.db, merchant, &holder).await?;
    Ok(row.is_some_and(|row| row.paid_at.is_some()))
}
