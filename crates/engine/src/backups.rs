//! Whether a master key is the one a database, or a backup of it, was written with.

use crate::{billing, channels, seal};
use store::Transaction;
use store::backup::Sealed;

/// What a master key is to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// It opens what is sealed there.
    Fits,
    /// It does not.
    Another,
    /// Nothing there was made with a master key yet.
    Untold,
}

/// Tries the key on what is sealed in the database `held` sees.
///
/// # Errors
/// Those of the database.
pub async fn key_of(keyring: &seal::Keyring, held: &mut Transaction) -> crate::Result<Key> {
    let fits = match store::backup::sealed(held).await? {
        None => return Ok(Key::Untold),
        Some(Sealed::Channel(id, sealed)) => {
            keyring.open(&channels::credentials::context(id), &sealed).is_ok()
        }
        Some(Sealed::Customer(merchant, customer, sealed)) => {
            let context = billing::key::of_customer(merchant, &customer);
            keyring.open(&context, &sealed).is_ok()
        }
        Some(Sealed::Token(key, generation, hash)) => {
            seal::hash(&keyring.token(key, generation)) == hash
        }
    };
    Ok(if fits { Key::Fits } else { Key::Another })
}
