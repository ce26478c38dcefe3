//! A verification with whom it verified, for the merchant's server.

use super::sealed;
use crate::{Engine, Result};
use domain::MerchantId;
use pg::capability::certification::Person;
use store::certifications::{self, CertificationRow};

/// A verification, opened. Personal: it has no `Debug`.
pub struct View {
    /// The row.
    pub row: CertificationRow,
    /// Whom it verified; `None` until it did.
    pub person: Option<Person>,
}

/// The verification with this number.
///
/// # Errors
/// [`crate::Error::NotFound`] with V1's text; also for one that was deleted.
pub async fn get(engine: &Engine, merchant: MerchantId, imp_uid: &str) -> Result<View> {
    let row = certifications::find(&engine.db, merchant, imp_uid).await?;
    view(engine, row.ok_or_else(super::unknown)?)
}

pub(super) fn view(engine: &Engine, row: CertificationRow) -> Result<View> {
    let person = sealed::open_person(engine, &row)?;
    Ok(View { row, person })
}
