//! Where a PG's host really is: itself, or the sandbox that plays it.
//!
//! The sandbox serves `https://host/path` at `{origin}/host/path`, so connectors and pages are the
//! same in test and production and only this mapping differs.

/// A place PG hosts are reached at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// The PG's own servers.
    Real,
    /// A sandbox at this origin (`http://127.0.0.1:9001`, no trailing slash).
    Sandbox(String),
}

impl Hosts {
    /// The URL to use for a PG's real URL. URLs that are not `https://` are returned unchanged.
    #[must_use]
    pub fn map(&self, url: &str) -> String {
        match (self, url.strip_prefix("https://")) {
            (Self::Sandbox(origin), Some(rest)) => format!("{origin}/{rest}"),
            (Self::Sandbox(_) | Self::Real, _) => url.to_owned(),
        }
    }
}

/// True if `url` is `https` on one of the PG's hosts. `*.example.kr` in the list matches any name
/// below it. Credentials, ports and look-alikes (`https://good.kr@evil`) do not pass: this is what
/// keeps a URL the browser carried from sending us elsewhere.
#[must_use]
pub fn is_on(url: &str, hosts: &[&str]) -> bool {
    let Ok(parsed) = url::Url::parse(url) else { return false };
    let plain = parsed.scheme() == "https"
        && parsed.username().is_empty()
        && parsed.password().is_none()
        && parsed.port().is_none();
    let Some(host) = parsed.host_str().filter(|_| plain) else { return false };
    hosts.iter().any(|known| match known.strip_prefix('*') {
        Some(suffix) => host.ends_with(suffix) && host.len() > suffix.len(),
        None => host == *known,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_hosts_to_the_sandbox() {
        let sandbox = Hosts::Sandbox("http://127.0.0.1:9".into());
        assert_eq!(sandbox.map("https://a.b/c?d=e"), "http://127.0.0.1:9/a.b/c?d=e");
        assert_eq!(Hosts::Real.map("https://a.b/c"), "https://a.b/c");
    }

    #[test]
    fn only_the_pgs_own_hosts_pass() {
        let hosts = ["*.nicepay.co.kr", "stdpay.inicis.com"];
        for good in ["https://web.nicepay.co.kr/x", "https://stdpay.inicis.com/a"] {
            assert!(is_on(good, &hosts), "{good}");
        }
        for bad in [
            "http://web.nicepay.co.kr/x",
            "https://nicepay.co.kr.evil.com/",
            "https://evilnicepay.co.kr/",
            "https://.nicepay.co.kr@evil.com/",
            "https://web.nicepay.co.kr:8443/",
            "https://user@stdpay.inicis.com/",
            "javascript:alert(1)",
            "",
        ] {
            assert!(!is_on(bad, &hosts), "{bad}");
        }
    }
}
