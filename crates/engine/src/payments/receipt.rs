//! The sales slip of a payment, for whoever holds its link: a buyer has no account here.

use super::find::{self, View};
use crate::partners::{self, Line};
use crate::{Engine, Error, Result, merchants};
use domain::MerchantId;
use store::merchants::MerchantRow;
use subtle::ConstantTimeEq;

/// What a slip shows.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The payment and its cancels.
    pub view: View,
    /// The platform's shops that sold it, if it named any.
    pub partners: Vec<Line>,
    /// Who sold.
    pub merchant: MerchantRow,
    /// Facts about the PG; `None` if this program has it no more.
    pub spec: Option<&'static pg::Spec>,
}

/// What the link of a payment's slip carries besides the imp_uid.
#[must_use]
pub fn tag(engine: &Engine, imp_uid: &str) -> String {
    engine.keyring.tag("receipt", imp_uid)
}

/// The slip behind a link.
///
/// # Errors
/// [`Error::NotFound`] if the tag is not the payment's, or no money ever arrived.
pub async fn receipt(engine: &Engine, imp_uid: &str, given: &str) -> Result<Receipt> {
    let missing = || Error::NotFound("존재하지 않는 매출전표입니다.");
    let right = tag(engine, imp_uid);
    // The database is not asked before the tag is right: nothing can be learned by guessing.
    if !bool::from(right.as_bytes().ct_eq(given.as_bytes())) || imp_uid.contains('\0') {
        return Err(missing());
    }
    let row = store::payments::find_any(&engine.db, imp_uid).await?.ok_or_else(missing)?;
    if row.paid_at.is_none() {
        return Err(missing());
    }
    let merchant = merchants::get(engine, MerchantId(row.merchant_id)).await?;
    let spec = pg::find(&row.pg).map(pg::Pg::spec);
    let partners = partners::of_payment(engine, &row).await?;
    Ok(Receipt { view: find::view(engine, row).await?, partners, merchant, spec })
}
