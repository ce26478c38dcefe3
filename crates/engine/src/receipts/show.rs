//! Reads: the receipt of a payment, and the page behind a receipt's link.

use crate::{Engine, Error, Result, merchants};
use domain::MerchantId;
use store::cash_receipts::{self, CashReceiptRow};
use store::merchants::MerchantRow;
use subtle::ConstantTimeEq;

/// What a receipt's page shows.
#[derive(Clone, Debug)]
pub struct Page {
    /// The receipt.
    pub row: CashReceiptRow,
    /// Who sold.
    pub merchant: MerchantRow,
    /// Facts about the PG; `None` if this program has it no more.
    pub spec: Option<&'static pg::Spec>,
}

/// The newest receipt of a payment.
///
/// # Errors
/// [`Error::NotFound`] if there is no such payment, or no receipt was ever issued.
pub async fn get(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<CashReceiptRow> {
    let payment = store::payments::find(&engine.db, merchant, imp_uid).await?;
    payment.ok_or(Error::NotFound("존재하지 않는 결제정보입니다."))?;
    let found = cash_receipts::newest_of_payment(&engine.db, merchant, imp_uid).await?;
    found.ok_or(Error::NotFound("현금영수증이 발급된 적이 없는 결제입니다."))
}

/// What the link of a receipt's page carries besides its number.
#[must_use]
pub fn tag(engine: &Engine, receipt_id: &str) -> String {
    engine.keyring.tag("cash_receipt", receipt_id)
}

/// The receipt behind a link.
///
/// # Errors
/// [`Error::NotFound`] if the tag is not the receipt's, or it was never issued.
pub async fn page(engine: &Engine, receipt_id: &str, given: &str) -> Result<Page> {
    let missing = || Error::NotFound("존재하지 않는 현금영수증입니다.");
    let right = tag(engine, receipt_id);
    if !bool::from(right.as_bytes().ct_eq(given.as_bytes())) || receipt_id.contains('\0') {
        return Err(missing());
    }
    let row = cash_receipts::find_any(&engine.db, receipt_id).await?;
    let row = row.filter(|row| row.issued_at.is_some()).ok_or_else(missing)?;
    let merchant = merchants::get(engine, MerchantId(row.merchant_id)).await?;
    let spec = pg::find(&row.pg).map(pg::Pg::spec);
    Ok(Page { row, merchant, spec })
}
