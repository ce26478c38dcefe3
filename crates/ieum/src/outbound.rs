//! The only HTTP client. PGs are the operator's choice; webhook receivers are an outsider's, so
//! private addresses are refused for them unless the operator allows it.

use engine::{Destination, Outbound, Request, Response, TransportError};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// The most of an answer that is read, bytes. PG answers are a few kilobytes.
const ANSWER_LIMIT: usize = 1 << 20;

/// Two clients that differ in whom they may reach.
pub(crate) struct HttpOutbound {
    pgs: reqwest::Client,
    webhooks: reqwest::Client,
    allow_private: bool,
}

impl HttpOutbound {
    /// `allow_private`: webhooks may go to private and loopback addresses.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that sends")]
    pub(crate) fn new(allow_private: bool) -> anyhow::Result<Self> {
        let base = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(Duration::from_secs(10))
                // A kept connection the PG has just closed would turn a payment into an unknown.
                .pool_idle_timeout(Duration::from_secs(4))
                .user_agent(concat!("ieum/", env!("CARGO_PKG_VERSION")))
        };
        let mut webhooks = base();
        if !allow_private {
            webhooks = webhooks.dns_resolver(Arc::new(PublicOnly));
        }
        Ok(Self { pgs: base().build()?, webhooks: webhooks.build()?, allow_private })
    }
}

#[async_trait::async_trait]
impl Outbound for HttpOutbound {
    async fn send(
        &self,
        request: Request,
        destination: Destination,
    ) -> Result<Response, TransportError> {
        self.browse(request, destination).await.map(|(answer, _)| answer)
    }
}

impl HttpOutbound {
    /// As [`Outbound::send`], with the answer's `Location`: redirects are never followed here.
    pub(crate) async fn browse(
        &self,
        request: Request,
        destination: Destination,
    ) -> Result<(Response, Option<String>), TransportError> {
        let (client, timeout_ms) = match destination {
            Destination::Pg { timeout_ms } => (&self.pgs, timeout_ms),
            Destination::Webhook { timeout_ms } => {
                if !self.allow_private {
                    public_url(&request.url)?;
                }
                (&self.webhooks, timeout_ms)
            }
        };
        let method =
            if request.method == "GET" { reqwest::Method::GET } else { reqwest::Method::POST };
        let mut call = client
            .request(method, &request.url)
            .timeout(Duration::from_millis(timeout_ms))
            .body(request.body);
        for (name, value) in &request.headers {
            call = call.header(name, value);
        }
        let answer = call.send().await.map_err(|error| classify(&error))?;
        let location = answer.headers().get(reqwest::header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok((read(answer).await?, location))
    }
}

async fn read(mut answer: reqwest::Response) -> Result<Response, TransportError> {
    let status = answer.status().as_u16();
    let kind = answer.headers().get(reqwest::header::CONTENT_TYPE);
    let content_type = kind.and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| no_answer(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_LIMIT {
            return Err(TransportError::NoAnswer("the answer is too long".into()));
        }
    }
    Ok(Response { status, content_type, body })
}

/// Only what surely happened before the first byte of the request counts as not sent.
fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::NotSent(words(error))
    } else {
        no_answer(error)
    }
}

fn no_answer(error: &reqwest::Error) -> TransportError {
    TransportError::NoAnswer(words(error))
}

/// The chain of causes without the URL (it may hold a token).
fn words(error: &reqwest::Error) -> String {
    let mut text = if error.is_timeout() { "timed out".to_owned() } else { "failed".to_owned() };
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Refuses URLs that name a private address literally; names are checked when they are resolved.
fn public_url(url: &str) -> Result<(), TransportError> {
    let refused = || TransportError::NotSent("private addresses are not allowed".into());
    let parsed = url::Url::parse(url).map_err(|_| TransportError::NotSent("bad URL".into()))?;
    match parsed.host() {
        Some(url::Host::Ipv4(ip)) if !is_public(ip.into()) => Err(refused()),
        Some(url::Host::Ipv6(ip)) if !is_public(ip.into()) => Err(refused()),
        Some(_) => Ok(()),
        None => Err(refused()),
    }
}

/// Resolves names to public addresses only.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|found| is_public(found.ip())).collect();
            if public.is_empty() {
                return Err("private addresses are not allowed".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// True for addresses of the public internet: not loopback, private, link-local, shared,
/// documentation, multicast, or an IPv6 form of one of these.
fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => public_v4(ip),
        IpAddr::V6(ip) => public_v6(ip),
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_loopback()
        || ip.is_private()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || ip.is_unspecified();
    let reserved = a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    !special && !reserved
}

fn public_v6(ip: Ipv6Addr) -> bool {
    let s = ip.segments();
    let special = ip.is_loopback()
        || ip.is_unspecified()
        || ip.is_multicast()
        || ip.is_unique_local()
        || ip.is_unicast_link_local();
    // Documentation, NAT64 (hides an IPv4 address), 6to4 and Teredo (likewise).
    let tunnels = (s[0] == 0x2001 && s[1] == 0xdb8)
        || (s[0] == 0x64 && s[1] == 0xff9b)
        || s[0] == 0x2002
        || (s[0] == 0x2001 && s[1] == 0);
    !special && !tunnels && s[0] & 0xe000 == 0x2000
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_in_every_disguise_are_refused() {
        for bad in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://10.1.2.3/",
            "http://172.16.0.1/",
            "http://192.168.0.1/",
            "http://169.254.169.254/latest",
            "http://100.64.0.1/",
            "http://0.0.0.0/",
            "http://[::1]/",
            "http://[::ffff:10.0.0.1]/",
            "http://[fd00::1]/",
            "http://[fe80::1]/",
            "http://[64:ff9b::7f00:1]/",
            "http://[2002:7f00:1::]/",
        ] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
        for good in ["http://8.8.8.8/", "https://[2606:4700::1111]/", "https://shop.example/x"] {
            assert!(public_url(good).is_ok(), "{good}");
        }
    }

    #[tokio::test]
    async fn names_that_resolve_to_loopback_are_refused() {
        let outbound = HttpOutbound::new(false).unwrap();
        let request = Request {
            method: "POST",
            url: "http://localhost:9/".into(),
            headers: Vec::new(),
            body: Vec::new(),
            operation: "webhook",
        };
        let sent = outbound.send(request, Destination::Webhook { timeout_ms: 2_000 }).await;
        assert!(matches!(sent, Err(TransportError::NotSent(_))), "{sent:?}");
    }

    #[tokio::test]
    async fn a_refused_connection_was_not_sent_and_a_cut_one_may_have_been() {
        let outbound = HttpOutbound::new(true).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let request = |port: u16| Request {
            method: "POST",
            url: format!("http://127.0.0.1:{port}/"),
            headers: Vec::new(),
            body: b"x=1".to_vec(),
            operation: "approve",
        };
        let cut = tokio::spawn(async move {
            use tokio::io::AsyncReadExt as _;
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = [0_u8; 16];
            assert!(stream.read(&mut buffer).await.unwrap() > 0);
        });
        let pg = || Destination::Pg { timeout_ms: 5_000 };
        let answer = outbound.send(request(address.port()), pg()).await;
        assert!(matches!(answer, Err(TransportError::NoAnswer(_))), "{answer:?}");
        cut.await.unwrap();
        let answer = outbound.send(request(address.port()), pg()).await;
        assert!(matches!(answer, Err(TransportError::NotSent(_))), "{answer:?}");
    }
}
