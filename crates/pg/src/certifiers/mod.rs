//! Companies that verify who somebody is, as the sandbox has them.
//!
//! None of them publishes its protocol, and a PG's wire is never made up: these speak a small JSON
//! protocol of our own (`README.md`) to a simulator under names that exist nowhere (`.invalid`, RFC
//! 6761). So they work in test mode only. A connector for the real one takes the place of its line.

mod otp;
mod result;
mod spec;
mod window;
mod wire;

#[cfg(feature = "sim")]
pub mod sim;

use crate::capability::certification::{Back, Certifier, CertifyOrder, Otp, OtpOrder, Verdict};
use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::Opened;
use crate::spec::Spec;

/// Every certifier, in the order the console offers them.
pub static ALL: &[&dyn Certifier] = &[
    &Sandboxed { spec: &spec::DANAL, codes: Codes::Sms },
    &Sandboxed { spec: &spec::INICIS_UNIFIED, codes: Codes::None },
    &Sandboxed { spec: &spec::KCP_V2, codes: Codes::SmsOrApp },
];

/// The certifier with this code.
#[must_use]
pub fn find(code: &str) -> Option<&'static dyn Certifier> {
    ALL.iter().copied().find(|one| one.spec().code == code || one.spec().aliases.contains(&code))
}

/// One of them.
struct Sandboxed {
    spec: &'static Spec,
    codes: Codes,
}

/// What it can do without a window.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Codes {
    None,
    Sms,
    SmsOrApp,
}

#[async_trait::async_trait]
impl Certifier for Sandboxed {
    fn spec(&self) -> &'static Spec {
        self.spec
    }

    async fn open(&self, cx: &Cx<'_>, order: &CertifyOrder) -> Result<Opened, PgError> {
        window::open(self.spec, cx, order).await
    }

    fn read_return(&self, query: &str, body: &[u8]) -> Result<Back, PgError> {
        window::read_return(query, body)
    }

    async fn result(&self, cx: &Cx<'_>, order_no: &str, number: &str) -> Result<Verdict, PgError> {
        result::ask(self.spec, cx, order_no, number).await
    }

    fn otp(&self) -> Option<&dyn Otp> {
        (self.codes != Codes::None).then_some(self as &dyn Otp)
    }
}

#[async_trait::async_trait]
impl Otp for Sandboxed {
    fn has_app(&self) -> bool {
        self.codes == Codes::SmsOrApp
    }

    async fn request(&self, cx: &Cx<'_>, order: &OtpOrder) -> Result<String, PgError> {
        otp::request(self.spec, cx, order).await
    }

    async fn confirm(
        &self,
        cx: &Cx<'_>,
        order_no: &str,
        number: &str,
        otp: Option<&str>,
    ) -> Result<Verdict, PgError> {
        otp::confirm(self.spec, cx, order_no, number, otp).await
    }
}
