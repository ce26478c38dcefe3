//! Verifying who somebody is (본인인증): in a window, or with a code sent to their telephone.
//!
//! No money moves. A result can be asked for any number of times, so an answer that is lost is
//! simply asked for again. Everything here is personal: nothing of it has a `Debug` that shows it.

use crate::cx::Cx;
use crate::error::PgError;
use crate::ops::{Opened, Refusal};
use crate::spec::Spec;
use domain::{Birth, Millis};
use serde::{Deserialize, Serialize};

/// A company that verifies people. Its MIDs and keys are others than those of its payments, so it
/// stands in a list of its own ([`crate::certifiers::ALL`]), also where both have one name.
#[async_trait::async_trait]
pub trait Certifier: Send + Sync {
    /// Facts: names, fields of the settings form, hosts. It sells no methods and no currencies.
    fn spec(&self) -> &'static Spec;

    /// Registers a window; the memo is the number of the verification at the PG.
    async fn open(&self, cx: &Cx<'_>, order: &CertifyOrder) -> Result<Opened, PgError>;

    /// What the browser brought back from the window. Nothing of it is believed but the number,
    /// which [`Certifier::result`] asks about.
    ///
    /// # Errors
    /// [`PgError::Forged`] if it is no word of this PG.
    fn read_return(&self, query: &str, body: &[u8]) -> Result<Back, PgError>;

    /// How the verification with this number stands. Asking changes nothing.
    ///
    /// # Errors
    /// [`PgError::Forged`] if the number belongs to another order.
    async fn result(&self, cx: &Cx<'_>, order_no: &str, number: &str) -> Result<Verdict, PgError>;

    /// Codes by telephone, for those that send them.
    fn otp(&self) -> Option<&dyn Otp> {
        None
    }
}

/// A company that sends a code to a telephone without a window.
#[async_trait::async_trait]
pub trait Otp: Send + Sync {
    /// The person may confirm in an app instead of typing a code.
    fn has_app(&self) -> bool;

    /// Has a code sent; gives the number of the verification.
    ///
    /// # Errors
    /// [`PgError::Declined`] if the carrier does not know this person.
    async fn request(&self, cx: &Cx<'_>, order: &OtpOrder) -> Result<String, PgError>;

    /// Confirms with the code; without one where the person used the app. A lost answer is
    /// settled by [`Certifier::result`].
    ///
    /// # Errors
    /// [`PgError::Declined`] for a wrong code that may be typed again; one that was the last is
    /// [`Verdict::Failed`].
    async fn confirm(
        &self,
        cx: &Cx<'_>,
        order_no: &str,
        number: &str,
        otp: Option<&str>,
    ) -> Result<Verdict, PgError>;
}

/// A verification in a window.
#[derive(Clone)]
pub struct CertifyOrder {
    /// Our number, `imp_` + 12 digits: what the PG gets as its order number.
    pub imp_uid: String,
    /// Whose service asks, shown to the person.
    pub company: String,
    /// What the page knows already; empty texts where it knows nothing.
    pub prefill: Prefill,
    /// `ko`, `en`, ...
    pub language: String,
    /// Where the PG sends the browser back, unguessable.
    pub return_url: String,
}

/// What the merchant's page says of the person.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Prefill {
    /// Name.
    pub name: String,
    /// Telephone, digits only.
    pub phone: String,
    /// `SKT`, `KTF`, `LGT`, `MVNO`, as V1's page writes it.
    pub carrier: String,
}

/// A code to be sent.
#[derive(Clone)]
pub struct OtpOrder {
    /// Our number: the PG's order number.
    pub imp_uid: String,
    /// Whose service asks, written in the message.
    pub company: String,
    /// Name.
    pub name: String,
    /// Telephone, digits only.
    pub phone: String,
    /// `YYMMDD`.
    pub birth: String,
    /// The seventh digit of the resident number, 1 to 8.
    pub gender_digit: u8,
    /// `SKT`, `KT` or `LGT`.
    pub carrier: String,
    /// A reseller's customer on that carrier's network.
    pub mvno: bool,
    /// The person confirms in an app, no code is sent.
    pub app: bool,
}

/// What the browser brought.
#[derive(Clone, PartialEq, Eq)]
pub enum Back {
    /// Ask about this number.
    Number(String),
    /// The person closed the window.
    Closed(Refusal),
}

/// How a verification stands.
#[derive(Clone, PartialEq, Eq)]
pub enum Verdict {
    /// This is who it is.
    Certified(Box<Person>, Option<Millis>),
    /// The window is open, or the code was not typed yet.
    Waiting,
    /// It will not be: refused, given up, too late, or too many wrong codes.
    Failed(Refusal),
}

/// Somebody who was verified. Kept sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name.
    pub name: String,
    /// `YYYY-MM-DD`; always a day that exists.
    pub birthday: String,
    /// `male` or `female`.
    pub gender: String,
    /// `None` where the contract does not tell.
    pub foreigner: Option<bool>,
    /// Digits only.
    pub phone: Option<String>,
    /// `SKT`, `KT`, `LGT`, `SKT_MVNO`, `KT_MVNO` or `LGT_MVNO`.
    pub carrier: Option<String>,
    /// CI: the same for a person everywhere; 88 characters of base64.
    pub ci: String,
    /// DI: the same for a person at one MID; 64 characters.
    pub di: String,
}

impl Person {
    /// The birthday, as a day.
    #[must_use]
    pub fn birth(&self) -> Option<Birth> {
        Birth::parse(&self.birthday)
    }
}
