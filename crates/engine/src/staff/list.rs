//! The merchant's people, for the console.

use super::Role;
use crate::{Engine, Result};
use domain::{MerchantId, Millis};
use store::staff;

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their number.
    pub id: i64,
    /// Their login.
    pub login: String,
    /// What they may do; `None` if this program does not know their role.
    pub role: Option<Role>,
    /// By the wall clock.
    pub created_at: Millis,
}

/// Everybody, first added first.
///
/// # Errors
/// Of the database.
pub async fn list(engine: &Engine, merchant: MerchantId) -> Result<Vec<Person>> {
    let rows = staff::list(&engine.db, merchant).await?.into_iter();
    let people = rows.map(|row| Person {
        id: row.id,
        role: Role::parse(&row.role),
        login: row.login,
        created_at: row.created_at,
    });
    Ok(people.collect())
}
