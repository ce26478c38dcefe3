//! `POST`, `PUT /kcpquick/prepare/{merchant_uid}`: what the PG's window is told about the order.

use crate::{Engine, Error, Result};
use domain::MerchantId;
use serde::{Deserialize, Serialize};
use store::{Batch, CommitError, quick_prepares};

/// What is registered. Proves who asks, so it has no `Debug` and is kept sealed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// The merchant's number of the registration.
    pub btid: String,
    /// The buyer's address.
    pub cust_ip: String,
    /// A random text only the merchant knows.
    pub code_verifier: String,
    /// `Y` or `N`.
    pub prepaid_auth_yn: Option<String>,
    /// Whole won.
    pub prepaid_amount: Option<i64>,
    /// Who made the barcode.
    pub vender_type: Option<String>,
    /// A reward policy.
    pub reward_id: Option<String>,
}

impl Prepared {
    /// # Errors
    /// [`Error::Invalid`] naming the field.
    fn check(&self) -> Result<()> {
        let text = |field: &str, value: &str, most: usize| {
            if value.is_empty() || value.len() > most || value.chars().any(char::is_control) {
                return Err(Error::invalid(field, format!("1자에서 {most}자 사이여야 합니다.")));
            }
            Ok(())
        };
        text("btid", &self.btid, 20)?;
        text("code_verifier", &self.code_verifier, 200)?;
        if self.cust_ip.parse::<std::net::IpAddr>().is_err() {
            return Err(Error::invalid("cust_ip", "IP 주소여야 합니다."));
        }
        for (field, value) in [("vender_type", &self.vender_type), ("reward_id", &self.reward_id)] {
            value.as_ref().map_or(Ok(()), |value| text(field, value, 20))?;
        }
        if self.prepaid_amount.is_some_and(|amount| !(0..=999_999_999).contains(&amount)) {
            return Err(Error::invalid("prepaid_amount", "최대 9자리 정수여야 합니다."));
        }
        match self.prepaid_auth_yn.as_deref() {
            None | Some("N") => Ok(()),
            Some("Y") if self.prepaid_amount.is_some() => Ok(()),
            Some("Y") => Err(Error::invalid(
                "prepaid_amount",
                "prepaid_auth_yn이 Y이면 prepaid_amount가 필요합니다.",
            )),
            Some(_) => Err(Error::invalid("prepaid_auth_yn", "Y 또는 N이어야 합니다.")),
        }
    }
}

/// How registering ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It is written down.
    Done,
    /// The order is registered already.
    Before,
}

/// Registers an order.
///
/// # Errors
/// [`Error::Invalid`] naming the field.
pub async fn register(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    prepared: &Prepared,
) -> Result<Registered> {
    let (sealed, at) = ready(engine, merchant, merchant_uid, prepared).await?;
    let mut batch = Batch::new();
    quick_prepares::insert(&mut batch, merchant, merchant_uid, &sealed, at);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(Registered::Done),
        Err(CommitError::Expectation("prepared before")) => Ok(Registered::Before),
        Err(other) => Err(other.into()),
    }
}

/// Changes what is registered.
///
/// # Errors
/// [`Error::Invalid`] naming the field, [`Error::NotFound`] if nothing is.
pub async fn change(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    prepared: &Prepared,
) -> Result<()> {
    let (sealed, at) = ready(engine, merchant, merchant_uid, prepared).await?;
    let mut batch = Batch::new();
    quick_prepares::update(&mut batch, merchant, merchant_uid, &sealed, at);
    match engine.db.commit(batch).await {
        Ok(_) => Ok(()),
        Err(CommitError::Expectation("not prepared")) => {
            Err(Error::NotFound("사전등록 정보를 찾을 수 없습니다."))
        }
        Err(other) => Err(other.into()),
    }
}

async fn ready(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
    prepared: &Prepared,
) -> Result<(String, i64)> {
    let length = merchant_uid.chars().count();
    if length == 0 || length > 40 || merchant_uid.chars().any(char::is_control) {
        return Err(Error::invalid("merchant_uid", "1자에서 40자 사이여야 합니다."));
    }
    prepared.check()?;
    let text = serde_json::to_string(prepared).map_err(Error::internal)?;
    let nonce = crate::draw::nonce(&*engine.random);
    let sealed = engine.keyring.seal(&context(merchant, merchant_uid), &text, nonce)?;
    Ok((sealed, crate::merchants::now_of(engine, merchant).await?.0))
}

fn context(merchant: MerchantId, merchant_uid: &str) -> String {
    format!("quick_prepares/{}/{merchant_uid}", merchant.0)
}

/// What an order registered, for the PG's window; `None` if nothing.
///
/// # Errors
/// [`Error::Internal`] if it was sealed with another master key.
pub(crate) async fn find(
    engine: &Engine,
    merchant: MerchantId,
    merchant_uid: &str,
) -> Result<Option<serde_json::Value>> {
    let sealed = quick_prepares::find(&engine.db, merchant, merchant_uid).await?;
    let Some(sealed) = sealed else { return Ok(None) };
    let text = engine.keyring.open(&context(merchant, merchant_uid), &sealed)?;
    serde_json::from_str(&text).map(Some).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Prepared {
        Prepared {
            btid: "bt-1".into(),
            cust_ip: "203.0.113.7".into(),
            code_verifier: "verifier".into(),
            ..Prepared::default()
        }
    }

    fn wrong(change: fn(&mut Prepared)) -> String {
        let mut prepared = good();
        change(&mut prepared);
        match prepared.check() {
            Err(Error::Invalid { field, .. }) => field,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn fields_are_checked_by_name() {
        assert!(good().check().is_ok());
        assert_eq!(wrong(|p| p.btid = "1".repeat(21)), "btid");
        assert_eq!(wrong(|p| p.btid.clear()), "btid");
        assert_eq!(wrong(|p| p.cust_ip = "here".into()), "cust_ip");
        assert_eq!(wrong(|p| p.code_verifier = "v".repeat(201)), "code_verifier");
        assert_eq!(wrong(|p| p.prepaid_auth_yn = Some("y".into())), "prepaid_auth_yn");
        assert_eq!(wrong(|p| p.prepaid_auth_yn = Some("Y".into())), "prepaid_amount");
        assert_eq!(wrong(|p| p.prepaid_amount = Some(1_000_000_000)), "prepaid_amount");
        assert_eq!(wrong(|p| p.prepaid_amount = Some(-1)), "prepaid_amount");
        assert_eq!(wrong(|p| p.reward_id = Some("r".repeat(21))), "reward_id");
    }
}
