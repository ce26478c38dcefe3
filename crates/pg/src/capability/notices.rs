//! Notices: the PG calls us.

use crate::error::PgError;
use crate::ops::Notice;
use crate::spec::Credentials;
use crate::wire::Response;

/// A PG that tells of deposits by calling us.
pub trait Notices: Send + Sync {
    /// Reads a notice without believing it: enough to find the payment and its channel.
    ///
    /// # Errors
    /// [`PgError::Invalid`] if it is no notice of this PG.
    fn read(&self, content_type: &str, body: &[u8]) -> Result<Notice, PgError>;

    /// Checks what the PG's protocol lets one check with the channel's credentials (signature).
    /// The engine itself compares MID, transaction, account, amount and source address.
    ///
    /// # Errors
    /// [`PgError::Forged`].
    fn verify(&self, credentials: &Credentials, notice: &Notice) -> Result<(), PgError>;

    /// What the PG wants to read when we took the notice; anything else makes it try again.
    fn accepted(&self) -> Response;

    /// What makes the PG try again, or show the failure to the merchant.
    fn refused(&self, why: &str) -> Response;
}
