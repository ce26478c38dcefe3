//! A PG that tells whose account a number is (V1 behaviour §3.8, `GET /vbanks/holder`).

use crate::cx::Cx;
use crate::error::PgError;

/// A PG that does. A question: nothing changes there.
#[async_trait::async_trait]
pub trait Holders: Send + Sync {
    /// The holder of an account, by 3-digit bank code and digits of its number; `None` if there is
    /// no such account.
    ///
    /// # Errors
    /// [`PgError`] where there is no usable answer.
    async fn holder(
        &self,
        cx: &Cx<'_>,
        bank_code: &str,
        number: &str,
    ) -> Result<Option<String>, PgError>;
}
