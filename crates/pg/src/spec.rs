//! Facts about a PG: from these come the settings form, the checkout's choices and the docs.

use domain::{Currency, Secret};
use std::collections::BTreeMap;

/// Which side of a PG a channel talks to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The PG's published test MID.
    Test,
    /// The merchant's own contract.
    Live,
}

/// How the window opens (V1 behaviour §5.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Overlay and callback on PC, full page on mobile.
    CallbackRedirect,
    /// Full page everywhere; `m_redirect_url` is required.
    RedirectRedirect,
    /// Overlay and callback everywhere.
    CallbackCallback,
    /// Overlay and callback if the page asks for it (`naverPopupMode: true`), else a full page.
    AskedPopup,
    /// A full page that does not come back: the shop hears of the end by webhook.
    NoReturn,
}

/// One input of the settings form, asked in live mode only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Key in [`Credentials`]: `mid`, `key`, `cancel_password`, ...
    pub key: &'static str,
    /// Korean label, the word merchants know from the classic console.
    pub ko: &'static str,
    /// English label.
    pub en: &'static str,
    /// Shown masked and never sent back to the browser.
    pub secret: bool,
    /// Must not be empty.
    pub required: bool,
    /// Longest value, in characters.
    pub max: usize,
    /// A sentence under the input, Korean and English; may be empty.
    pub help: (&'static str, &'static str),
}

/// Facts about one PG.
#[derive(Debug)]
pub struct Spec {
    /// V1's `pg` code.
    pub code: &'static str,
    /// Other codes merchants' pages send for the same PG.
    pub aliases: &'static [&'static str],
    /// Korean name.
    pub ko: &'static str,
    /// English name.
    pub en: &'static str,
    /// A note on contracts, Korean and English, shown beside the settings; may be empty.
    pub note: (&'static str, &'static str),
    /// Inputs of live mode. The first is always `mid`.
    pub fields: &'static [Field],
    /// Published test credentials: key and value, same keys as `fields`.
    pub test: &'static [(&'static str, &'static str)],
    /// V1 pay methods the window offers.
    pub methods: &'static [&'static str],
    /// The method every payment ends with, whatever was requested (Alipay); `None` normally.
    pub only_method: Option<&'static str>,
    /// The requested method is not looked at: the buyer chooses among `methods` in the window.
    pub any_method: bool,
    /// We do not speak this PG's protocol: its channels work in test mode, with the embedded
    /// sandbox, and nowhere else.
    pub sandbox_only: bool,
    /// What a payment says whose buyer closed the window, in this PG's words (V1 behaviour §5.5).
    pub closed_text: &'static str,
    /// Currencies, the default first.
    pub currencies: &'static [Currency],
    /// How the window opens.
    pub flow: Flow,
    /// Hosts of this PG, all names the connector may put into a URL.
    pub hosts: &'static [&'static str],
    /// Source addresses of its notices, as the PG publishes them.
    pub notice_sources: &'static [&'static str],
    /// Names of form or JSON fields whose value must not be logged (keys, tokens, card numbers).
    pub redact: &'static [&'static str],
    /// Where the facts come from.
    pub source: &'static str,
}

/// What most PGs say of a buyer who gave up.
pub const GAVE_UP: &str = "[결제포기] 사용자가 결제를 취소하셨습니다";

impl Spec {
    /// The published test credentials.
    #[must_use]
    pub fn test_credentials(&self) -> Credentials {
        let mut credentials = Credentials::default();
        for (key, value) in self.test {
            credentials.set(key, (*value).to_owned());
        }
        credentials
    }
}

/// A channel's credentials by field key. `Debug` prints the keys only.
#[derive(Clone, Debug, Default)]
pub struct Credentials(BTreeMap<String, Secret<String>>);

impl Credentials {
    /// The value, or empty.
    #[must_use]
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |secret| secret.expose().as_str())
    }

    /// The value of a field the PG cannot do without.
    ///
    /// # Errors
    /// [`crate::PgError::Invalid`] naming the field.
    pub fn need(&self, key: &'static str) -> Result<&str, crate::PgError> {
        let value = self.get(key);
        if value.is_empty() {
            return Err(crate::PgError::invalid(key, "PG 설정에 값이 없습니다."));
        }
        Ok(value)
    }

    /// Sets a value.
    pub fn set(&mut self, key: &str, value: String) {
        self.0.insert(key.to_owned(), Secret::new(value));
    }

    /// Keys that have a value.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
