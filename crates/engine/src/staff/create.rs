//! Adds a person to a merchant.

use super::sign_in::plain;
use super::{Role, password};
use crate::{Engine, Error, Result, audit, draw};
use domain::{MerchantId, Secret};
use store::staff::{self, StaffRow};
use store::{Batch, CommitError};

/// Whom to add.
#[derive(Clone, Debug)]
pub struct CreateStaff {
    /// What they sign in with: letters, digits and `. _ - @ +`; upper case is taken as lower.
    pub login: String,
    /// Drawn if none is given.
    pub password: Option<Secret<String>>,
    /// What they may do.
    pub role: Role,
}

/// Who was added, and the password, which is shown this once.
#[derive(Clone, Debug)]
pub struct Created {
    /// Their number.
    pub id: i64,
    /// As it is stored.
    pub login: String,
    /// As given or drawn.
    pub password: Secret<String>,
}

/// Adds a person. `actor` goes into the audit log.
///
/// # Errors
/// [`Error::Invalid`] for a login in use, or a login or password that cannot be one.
pub async fn create(
    engine: &Engine,
    merchant: MerchantId,
    actor: &str,
    new: CreateStaff,
) -> Result<Created> {
    let mut batch = Batch::new();
    let created = prepare(engine, &mut batch, merchant, &new).await?;
    let detail = format!("{} ({})", created.login, new.role.as_str());
    audit::note(engine, &mut batch, merchant, actor, "staff.create", detail);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(created),
        Err(CommitError::Expectation("login taken")) => Err(taken()),
        Err(other) => Err(other.into()),
    }
}

/// The login is another's.
pub(crate) fn taken() -> Error {
    Error::invalid("login", "이미 사용 중인 아이디입니다.")
}

/// Appends a new person to a batch; `login taken` is what the batch then fails with.
pub(crate) async fn prepare(
    engine: &Engine,
    batch: &mut Batch,
    merchant: MerchantId,
    new: &CreateStaff,
) -> Result<Created> {
    let login = plain(&new.login);
    if login.len() < 3 {
        let text = "아이디는 영문, 숫자와 . _ - @ +로 3자에서 60자까지입니다.";
        return Err(Error::invalid("login", text));
    }
    let drawn = || Secret::new(draw::alnum(&*engine.random, 20));
    let secret = new.password.clone().unwrap_or_else(drawn);
    password::check("password", secret.expose())?;
    let row = StaffRow {
        id: engine.next_id(),
        merchant_id: merchant.0,
        login: login.clone(),
        password_hash: password::hash(engine, secret.expose()).await?,
        role: new.role.as_str().to_owned(),
        failed_logins: 0,
        locked_until: None,
        created_at: engine.now(),
    };
    staff::insert(batch, &row);
    Ok(Created { id: row.id, login, password: secret })
}
