//! Finds a merchant.

use crate::{Engine, Error, Result};
use domain::MerchantId;
use store::merchants::{self, MerchantRow};

/// The merchant with this number.
///
/// # Errors
/// [`Error::Internal`] if there is none: the number came from one of our own rows.
pub async fn get(engine: &Engine, merchant: MerchantId) -> Result<MerchantRow> {
    let row = merchants::find(&engine.db, merchant).await?;
    row.ok_or_else(|| Error::internal(format!("merchant {} is gone", merchant.0)))
}

/// The merchant with this user code, as a page gave it to `IMP.init()`.
///
/// # Errors
/// [`Error::NotFound`] with the text of V1 behaviour §5.6.
pub async fn get_by_user_code(engine: &Engine, user_code: &str) -> Result<MerchantRow> {
    // PostgreSQL refuses NUL in a text, and no code holds one.
    if user_code.contains('\0') {
        return Err(Error::NotFound(UNKNOWN));
    }
    let row = merchants::by_user_code(&engine.db, user_code).await?;
    row.ok_or(Error::NotFound(UNKNOWN))
}

pub(super) const UNKNOWN: &str = "판매자 정보를 찾을 수 없습니다.";
