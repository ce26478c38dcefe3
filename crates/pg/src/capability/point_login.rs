//! A PG whose points are spent with the person's own login.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::IssuedKey;

/// A person's login. `Debug` hides it; the password is wiped when dropped and kept nowhere.
#[derive(Clone)]
pub struct PointLogin {
    /// The account.
    pub user: String,
    /// Its password.
    pub password: zeroize::Zeroizing<String>,
    /// The company's code at the PG; empty if not given.
    pub member_code: String,
}

impl std::fmt::Debug for PointLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PointLogin(***)")
    }
}

/// Points of such a PG. Spending is [`crate::Billing::charge`] of the key a login gives.
#[async_trait::async_trait]
pub trait Points: Send + Sync {
    /// How many points the person has.
    async fn balance(&self, cx: &Cx<'_>, login: &PointLogin) -> Result<i64, PgError>;

    /// Logs in: a key for one charge, soon to be used. No points move.
    async fn login(&self, cx: &Cx<'_>, login: &PointLogin) -> Result<IssuedKey, PgError>;
}
