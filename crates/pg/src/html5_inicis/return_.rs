//! What the browser brought back. Nothing in it is signed, so everything is compared with what we
//! know: MID, order number, amount, and the URLs with the table of data centres.

use super::wire::{Auth, Memo, Way, idc, mid};
use crate::form::Form;
use crate::hosts::is_on;
use crate::{Cx, Outcome, PgError, Refusal, Returned};

/// V1's text for a buyer who gave up, for this PG without the usual prefix.
pub(super) const GAVE_UP: &str = "사용자가 결제를 취소하셨습니다";

/// Reads the window's result.
pub(super) fn read(cx: &Cx<'_>, back: &Returned<'_>) -> Result<Outcome, PgError> {
    let memo = Memo::read(back.memo)?;
    let form = if back.body.is_empty() {
        Form::read(back.query.as_bytes())
    } else {
        Form::read(back.body)
    };
    match memo.way {
        Way::Pc => pc(cx, back, &form),
        Way::Mobile => mobile(cx, back, &form),
        Way::Key => forged("a charge has no window"),
    }
}

fn forged<T>(why: &str) -> Result<T, PgError> {
    Err(PgError::Forged(why.to_owned()))
}

fn pc(cx: &Cx<'_>, back: &Returned<'_>, form: &Form) -> Result<Outcome, PgError> {
    let code = form.get("resultCode");
    if code.is_empty() {
        return forged("no resultCode");
    }
    if code != "0000" {
        return Ok(refused(code, form.get("resultMsg")));
    }
    if form.get("mid") != mid(cx.credentials)? {
        return forged("another MID");
    }
    if form.get("orderNumber") != back.order.imp_uid {
        return forged("another order number");
    }
    let Some(idc) = idc(cx.mode, form.get("idc_name")) else {
        return forged("unknown idc_name");
    };
    genuine(form.get("authUrl"), idc.auth_url)?;
    genuine(form.get("netCancelUrl"), idc.net_cancel_url)?;
    let token = form.get("authToken");
    if token.is_empty() {
        return forged("no authToken");
    }
    let auth =
        Auth::Pc { idc: idc.name.into(), token: token.into(), timestamp: cx.at.0.to_string() };
    Ok(Outcome::Authorised { auth: auth.text(), tid: None })
}

fn mobile(cx: &Cx<'_>, back: &Returned<'_>, form: &Form) -> Result<Outcome, PgError> {
    let (order, mid) = (back.order, mid(cx.credentials)?);
    let status = form.get("P_STATUS");
    if status.is_empty() {
        return forged("no P_STATUS");
    }
    let echo = form.get("P_NOTI");
    if !echo.is_empty() && echo != order.imp_uid {
        return forged("another P_NOTI");
    }
    if status != "00" {
        return Ok(refused(status, form.get("P_RMESG1")));
    }
    // The MID is part of the transaction number, and is nowhere else in this form.
    let tid = form.get("P_TID");
    if tid.get(10..20) != Some(mid) {
        return forged("a P_TID of another MID");
    }
    if form.get("P_AMT") != order.amount.minor().to_string() {
        return forged("another amount");
    }
    let Some(idc) = idc(cx.mode, form.get("idc_name")) else {
        return forged("unknown idc_name");
    };
    genuine(form.get("P_REQ_URL"), idc.req_url)?;
    let auth =
        Auth::Mobile { idc: idc.name.into(), tid: tid.into(), timestamp: cx.at.0.to_string() };
    // The approval gets a number of its own; this one is of the authentication only.
    Ok(Outcome::Authorised { auth: auth.text(), tid: None })
}

/// A URL the browser carried must be the table's, and of this PG whatever the table says.
fn genuine(carried: &str, expected: &str) -> Result<(), PgError> {
    if carried == expected && is_on(carried, super::spec::SPEC.hosts) {
        return Ok(());
    }
    Err(PgError::Forged(format!("{carried} is not {expected}")))
}

/// A result that is not success: the buyer gave up, or the PG or the card company refused.
fn refused(code: &str, message: &str) -> Outcome {
    let gave_up =
        message.contains("취소") && (message.contains("사용자") || message.contains("고객"));
    if gave_up {
        Outcome::Closed(Refusal { code: code.into(), message: GAVE_UP.into() })
    } else {
        Outcome::Refused(Refusal { code: code.into(), message: message.into() })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, at, credentials, cx, order};
    use super::*;
    use crate::form::utf8_body;

    const PC: &[(&str, &str)] = &[
        ("resultCode", "0000"),
        ("resultMsg", "정상처리되었습니다."),
        ("mid", "INIpayTest"),
        ("orderNumber", "imp_000000000001"),
        ("authToken", "a+b/c=\nd"),
        ("authUrl", "https://stgstdpay.inicis.com/api/payAuth"),
        ("netCancelUrl", "https://stgstdpay.inicis.com/api/netCancel"),
        ("idc_name", "stg"),
        ("charset", "UTF-8"),
    ];

    const MOBILE: &[(&str, &str)] = &[
        ("P_STATUS", "00"),
        ("P_RMESG1", "정상 처리 되었습니다."),
        ("P_TID", "INIMX_AUTHINIpayTest20231115071320123456"),
        ("P_AMT", "14000"),
        ("P_REQ_URL", "https://stgmobile.inicis.com/smart/payReq.ini"),
        ("P_NOTI", "imp_000000000001"),
        ("idc_name", "stg"),
    ];

    fn outcome(way: Way, fields: &[(&str, &str)]) -> Result<Outcome, PgError> {
        back(way, "", utf8_body(fields).as_bytes())
    }

    fn back(way: Way, query: &str, body: &[u8]) -> Result<Outcome, PgError> {
        let (credentials, order) = (credentials(), order("card"));
        let memo = Memo { way, ip: "127.0.0.1".into() }.text();
        read(&cx(&Deaf, &credentials), &Returned { order: &order, memo: &memo, query, body })
    }

    fn with<'a>(
        base: &[(&'a str, &'a str)],
        name: &'a str,
        value: &'a str,
    ) -> Vec<(&'a str, &'a str)> {
        let changed = base.iter().map(|(n, v)| if *n == name { (*n, value) } else { (*n, *v) });
        changed.collect()
    }

    #[test]
    fn a_genuine_pc_result_can_be_approved() {
        let Outcome::Authorised { auth, tid } = outcome(Way::Pc, PC).unwrap() else { panic!() };
        assert_eq!(tid, None);
        let expected = Auth::Pc {
            idc: "stg".into(),
            token: "a+b/c=\nd".into(),
            timestamp: at().0.to_string(),
        };
        assert_eq!(Auth::read(&auth).unwrap(), expected);
    }

    #[test]
    fn a_genuine_mobile_result_can_be_approved() {
        let outcome = outcome(Way::Mobile, MOBILE).unwrap();
        let Outcome::Authorised { auth, tid: None } = outcome else { panic!("{outcome:?}") };
        let Auth::Mobile { tid, .. } = Auth::read(&auth).unwrap() else { panic!() };
        assert_eq!(tid, "INIMX_AUTHINIpayTest20231115071320123456");
    }

    #[test]
    fn anything_that_does_not_match_is_forged() {
        for (name, value) in [
            ("mid", "otherMID00"),
            ("orderNumber", "imp_000000000002"),
            ("authUrl", "https://evil.example/api/payAuth"),
            ("authUrl", "https://fcstdpay.inicis.com/api/payAuth"),
            ("authUrl", "https://stgstdpay.inicis.com@evil.example/api/payAuth"),
            ("netCancelUrl", "https://evil.example/api/netCancel"),
            ("idc_name", "fc"),
            ("idc_name", ""),
            ("authToken", ""),
            ("resultCode", ""),
        ] {
            let result = outcome(Way::Pc, &with(PC, name, value));
            assert!(matches!(result, Err(PgError::Forged(_))), "{name}={value}: {result:?}");
        }
        for (name, value) in [
            ("P_AMT", "1000"),
            ("P_TID", "INIMX_AUTHotherMID0020231115071320123456"),
            ("P_TID", "홍"),
            ("P_REQ_URL", "https://evil.example/smart/payReq.ini"),
            ("P_REQ_URL", "https://fcmobile.inicis.com/smart/payReq.ini"),
            ("P_NOTI", "imp_000000000002"),
            ("idc_name", "ks"),
            ("P_STATUS", ""),
        ] {
            let result = outcome(Way::Mobile, &with(MOBILE, name, value));
            assert!(matches!(result, Err(PgError::Forged(_))), "{name}={value}: {result:?}");
        }
        for garbage in ["", "<html>", "P_STATUS", "a=b&resultCode="] {
            for way in [Way::Pc, Way::Mobile] {
                let result = back(way, "", garbage.as_bytes());
                assert!(matches!(result, Err(PgError::Forged(_))), "{garbage}: {result:?}");
            }
        }
        // The result of one window is none of the other's.
        assert!(matches!(outcome(Way::Mobile, PC), Err(PgError::Forged(_))));
    }

    #[test]
    fn refusals_and_buyers_who_give_up() {
        let fields = [("resultCode", "V801"), ("resultMsg", "해시 불일치")];
        let refusal = Refusal { code: "V801".into(), message: "해시 불일치".into() };
        assert_eq!(outcome(Way::Pc, &fields), Ok(Outcome::Refused(refusal)));
        let text = "사용자가 결제를 취소 하였습니다";
        let body = crate::form::euc_kr_body(&[("P_STATUS", "01"), ("P_RMESG1", text)]);
        let closed = Refusal { code: "01".into(), message: GAVE_UP.into() };
        assert_eq!(back(Way::Mobile, "", body.as_bytes()), Ok(Outcome::Closed(closed)));
        let query = utf8_body(&[("P_STATUS", "01"), ("P_RMESG1", "한도초과")]);
        let refused = back(Way::Mobile, &query, b"").unwrap();
        assert!(matches!(refused, Outcome::Refused(_)), "{refused:?}");
    }
}
