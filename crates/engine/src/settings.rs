//! What the operator configured, checked by the binary.

/// Settings of the hub as a whole.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where browsers and PGs reach the hub, without a trailing slash: `https://pay.example.kr`.
    pub public_url: String,
    /// Test channels talk to the embedded sandbox instead of the PGs' real test hosts.
    pub sandbox_tests: bool,
    /// How long to wait for a PG, milliseconds. PGs ask for 30,000.
    pub pg_timeout_ms: u64,
    /// How long to wait for a webhook receiver, milliseconds. V1: 30,000.
    pub webhook_timeout_ms: u64,
    /// Addresses deposit notices may come from besides each PG's published ones.
    pub notice_sources: Vec<std::net::IpAddr>,
    /// An explicit `pg` that matches no channel is an error instead of the default PG (V1 §9-40).
    pub strict_pg: bool,
    /// Drop payment keys newer than V1's minimal list (V1 §9-25).
    pub legacy_payment_keys: bool,
    /// An unknown `customer_uid` is HTTP 404, as V1's documents say, not HTTP 200 with code 1,
    /// as V1 did (V1 §9-1).
    pub customer_not_found_404: bool,
    /// Identity verifications leave out `phone` and `carrier`, as V1 does for merchants the
    /// carriers did not approve.
    pub hide_certified_phone: bool,
    /// Card numbers may be taken by API in live mode; off until the operator says so in words.
    pub live_card_numbers: bool,
    /// Test payments are cancelled every night before midnight in Korea (V1 §9-34).
    pub nightly_cancel: bool,
    /// Seconds the PG's "I know nothing of it" about an approval is not yet believed.
    pub settle_grace_seconds: i64,
}

impl Settings {
    /// The settings of a local hub at this URL.
    #[must_use]
    pub fn local(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            sandbox_tests: true,
            pg_timeout_ms: 30_000,
            webhook_timeout_ms: 30_000,
            notice_sources: Vec::new(),
            strict_pg: false,
            legacy_payment_keys: false,
            customer_not_found_404: false,
            hide_certified_phone: false,
            live_card_numbers: false,
            nightly_cancel: false,
            settle_grace_seconds: 60,
        }
    }
}
