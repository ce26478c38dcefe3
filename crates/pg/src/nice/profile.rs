//! What differs between the PGs that speak NICE's legacy wire.

use super::codes::{self, Verdict};
use super::wire::AmountStyle;
use crate::error::PgError;
use crate::spec::{Credentials, Spec};
use domain::Currency;

/// A PG on this wire: the protocol's profile and the facts the settings form is made of.
#[derive(Debug)]
pub struct Gateway {
    /// What differs on the wire.
    pub profile: &'static Profile,
    /// Facts.
    pub spec: &'static Spec,
}

/// `nice` itself.
pub static NICE: Gateway = Gateway {
    profile: &Profile {
        currencies: &[Currency::Krw],
        script_on_pc: true,
        password_required: false,
        wallet: None,
    },
    spec: &super::spec::SPEC,
};

/// A wallet NICE sells under a `PayMethod` that it does not publish: name and success codes are
/// settings with an inferred default.
#[derive(Debug)]
pub struct Wallet {
    /// The V1 method every payment ends with.
    pub method: &'static str,
    /// `PayMethod` unless the setting `pay_method` says otherwise.
    pub pay_method: &'static str,
    /// `ResultCode` of success unless the setting `success_code` says otherwise.
    pub success_code: &'static str,
}

/// What differs on the wire.
#[derive(Debug)]
pub struct Profile {
    /// Currencies that can be put into a request.
    pub currencies: &'static [Currency],
    /// PC pages load the script; otherwise the browser is sent to the mobile page everywhere.
    pub script_on_pc: bool,
    /// `CancelPwd` is mandatory.
    pub password_required: bool,
    /// The one wallet, or `None` for NICE's own methods.
    pub wallet: Option<Wallet>,
}

impl Profile {
    /// True if virtual accounts exist here, and with them deposit notices.
    pub(crate) fn vbank(&self) -> bool {
        self.wallet.is_none()
    }

    /// True if cards can be charged by a key. A wallet has no card.
    pub(crate) fn billing(&self) -> bool {
        self.wallet.is_none()
    }

    /// NICE's `PayMethod` for a V1 method.
    ///
    /// # Errors
    /// `Invalid` for a method the window does not have.
    pub(crate) fn pay_method(
        &self,
        credentials: &Credentials,
        method: &str,
    ) -> Result<String, PgError> {
        if let Some(wallet) = &self.wallet {
            return Ok(setting(credentials, "pay_method", wallet.pay_method).to_owned());
        }
        codes::pay_method(method).map(str::to_owned).ok_or_else(|| {
            PgError::invalid(
                "pay_method",
                format!("나이스페이먼츠에서 지원하지 않는 결제수단입니다: {method}"),
            )
        })
    }

    /// What an approval's `ResultCode` says.
    pub(crate) fn verdict(&self, credentials: &Credentials, code: &str) -> Verdict {
        match &self.wallet {
            None => codes::verdict(code),
            Some(wallet) => {
                let success = setting(credentials, "success_code", wallet.success_code);
                if success.split(',').any(|known| known.trim() == code) {
                    return Verdict::Approved(wallet.method);
                }
                codes::wallet_verdict(code)
            }
        }
    }

    /// How amounts are written for this channel.
    pub(crate) fn style(&self, credentials: &Credentials) -> AmountStyle {
        match credentials.get("usd_amount") {
            "cents" => AmountStyle::Minor,
            _ => AmountStyle::Decimal,
        }
    }

    /// The cancel password to send, if any.
    ///
    /// # Errors
    /// `Invalid` if it is mandatory and missing.
    pub(crate) fn cancel_password<'a>(
        &self,
        credentials: &'a Credentials,
    ) -> Result<Option<&'a str>, PgError> {
        if self.password_required {
            return credentials.need("cancel_password").map(Some);
        }
        Ok(Some(credentials.get("cancel_password")).filter(|password| !password.is_empty()))
    }
}

fn setting<'a>(credentials: &'a Credentials, key: &str, default: &'a str) -> &'a str {
    match credentials.get(key).trim() {
        "" => default,
        value => value,
    }
}
