//! Tiers: sub-merchants of an agency (V1 behaviour §1.3).
//!
//! A tier is a merchant of its own, with an owner it belongs to and a code: everything that keeps
//! merchants apart keeps tiers apart. It has no API key; its agency's token acts for it where the
//! request names its code.

use super::settings::shop_name;
use crate::staff::{self, CreateStaff, Role};
use crate::{Engine, Error, Result, audit};
use domain::MerchantId;
use store::merchants::{self, MerchantRow};
use store::{Batch, CommitError};

/// A tier to add.
#[derive(Clone, Debug, Default)]
pub struct CreateTier {
    /// 3 of `A`–`Z` and `0`–`9`.
    pub code: String,
    /// The shop's name.
    pub name: String,
    /// The login of its owner for the console; empty for nobody.
    pub login: String,
}

/// A new tier, and its owner with the password that is shown this once.
#[derive(Clone, Debug)]
pub struct Created {
    /// The row.
    pub merchant: MerchantRow,
    /// Its owner, if a login was given.
    pub owner: Option<staff::Created>,
}

/// Adds a tier to an agency.
///
/// # Errors
/// [`Error::Invalid`] naming what cannot be or is in use; [`Error::Refused`] under a tier.
pub async fn create(
    engine: &Engine,
    agency: MerchantId,
    actor: &str,
    new: CreateTier,
) -> Result<Created> {
    let owner = super::get(engine, agency).await?;
    if owner.tier.is_some() {
        return Err(Error::Refused("하위 상점은 하위 상점을 가질 수 없습니다.".into()));
    }
    let code = new.code.trim().to_owned();
    if !is_code(&code) {
        return Err(Error::invalid("tier_code", "영문 대문자와 숫자 3자리여야 합니다."));
    }
    let name = shop_name(&new.name).map_err(|error| match error {
        Error::Invalid { message, .. } => Error::invalid("tier_name", message),
        other => other,
    })?;
    let id = engine.next_id();
    let merchant = MerchantRow {
        id,
        user_code: format!("{}.{code}", owner.user_code),
        name,
        // Its time begins where its agency's is.
        clock_offset_ms: owner.clock_offset_ms,
        default_channel_id: None,
        webhook_url: None,
        webhook_test_url: None,
        allowed_ips: None,
        webhook_format: owner.webhook_format.clone(),
        created_at: engine.now(),
        version: 1,
        tier: Some((agency.0, code.clone())),
    };
    let mut batch = Batch::new();
    merchants::insert(&mut batch, &merchant);
    let login = new.login.trim();
    let owner = if login.is_empty() {
        None
    } else {
        let person = CreateStaff { login: login.to_owned(), password: None, role: Role::Owner };
        Some(staff::create::prepare(engine, &mut batch, MerchantId(id), &person).await?)
    };
    audit::note(engine, &mut batch, agency, actor, "tier.create", merchant.user_code.clone());
    match engine.db.commit(batch).await {
        Ok(_) => Ok(Created { merchant, owner }),
        Err(CommitError::Expectation("login taken")) => Err(staff::create::taken()),
        Err(CommitError::Expectation("user_code taken")) => {
            Err(Error::invalid("tier_code", "이미 사용 중인 코드입니다."))
        }
        Err(other) => Err(other.into()),
    }
}

/// An agency's tiers by code.
///
/// # Errors
/// Of the database.
pub async fn list(engine: &Engine, agency: MerchantId) -> Result<Vec<MerchantRow>> {
    Ok(merchants::tiers(&engine.db, agency).await?)
}

/// An agency's tier with this code.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn get(engine: &Engine, agency: MerchantId, code: &str) -> Result<MerchantRow> {
    let missing = Error::NotFound("존재하지 않는 하위 상점(Tier)입니다.");
    if !is_code(code) {
        return Err(missing);
    }
    merchants::tier(&engine.db, agency, code).await?.ok_or(missing)
}

/// The merchant a page names: `IMP.init(userCode)`, or `IMP.agency(userCode, tierCode)`.
///
/// # Errors
/// [`Error::NotFound`] with the text of V1 behaviour §5.6.
pub async fn named(engine: &Engine, user_code: &str, tier_code: &str) -> Result<MerchantRow> {
    let merchant = super::get_by_user_code(engine, user_code).await?;
    if tier_code.is_empty() {
        return Ok(merchant);
    }
    let tier = get(engine, MerchantId(merchant.id), tier_code).await;
    tier.map_err(|error| match error {
        Error::NotFound(_) => Error::NotFound(super::get::UNKNOWN),
        other => other,
    })
}

fn is_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn codes_are_three_capitals_and_digits() {
        assert!(["ABC", "A1Z", "000"].into_iter().all(is_code));
        assert!(!["", "AB", "ABCD", "abc", "A C", "가", "A-B", "AB\0"].into_iter().any(is_code));
    }
}
