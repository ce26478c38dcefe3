//! `/payments`: look-ups, cancels and registered amounts.

pub mod balance;
pub mod cancel;
pub mod find;
pub mod find_all;
pub mod get;
pub mod list;
pub mod paging;
pub mod prepare;
pub mod status;

use domain::payment::Status;
use engine::Error;

/// V1's text for a payment that is not there, or not this merchant's.
pub(super) const MISSING: Error = Error::NotFound("존재하지 않는 결제정보입니다.");

/// A status in a path: none for `all` and for nothing; an error for a word V1 does not know.
fn status_word(word: &str) -> Result<Option<Status>, ()> {
    match word {
        "" | "all" => Ok(None),
        word => Status::parse(word).map(Some).ok_or(()),
    }
}
