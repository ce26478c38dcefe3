//! Draws texts from the engine's randomness, each character equally likely.

use crate::Random;

const DIGITS: &[u8] = b"0123456789";
const ALNUM: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Decimal digits.
#[must_use]
pub fn digits(random: &dyn Random, length: usize) -> String {
    of(random, DIGITS, length)
}

/// ASCII letters and digits.
#[must_use]
pub fn alnum(random: &dyn Random, length: usize) -> String {
    of(random, ALNUM, length)
}

/// Lower-case hex of this many bytes.
#[must_use]
pub fn hex(random: &dyn Random, bytes: usize) -> String {
    let mut buffer = vec![0; bytes];
    random.fill(&mut buffer);
    hex::encode(buffer)
}

/// A nonce for [`crate::seal::Keyring::seal`].
#[must_use]
pub fn nonce(random: &dyn Random) -> [u8; 24] {
    let mut nonce = [0; 24];
    random.fill(&mut nonce);
    nonce
}

/// A UUID of version 4.
#[must_use]
pub fn uuid(random: &dyn Random) -> String {
    let mut bytes = [0_u8; 16];
    random.fill(&mut bytes);
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    let text = hex::encode(bytes);
    let parts = [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]];
    parts.join("-")
}

/// Bytes at or above the largest multiple of the alphabet's length are drawn again: taking them
/// would favour the first characters.
fn of(random: &dyn Random, alphabet: &[u8], length: usize) -> String {
    let fair = 256 - 256 % alphabet.len();
    let mut text = String::with_capacity(length);
    let mut buffer = [0_u8; 64];
    while text.len() < length {
        random.fill(&mut buffer);
        let kept = buffer.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        for byte in kept.take(length - text.len()) {
            text.push(char::from(alphabet[byte % alphabet.len()]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts up, so that every byte value comes.
    struct Counting(std::sync::atomic::AtomicU8);

    impl Random for Counting {
        fn fill(&self, buffer: &mut [u8]) {
            for byte in buffer {
                *byte = self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            }
        }
    }

    #[test]
    fn texts_have_their_alphabet_and_no_favourites() {
        let random = Counting(0.into());
        let text = digits(&random, 2_500);
        for digit in '0'..='9' {
            assert_eq!(text.matches(digit).count(), 250, "{digit}");
        }
        let text = alnum(&random, 80);
        assert!(text.len() == 80 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(hex(&random, 32).len(), 64);
    }

    #[test]
    fn uuids_say_that_they_are_random() {
        let uuid = uuid(&Counting(0xF0.into()));
        assert_eq!(uuid, "f0f1f2f3-f4f5-46f7-b8f9-fafbfcfdfeff");
    }
}
