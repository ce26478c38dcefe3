//! Identifiers. Each kind of thing has a type of its own, so that they cannot be mixed up.

/// A merchant's row number, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MerchantId(pub i64);

/// A channel's row number, from 1: one PG contract of one merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub i64);

/// A payment attempt: `imp_` (window) or `imps_` (API billing) and 12 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImpUid(String);

impl ImpUid {
    /// The window payment with this number, of which the last 12 digits are kept.
    #[must_use]
    pub fn window(number: u64) -> Self {
        Self(format!("imp_{:012}", number % 1_000_000_000_000))
    }

    /// The API billing payment with this number, of which the last 12 digits are kept.
    #[must_use]
    pub fn api(number: u64) -> Self {
        Self(format!("imps_{:012}", number % 1_000_000_000_000))
    }

    /// Any text a caller uses as an imp_uid; at most 32 bytes, as the field is in V1.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = !text.is_empty() && text.len() <= 32;
        let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        (fits && plain).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ImpUid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// One cancel: 20 upper-case characters of Crockford's base 32, growing with time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CancelId(String);

const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl CancelId {
    /// From the time (48 bits of milliseconds) and 52 random bits.
    #[must_use]
    pub fn new(at: crate::Millis, random: u64) -> Self {
        let time = u128::from(at.0.unsigned_abs()) & 0xFFFF_FFFF_FFFF;
        let bits = (time << 52) | u128::from(random & 0x000F_FFFF_FFFF_FFFF);
        let mut text = String::with_capacity(20);
        for place in (0..20_u32).rev() {
            let index = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
            text.push(char::from(CROCKFORD[index]));
        }
        Self(text)
    }

    /// A stored id.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cancel_ids_have_the_v1_shape_and_grow_with_time() {
        let early = CancelId::new(crate::Millis(1_700_000_000_000), u64::MAX);
        let late = CancelId::new(crate::Millis(1_700_000_000_001), 0);
        assert_eq!(early.as_str().len(), 20);
        assert!(early.as_str() < late.as_str());
        assert!(early.as_str().bytes().all(|byte| CROCKFORD.contains(&byte)));
    }

    #[test]
    fn imp_uids_are_plain_text() {
        assert_eq!(ImpUid::window(7).as_str(), "imp_000000000007");
        assert!(ImpUid::parse("imp_448280090638").is_some());
        for wrong in ["", "imp 1", "imp_%2F", "a\0b", &"x".repeat(33)] {
            assert!(ImpUid::parse(wrong).is_none(), "{wrong}");
        }
    }
}
