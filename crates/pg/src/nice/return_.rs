//! What the browser brought back: the authentication result, believed only with its signature.

use super::codes;
use super::profile::Profile;
use super::wire::{RETURNED_HOSTS, auth_signature, shop};
use crate::Cx;
use crate::crypto::same_hex;
use crate::error::PgError;
use crate::form::Form;
use crate::hosts::is_on;
use crate::ops::{Outcome, Refusal, Returned};
use serde::{Deserialize, Serialize};

/// An authenticated payment: all that approval and net-cancel need, also after a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Auth {
    /// `TxTid`: the transaction number of everything that follows.
    pub(crate) tid: String,
    /// `AuthToken`.
    pub(crate) token: String,
    /// `Amt` as signed.
    pub(crate) amt: String,
    /// One date for the approval and its net-cancel, so that both carry the same fields.
    pub(crate) edi_date: String,
    /// `NextAppURL`.
    pub(crate) approve_url: String,
    /// `NetCancelURL`.
    pub(crate) net_cancel_url: String,
}

impl Auth {
    /// Reads what [`read_return`] wrote.
    ///
    /// # Errors
    /// `Forged` if it is not that, or names a host that is not NICE's.
    pub(crate) fn parse(auth: &str) -> Result<Self, PgError> {
        let auth: Self = serde_json::from_str(auth)
            .map_err(|_| PgError::Forged("the stored authentication cannot be read".into()))?;
        auth.check_hosts()?;
        Ok(auth)
    }

    fn check_hosts(&self) -> Result<(), PgError> {
        for url in [&self.approve_url, &self.net_cancel_url] {
            if !is_on(url, RETURNED_HOSTS) {
                return Err(PgError::Forged("approval is asked for at a host not NICE's".into()));
            }
        }
        Ok(())
    }
}

/// Verifies the authentication result.
///
/// # Errors
/// `Forged` where signature, shop, order, amount or hosts do not hold.
pub(crate) fn read_return(
    profile: &Profile,
    cx: &Cx<'_>,
    back: &Returned<'_>,
) -> Result<Outcome, PgError> {
    let form = Form::read(if back.body.is_empty() { back.query.as_bytes() } else { back.body });
    let shop = shop(cx.credentials)?;
    let code = form.get("AuthResultCode");
    if code.is_empty() {
        return Err(PgError::Forged("there is no authentication result".into()));
    }
    for (name, ours) in [("MID", shop.mid), ("Moid", back.order.imp_uid.as_str())] {
        // Failures do not always carry them; a result for somebody else is never ours.
        if (code == "0000" || !form.get(name).is_empty()) && form.get(name) != ours {
            return Err(PgError::Forged(format!("{name} is not that of this payment")));
        }
    }
    if code != "0000" {
        let message = form.get("AuthResultMsg").to_owned();
        let code = code.to_owned();
        if codes::given_up(&code, &message) {
            // V1 says it in the same words for every way of giving up.
            let message = crate::spec::GAVE_UP.to_owned();
            return Ok(Outcome::Closed(Refusal { code, message }));
        }
        return Ok(Outcome::Refused(Refusal { code, message }));
    }
    let amt = form.get("Amt");
    let expected = auth_signature(form.get("AuthToken"), shop.mid, amt, shop.key);
    if !same_hex(form.get("Signature"), &expected) {
        return Err(PgError::Forged("the authentication's Signature does not hold".into()));
    }
    let currency = back.order.amount.currency();
    if profile.style(cx.credentials).read(amt, currency) != Some(back.order.amount) {
        return Err(PgError::Forged("another amount was authenticated".into()));
    }
    let auth = Auth {
        tid: form.get("TxTid").to_owned(),
        token: form.get("AuthToken").to_owned(),
        amt: amt.to_owned(),
        edi_date: cx.at.kst14(),
        approve_url: form.get("NextAppURL").to_owned(),
        net_cancel_url: form.get("NetCancelURL").to_owned(),
    };
    if auth.tid.is_empty() || auth.token.is_empty() {
        return Err(PgError::Forged("the authentication has no TxTid or AuthToken".into()));
    }
    auth.check_hosts()?;
    let tid = Some(auth.tid.clone());
    let auth = serde_json::to_string(&auth).map_err(|e| PgError::Unknown(e.to_string()))?;
    Ok(Outcome::Authorised { auth, tid })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::nice::NICE;
    use crate::nice::fixtures::{self, Lab};

    fn back(body: &str) -> Result<Outcome, PgError> {
        let (lab, order) = (Lab::default(), fixtures::order_of_1004());
        let back =
            Returned { order: &order, memo: "", query: "", body: body.trim_end().as_bytes() };
        read_return(NICE.profile, &lab.cx(), &back)
    }

    const SAMPLE: &str = include_str!("testdata/auth_ok.txt");

    #[test]
    fn the_manuals_sample_is_believed() {
        let Outcome::Authorised { auth, tid } = back(SAMPLE).unwrap() else { panic!("refused") };
        assert_eq!(tid.as_deref(), Some("nicepay00m01012006221311045107"));
        let auth = Auth::parse(&auth).unwrap();
        assert_eq!(auth.token, "NICETOKNF435F661A2D54ED799BFB9F4B3F7E369");
        assert_eq!((auth.amt.as_str(), auth.edi_date.as_str()), ("1004", "20231115071320"));
    }

    #[test]
    fn every_change_is_noticed() {
        for (from, to) in [
            ("Amt=1004", "Amt=1"),
            ("MID=nicepay00m", "MID=othershopm"),
            ("MID=nicepay00m", "MID="),
            ("Moid=imp_123456789012", "Moid=imp_999999999999"),
            ("Signature=cc94", "Signature=cc95"),
            ("Signature=cc94", "Nothing=cc94"),
            ("AuthToken=NICE", "AuthToken=EVIL"),
            ("TxTid=nicepay", "Nothing="),
            ("https%3A%2F%2Fdc1-api.nicepay.co.kr%2Fwebapi%2Fpay", "https%3A%2F%2Fevil.kr%2F"),
            (
                "https%3A%2F%2Fdc1-api.nicepay.co.kr%2Fwebapi%2Fcancel",
                "http%3A%2F%2Fnicepay.co.kr%2F",
            ),
            ("AuthResultCode=0000&", ""),
        ] {
            let changed = SAMPLE.replacen(from, to, 1);
            assert_ne!(changed, SAMPLE, "{from}");
            assert!(matches!(back(&changed), Err(PgError::Forged(_))), "{from} -> {to}");
        }
    }

    #[test]
    fn an_amount_signed_by_nice_but_not_ours_is_not_taken() {
        let lab = Lab::default();
        let order = fixtures::order();
        let back =
            Returned { order: &order, memo: "", query: "", body: SAMPLE.trim_end().as_bytes() };
        let result = read_return(NICE.profile, &lab.cx(), &back);
        assert!(matches!(result, Err(PgError::Forged(_))));
    }

    #[test]
    fn failures_say_who_gave_up() {
        let closed = back(include_str!("testdata/auth_closed.txt")).unwrap();
        let Outcome::Closed(refusal) = closed else { panic!("{closed:?}") };
        assert_eq!(
            (refusal.code.as_str(), refusal.message.as_str()),
            ("I002", crate::spec::GAVE_UP)
        );
        // EUC-KR, as the return of a form in that charset is.
        let mut refused = b"AuthResultCode=C002&AuthResultMsg=".to_vec();
        refused.extend(crate::form::euc_kr("카드사 인증 실패"));
        let (lab, order) = (Lab::default(), fixtures::order());
        let back = Returned { order: &order, memo: "", query: "", body: &refused };
        let outcome = read_return(NICE.profile, &lab.cx(), &back).unwrap();
        let expected = Refusal { code: "C002".into(), message: "카드사 인증 실패".into() };
        assert_eq!(outcome, Outcome::Refused(expected));
    }

    #[test]
    fn nothing_and_garbage_are_not_a_result() {
        for body in ["", "hello", "\u{fffd}=&&&="] {
            assert!(matches!(back(body), Err(PgError::Forged(_))), "{body}");
        }
    }
}
