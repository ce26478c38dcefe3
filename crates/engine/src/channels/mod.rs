//! Channels: a merchant's contracts with PGs, their credentials, and which one a payment takes.

pub mod add;
pub mod check;
pub mod credentials;
pub mod delete;
pub mod fields;
pub mod get;
pub mod list;
pub mod resolve;
pub mod set_default;
pub mod update;

pub use add::{AddChannel, add, add_certification};
pub use check::{Check, Step, check};
pub use credentials::{credentials, mode, spec};
pub use delete::delete;
pub use list::{Channel, Value, list};
pub use resolve::{resolve, resolve_certification};
pub use set_default::set_default;
pub use update::{UpdateChannel, update};

use pg::Spec;

/// PGs that somebody has a channel of and only the embedded sandbox plays.
///
/// # Errors
/// Of the database.
pub async fn sandbox_only(db: &store::Db) -> Result<Vec<&'static Spec>, store::DbError> {
    let codes = store::channels::codes(db).await?;
    let specs = codes.iter().filter_map(|(kind, code)| match kind.as_str() {
        store::channels::PAYMENT => Some(pg::find(code)?.spec()),
        _ => Some(pg::certifiers::find(code)?.spec()),
    });
    Ok(specs.filter(|spec| spec.sandbox_only).collect())
}
