//! Who is on the other end of the connection.

use crate::App;
use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The client's address and browser.
#[derive(Clone, Debug)]
pub struct Client {
    /// The peer, or what a trusted proxy says of it. `0.0.0.0` if nothing is known: never trusted.
    pub ip: IpAddr,
    /// `User-Agent`, or empty.
    pub user_agent: String,
    /// `Origin`, or empty.
    pub origin: String,
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
        let ip = forwarded(&parts.headers, peer, &app.options.trusted_proxies);
        let text = |name| {
            let value = parts.headers.get(name).map(axum::http::HeaderValue::as_bytes);
            value.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
        };
        Ok(Self { ip, user_agent: text(header::USER_AGENT), origin: text(header::ORIGIN) })
    }
}

/// The last address of `X-Forwarded-For` that is not one of our own proxies. What stands before it
/// was written by the client and proves nothing.
fn forwarded(headers: &HeaderMap, peer: IpAddr, proxies: &[IpAddr]) -> IpAddr {
    if !proxies.contains(&peer) {
        return peer;
    }
    let values = headers.get_all("x-forwarded-for").iter();
    let joined: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
    let chain = joined.join(",");
    let mut addresses = chain.rsplit(',').map(|part| part.trim().parse::<IpAddr>());
    loop {
        match addresses.next() {
            Some(Ok(address)) if proxies.contains(&address) => {}
            Some(Ok(address)) => return address.to_canonical(),
            Some(Err(_)) | None => return peer,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_may_speak_for_others() {
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.2".parse().unwrap());
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        assert_eq!(forwarded(&headers, ip("9.9.9.9"), &proxies), ip("9.9.9.9"));
        assert_eq!(forwarded(&headers, ip("10.0.0.1"), &proxies), ip("1.2.3.4"));
        headers.insert("x-forwarded-for", "junk".parse().unwrap());
        assert_eq!(forwarded(&headers, ip("10.0.0.1"), &proxies), ip("10.0.0.1"));
    }
}
