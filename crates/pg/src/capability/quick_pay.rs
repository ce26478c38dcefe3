//! A PG that keeps members of its own: prepaid money behind a PIN, biometrics, keys of members.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::IssuedKey;
use domain::Millis;

/// A member as the PG has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The PG's number of the person.
    pub member_id: String,
    /// Since when.
    pub inserted: Millis,
    /// Changed last.
    pub updated: Millis,
}

/// Members of such a PG. What moves money is [`crate::Billing::charge`] of a key made here.
#[async_trait::async_trait]
pub trait QuickPay: Send + Sync {
    /// What charges a member's prepaid money: good for one charge, since the PIN was typed in the
    /// window of the payment `pin`.
    fn money_key(&self, member_id: &str, pin: &str) -> IssuedKey;

    /// Deletes a member and gives what it was; `None` if there is none. Deleting again is harmless.
    async fn forget_member(
        &self,
        cx: &Cx<'_>,
        member_id: &str,
        partner: (&str, &str),
    ) -> Result<Option<Member>, PgError>;

    /// Ends a member's use of biometrics. Ending it again is a refusal and harmless.
    async fn release_fido(&self, cx: &Cx<'_>, member_id: &str) -> Result<(), PgError>;
}
