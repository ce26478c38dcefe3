//! The master key: credentials at rest are sealed with it, tokens and sessions derived from it.

use crate::{Error, Result};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Digest;

/// Keys derived from the operator's 32-byte master key.
pub struct Keyring {
    cipher: XChaCha20Poly1305,
    token_key: [u8; 32],
    tag_key: [u8; 32],
    ledger_key: [u8; 32],
}

/// One value of what is hashed into the ledger.
#[derive(Clone, Copy, Debug)]
pub enum Field<'a> {
    /// A number.
    Int(i64),
    /// A text of any length.
    Text(&'a str),
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(***)")
    }
}

impl Keyring {
    /// From the master key.
    #[must_use]
    pub fn new(master: &[u8; 32]) -> Self {
        let derive = |purpose: &str| -> [u8; 32] {
            let mut hash = sha2::Sha256::new();
            hash.update(purpose.as_bytes());
            hash.update([0]);
            hash.update(master);
            hash.finalize().into()
        };
        Self {
            cipher: XChaCha20Poly1305::new(&derive("ieum/seal/1").into()),
            token_key: derive("ieum/token/1"),
            tag_key: derive("ieum/tag/1"),
            ledger_key: derive("ieum/ledger/1"),
        }
    }

    /// Encrypts text; `context` (table, owner, column) must be the same when opening, so that a
    /// sealed value cannot be moved to another row.
    ///
    /// # Errors
    /// [`Error::Internal`] only if the text is absurdly long.
    pub fn seal(&self, context: &str, plain: &str, nonce: [u8; 24]) -> Result<String> {
        let payload = Payload { msg: plain.as_bytes(), aad: context.as_bytes() };
        let sealed = self.cipher.encrypt(XNonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|_| Error::internal("sealing failed"))?;
        Ok(format!("v1.{}.{}", hex::encode(nonce), hex::encode(sealed)))
    }

    /// Decrypts what [`Keyring::seal`] made.
    ///
    /// # Errors
    /// [`Error::Internal`] if it was changed, moved, or sealed with another master key.
    pub fn open(&self, context: &str, sealed: &str) -> Result<String> {
        let broken = || Error::internal(format!("sealed value of {context} cannot be opened"));
        let rest = sealed.strip_prefix("v1.").ok_or_else(broken)?;
        let (nonce, body) = rest.split_once('.').ok_or_else(broken)?;
        let nonce: [u8; 24] =
            hex::decode(nonce).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(broken)?;
        let body = hex::decode(body).map_err(|_| broken())?;
        let payload = Payload { msg: &body, aad: context.as_bytes() };
        let plain = self.cipher.decrypt(XNonce::from_slice(&nonce), payload);
        String::from_utf8(plain.map_err(|_| broken())?).map_err(|_| broken())
    }

    /// The access token of a key's generation: 40 lower-case hex characters, as V1's are. It is
    /// derived, so the database holds only its hash.
    #[must_use]
    pub fn token(&self, api_key_id: i64, generation: i64) -> String {
        let mut hash = sha2::Sha256::new();
        hash.update(self.token_key);
        hash.update(api_key_id.to_be_bytes());
        hash.update(generation.to_be_bytes());
        hex::encode(&hash.finalize()[..20])
    }

    /// 32 lower-case hex characters that only this hub can make: what goes into a link so that
    /// knowing the `text` (an imp_uid) is not enough to open it.
    #[must_use]
    pub fn tag(&self, purpose: &str, text: &str) -> String {
        let keyed = |data: &[u8]| -> [u8; 32] {
            let mut hash = sha2::Sha256::new();
            hash.update(self.tag_key);
            hash.update(data);
            hash.finalize().into()
        };
        // Hashed twice, so that what is told is never a state somebody could hash on from.
        let inner = keyed(format!("{purpose}\0{text}").as_bytes());
        hex::encode(&keyed(&inner)[..16])
    }

    /// HMAC-SHA256 over the fields, each with its type and length before it: no two lists of
    /// fields are the same bytes. Only this hub can make it, so whoever can write to the database
    /// and has no key cannot change the ledger unnoticed.
    #[must_use]
    pub fn ledger_hash(&self, fields: &[Field<'_>]) -> [u8; 32] {
        // Any length is a key for HMAC: this never fails.
        let Ok(mut mac) = <Hmac<sha2::Sha256> as Mac>::new_from_slice(&self.ledger_key) else {
            return [0; 32];
        };
        for field in fields {
            match field {
                Field::Int(number) => {
                    mac.update(b"i");
                    mac.update(&number.to_be_bytes());
                }
                Field::Text(text) => {
                    mac.update(b"t");
                    mac.update(&(text.len() as u64).to_be_bytes());
                    mac.update(text.as_bytes());
                }
            }
        }
        mac.finalize().into_bytes().into()
    }
}

/// SHA-256 as lower-case hex: how tokens, sessions and API secrets are kept.
#[must_use]
pub fn hash(text: &str) -> String {
    hex::encode(sha2::Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn sealed_values_open_only_where_they_belong() {
        let keyring = Keyring::new(&[7; 32]);
        let sealed = keyring.seal("channels/1", "비밀", [9; 24]).unwrap();
        assert!(!sealed.contains("비밀"));
        assert_eq!(keyring.open("channels/1", &sealed).unwrap(), "비밀");
        assert!(keyring.open("channels/2", &sealed).is_err());
        assert!(Keyring::new(&[8; 32]).open("channels/1", &sealed).is_err());
        assert!(keyring.open("channels/1", "v1.zz.zz").is_err());
    }

    #[test]
    fn tokens_look_like_v1s_and_differ() {
        let keyring = Keyring::new(&[7; 32]);
        assert_eq!(keyring.token(1, 1).len(), 40);
        assert_ne!(keyring.token(1, 1), keyring.token(1, 2));
        assert_ne!(keyring.token(1, 1), keyring.token(2, 1));
    }

    #[test]
    fn tags_belong_to_one_purpose_text_and_hub() {
        let keyring = Keyring::new(&[7; 32]);
        let tag = keyring.tag("receipt", "imp_1");
        assert_eq!(tag.len(), 32);
        assert_eq!(tag, keyring.tag("receipt", "imp_1"));
        assert_ne!(tag, keyring.tag("receipt", "imp_2"));
        assert_ne!(tag, keyring.tag("other", "imp_1"));
        assert_ne!(tag, Keyring::new(&[8; 32]).tag("receipt", "imp_1"));
    }

    #[test]
    fn no_two_lists_of_fields_have_the_same_hash() {
        let keyring = Keyring::new(&[7; 32]);
        let lists: [&[Field<'_>]; 7] = [
            &[],
            &[Field::Text("")],
            &[Field::Text("ab"), Field::Text("c")],
            &[Field::Text("a"), Field::Text("bc")],
            &[Field::Text("abc")],
            &[Field::Int(1)],
            &[Field::Text("1")],
        ];
        let mut seen = std::collections::HashSet::new();
        for list in lists {
            assert!(seen.insert(keyring.ledger_hash(list)), "{list:?}");
            assert!(seen.insert(Keyring::new(&[8; 32]).ledger_hash(list)), "{list:?}");
        }
    }
}
