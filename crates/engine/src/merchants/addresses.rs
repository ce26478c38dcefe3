//! "IP 보안": the networks a merchant's servers call the REST API from (V1 behaviour §1.2, §7.1).

use crate::{Engine, Error, Result, audit};
use domain::MerchantId;
use std::net::IpAddr;
use store::{Batch, merchants};

/// The most networks a list holds.
const MOST: usize = 50;

/// A network in CIDR form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    /// Its first address.
    base: IpAddr,
    /// How many leading bits belong to it.
    bits: u32,
}

impl Network {
    /// `1.2.3.4`, `1.2.3.0/24` or the same of IPv6. What stands behind the network's bits must be
    /// nothing: whoever writes `1.2.3.4/24` may have meant something else.
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let base: IpAddr = address.parse().ok()?;
        let width = if base.is_ipv4() { 32 } else { 128 };
        let plain = |bits: &str| !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
        let bits = match bits {
            None => width,
            Some(bits) => Some(bits).filter(|bits| plain(bits))?.parse().ok()?,
        };
        let network = Self { base, bits };
        (bits <= width && network.masked(base) == number(base)).then_some(network)
    }

    fn holds(self, address: IpAddr) -> bool {
        address.is_ipv4() == self.base.is_ipv4() && self.masked(address) == number(self.base)
    }

    /// The bits of an address that name a network of this size.
    fn masked(self, address: IpAddr) -> u128 {
        let rest = if address.is_ipv4() { 32 } else { 128 } - self.bits;
        let low = 1_u128.checked_shl(rest).map_or(u128::MAX, |above| above - 1);
        number(address) & !low
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// Whether a stored list lets this address in. No list lets everybody in.
pub(crate) fn admits(list: Option<&str>, address: IpAddr) -> bool {
    let Some(list) = list.map(str::trim).filter(|list| !list.is_empty()) else { return true };
    let address = address.to_canonical();
    list.split_whitespace().filter_map(Network::parse).any(|network| network.holds(address))
}

/// Sets the list: networks apart by spaces, commas or lines; nothing lets everybody in.
///
/// # Errors
/// [`Error::Invalid`] naming what is no network.
pub async fn set(engine: &Engine, merchant: MerchantId, actor: &str, text: &str) -> Result<()> {
    let apart = |c: char| c.is_whitespace() || c == ',';
    let parts: Vec<&str> = text.split(apart).filter(|part| !part.is_empty()).collect();
    if let Some(wrong) = parts.iter().find(|part| Network::parse(part).is_none()) {
        let wrong = domain::text::cut(wrong, 50);
        let text = format!("IP 주소나 CIDR이 아닙니다: {wrong}");
        return Err(Error::invalid("allowed_ips", text));
    }
    if parts.len() > MOST {
        return Err(Error::invalid("allowed_ips", format!("{MOST}개까지 지정할 수 있습니다.")));
    }
    let list = Some(parts.join(" ")).filter(|list| !list.is_empty());
    let mut batch = Batch::new();
    merchants::set_allowed_ips(&mut batch, merchant, list.as_deref());
    let detail = list.unwrap_or_else(|| "-".to_owned());
    audit::note(engine, &mut batch, merchant, actor, "merchant.allowed_ips", detail);
    engine.db.commit(batch).await?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses_only() {
        for (list, address, expected) in [
            ("", "1.2.3.4", true),
            (" ", "::1", true),
            ("1.2.3.4", "1.2.3.4", true),
            ("1.2.3.4", "1.2.3.5", false),
            ("1.2.3.0/24", "1.2.3.255", true),
            ("1.2.3.0/24", "1.2.4.0", false),
            ("10.0.0.0/8 1.2.3.4/32", "1.2.3.4", true),
            ("0.0.0.0/0", "255.1.2.3", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "1.2.3.4", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("1.2.3.4", "::ffff:1.2.3.4", true),
            // A list nobody can read lets nobody in.
            ("nonsense", "1.2.3.4", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(admits(Some(list), address), expected, "{list} {address}");
            assert!(admits(None, address));
        }
    }

    #[test]
    fn what_is_no_network() {
        for text in
            ["1.2.3", "1.2.3.4/33", "1.2.3.4/24", "1.2.3.0/+24", "1.2.3.0/", "::1/129", "a", "/8"]
        {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
