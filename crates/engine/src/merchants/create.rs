//! Makes a merchant with its first API key and its owner.

use super::settings::shop_name;
use crate::api_keys::issue::{self, IssueKey, Issued};
use crate::staff::{self, CreateStaff, Role};
use crate::{Engine, Error, Result, audit, draw};
use domain::{MerchantId, Secret};
use store::merchants::{self, MerchantRow};
use store::{Batch, CommitError};

/// What the merchant is to be; drawn where nothing is given. A demo gives everything, so that it
/// is the same each time.
#[derive(Clone, Debug, Default)]
pub struct CreateMerchant {
    /// The shop's name.
    pub name: String,
    /// The owner's login for the console.
    pub login: String,
    /// The owner's password.
    pub password: Option<Secret<String>>,
    /// `imp` and 8 digits.
    pub user_code: Option<String>,
    /// REST API key; drawn: 16 digits.
    pub imp_key: Option<String>,
    /// REST API secret; drawn: 80 letters and digits.
    pub imp_secret: Option<Secret<String>>,
}

/// A new merchant. Secret and password are shown this once: only their hashes are kept.
#[derive(Clone, Debug)]
pub struct Created {
    /// The row.
    pub merchant: MerchantRow,
    /// Its first API key.
    pub key: Issued,
    /// Its owner.
    pub owner: staff::Created,
}

/// Creates a merchant. Its webhooks are JSON until it says otherwise.
///
/// # Errors
/// [`Error::Invalid`] naming what is given and cannot be, or is in use.
pub async fn create(engine: &Engine, new: CreateMerchant) -> Result<Created> {
    let name = shop_name(&new.name)?;
    if new.user_code.as_deref().is_some_and(|code| !is_user_code(code)) {
        return Err(Error::invalid("user_code", "imp와 숫자 8자리여야 합니다."));
    }
    let owner = CreateStaff { login: new.login, password: new.password, role: Role::Owner };
    let key = IssueKey { imp_key: new.imp_key, imp_secret: new.imp_secret };
    let id = engine.next_id();
    let mut people = Batch::new();
    let owner = staff::create::prepare(engine, &mut people, MerchantId(id), &owner).await?;
    for _ in 0..5 {
        let drawn = || format!("imp{}", draw::digits(&*engine.random, 8));
        let merchant = MerchantRow {
            id,
            user_code: new.user_code.clone().unwrap_or_else(drawn),
            name: name.clone(),
            clock_offset_ms: 0,
            default_channel_id: None,
            webhook_url: None,
            webhook_test_url: None,
            allowed_ips: None,
            webhook_format: "json".to_owned(),
            created_at: engine.now(),
            version: 1,
            tier: None,
        };
        let mut batch = Batch::new();
        merchants::insert(&mut batch, &merchant);
        batch.extend(people.clone());
        let issued = issue::prepare(engine, &mut batch, MerchantId(id), &key)?;
        let detail = format!("{name} {}", merchant.user_code);
        audit::note(engine, &mut batch, MerchantId(id), &owner.login, "merchant.create", detail);
        match engine.db.commit(batch).await {
            Ok(_) => return Ok(Created { merchant, key: issued, owner }),
            Err(CommitError::Expectation("login taken")) => return Err(staff::create::taken()),
            Err(CommitError::Expectation("imp_key taken")) if key.imp_key.is_some() => {
                return Err(Error::invalid("imp_key", "이미 사용 중인 API키입니다."));
            }
            Err(CommitError::Expectation("user_code taken")) if new.user_code.is_some() => {
                return Err(Error::invalid("user_code", "이미 사용 중인 식별코드입니다."));
            }
            Err(CommitError::Expectation("user_code taken" | "imp_key taken")) => {}
            Err(other) => return Err(other.into()),
        }
    }
    Err(Error::internal("five drawn codes were all taken"))
}

fn is_user_code(code: &str) -> bool {
    let digits = code.strip_prefix("imp").unwrap_or("");
    digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit())
}
