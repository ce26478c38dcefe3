//! Passwords: Argon2id with the crate's (OWASP's) parameters, off the async threads.

use crate::{Engine, Error, Result};
use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use domain::Secret;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB; a crowd of guesses must not take the machine.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// What a new password must be: 8 to 128 characters.
///
/// # Errors
/// [`Error::Invalid`] for `field`.
pub fn check(field: &str, password: &str) -> Result<()> {
    if (8..=128).contains(&password.chars().count()) {
        return Ok(());
    }
    Err(Error::invalid(field, "비밀번호는 8자에서 128자까지입니다."))
}

/// The hash to store, in PHC form.
///
/// # Errors
/// [`Error::Internal`] only.
pub async fn hash(engine: &Engine, password: &str) -> Result<Secret<String>> {
    let mut salt = [0; 16];
    engine.random.fill(&mut salt);
    let password = password.to_owned();
    off_thread(move || make(&password, &salt)).await?.map(Secret::new)
}

/// Whether the password belongs to the hash. Without a hash it takes as long and is false.
///
/// # Errors
/// [`Error::Internal`] only.
pub async fn verify(password: &str, stored: Option<&Secret<String>>) -> Result<bool> {
    let password = password.to_owned();
    let stored = stored.cloned();
    off_thread(move || match stored {
        None => make(&password, &[0; 16]).map(|_| false),
        Some(stored) => {
            let parsed = PasswordHash::new(stored.expose()).map_err(Error::internal)?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
        }
    })
    .await?
}

fn make(password: &str, salt: &[u8; 16]) -> Result<String> {
    let salt = SaltString::encode_b64(salt).map_err(Error::internal)?;
    let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
    Ok(hash.map_err(Error::internal)?.to_string())
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = AT_ONCE.acquire().await.map_err(Error::internal)?;
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}
