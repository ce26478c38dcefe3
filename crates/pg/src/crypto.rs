//! The primitives PG protocols are built from. What is signed belongs to each PG's folder.

use aes::cipher::{BlockEncrypt, BlockEncryptMut, KeyInit, KeyIvInit, block_padding::Pkcs7};
use hmac::Mac;
use sha2::Digest;

/// SHA-256 as lower-case hex.
#[must_use]
pub fn sha256_hex(data: impl AsRef<[u8]>) -> String {
    hex::encode(sha2::Sha256::digest(data))
}

/// SHA-512 as lower-case hex.
#[must_use]
pub fn sha512_hex(data: impl AsRef<[u8]>) -> String {
    hex::encode(sha2::Sha512::digest(data))
}

/// SHA-512 as standard base64.
#[must_use]
pub fn sha512_base64(data: impl AsRef<[u8]>) -> String {
    base64::Engine::encode(&base64::prelude::BASE64_STANDARD, sha2::Sha512::digest(data))
}

/// HMAC-SHA256 as lower-case hex. Any key length is fine.
#[must_use]
pub fn hmac_sha256_hex(key: &[u8], data: &[u8]) -> String {
    let Ok(mut mac) = <hmac::Hmac<sha2::Sha256> as Mac>::new_from_slice(key) else {
        return String::new();
    };
    mac.update(data);
    hex::encode(mac.finalize().into_bytes())
}

/// AES-128-CBC with PKCS#7 padding, as standard base64; `None` unless key and IV are 16 bytes.
#[must_use]
pub fn aes128_cbc_base64(key: &[u8], iv: &[u8], plain: &[u8]) -> Option<String> {
    let cipher = cbc::Encryptor::<aes::Aes128>::new_from_slices(key, iv).ok()?;
    let sealed = cipher.encrypt_padded_vec_mut::<Pkcs7>(plain);
    Some(base64::Engine::encode(&base64::prelude::BASE64_STANDARD, sealed))
}

/// AES-128-ECB with PKCS#5 padding, as lower-case hex; `None` unless the key is 16 bytes. Leaves no
/// copy of the plain text behind.
#[must_use]
pub fn aes128_ecb_hex(key: &[u8], plain: &[u8]) -> Option<String> {
    let cipher = aes::Aes128::new_from_slice(key).ok()?;
    let padding = 16 - plain.len() % 16;
    let fill = u8::try_from(padding).ok()?;
    // The whole length at once: growing would leave the plain text in the freed buffer.
    let mut padded = Vec::with_capacity(plain.len() + padding);
    padded.extend_from_slice(plain);
    padded.resize(plain.len() + padding, fill);
    for block in padded.chunks_exact_mut(16) {
        cipher.encrypt_block(block.into());
    }
    Some(hex::encode(padded))
}

/// Compares two signatures in constant time, hex in any case.
#[must_use]
pub fn same_hex(left: &str, right: &str) -> bool {
    let (left, right) = (left.to_ascii_lowercase(), right.to_ascii_lowercase());
    same(left.as_bytes(), right.as_bytes())
}

/// Compares two byte strings in constant time.
#[must_use]
pub fn same(left: &[u8], right: &[u8]) -> bool {
    bool::from(subtle::ConstantTimeEq::ct_eq(left, right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_vectors() {
        // KG Inicis FAQ, [ENC] fields.
        let sealed = aes128_cbc_base64(b"ItEQKi3rY7uvDS8l", b"HYb3yQ4f65QL89==", b"123456789");
        assert_eq!(sealed.as_deref(), Some("qwMHVJqsmXKoR+d8wQTS4g=="));
        // NICE manual, encData AES-128/ECB.
        let plain = b"cardNo=1234567890123456&expYear=25&expMonth=12&idNo=800101&cardPw=12";
        let sealed = aes128_ecb_hex(b"2dcc2a0d63bf4694", plain).unwrap_or_default();
        assert!(sealed.starts_with("7c4b12eb43324290bd0e522900a89234"));
        assert!(sealed.ends_with("23945fc1851d426468f4"));
        // RFC 4231, case 2.
        assert!(
            hmac_sha256_hex(b"Jefe", b"what do ya want for nothing?")
                .starts_with("5bdcc146bf60754e")
        );
    }

    #[test]
    fn wrong_key_sizes_are_refused() {
        assert_eq!(aes128_cbc_base64(b"short", b"HYb3yQ4f65QL89==", b""), None);
        assert_eq!(aes128_ecb_hex(b"short", b""), None);
    }
}
