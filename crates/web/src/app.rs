//! What every handler can reach.

use engine::Engine;
use std::net::IpAddr;
use std::sync::Arc;

/// Cheap to clone; the state of every route.
#[derive(Clone)]
pub struct App {
    /// The verbs.
    pub engine: Engine,
    /// How the pages are served.
    pub options: Arc<Options>,
}

/// How the pages are served.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Proxies in front of the hub whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Cookies are marked `Secure` (the public URL is https).
    pub secure_cookies: bool,
}
