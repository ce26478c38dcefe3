//! Deposit notices. The web standard and the mobile window send different forms; neither is signed,
//! so the engine's comparison of MID, transaction, account, amount and source address is all the
//! protection there is.

use super::wire::{kst, won};
use crate::form::Form;
use crate::wire::Response;
use crate::{Credentials, Notice, NoticeKind, Notices, PgError};
use domain::Millis;

/// Both forms.
pub(super) struct InicisNotices;

impl Notices for InicisNotices {
    fn read(&self, _content_type: &str, body: &[u8]) -> Result<Notice, PgError> {
        let form = Form::read(body);
        if form.has("no_tid") && form.has("no_oid") {
            return pc(form);
        }
        if form.has("P_TID") && form.has("P_OID") {
            return mobile(form);
        }
        Err(PgError::invalid("body", "KG이니시스 입금통보가 아닙니다."))
    }

    fn verify(&self, _credentials: &Credentials, _notice: &Notice) -> Result<(), PgError> {
        Ok(())
    }

    fn accepted(&self) -> Response {
        Response::text("OK")
    }

    fn refused(&self, _why: &str) -> Response {
        Response::text("FAIL")
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn amount(text: &str, field: &'static str) -> Result<domain::Money, PgError> {
    won(text.trim()).ok_or_else(|| PgError::invalid(field, "입금액을 읽을 수 없습니다."))
}

fn pc(form: Form) -> Result<Notice, PgError> {
    let field = |name: &str| form.get(name).trim().to_owned();
    let (date, time) = (field("dt_trans"), field("tm_trans"));
    // 0200 tells of a deposit and 0400 takes one back, which the hub leaves to a person.
    let taken_back = field("type_msg") == "0400";
    let kind = if taken_back {
        NoticeKind::Other
    } else {
        NoticeKind::Deposit {
            amount: amount(form.get("amt_input"), "amt_input")?,
            account: some(form.get("no_vacct")),
            at: kst(&date, &time),
            depositor: some(form.get("nm_input")),
        }
    };
    Ok(Notice {
        mid: field("id_merchant"),
        order_no: field("no_oid"),
        tid: field("no_tid"),
        id: [field("no_tid"), date, time, field("no_msgseq"), field("type_msg")].join(":"),
        kind,
        fields: form.0,
    })
}

fn mobile(form: Form) -> Result<Notice, PgError> {
    let field = |name: &str| form.get(name).trim().to_owned();
    // 00 and 01 tell that an account was issued, or another method's result we asked for ourselves.
    let deposit = field("P_STATUS") == "02" && field("P_TYPE") == "VBANK";
    let kind = if deposit {
        NoticeKind::Deposit {
            amount: amount(form.get("P_AMT"), "P_AMT")?,
            account: account(form.get("P_RMESG1")),
            at: Millis::parse_kst(form.get("P_AUTH_DT")),
            depositor: some(form.get("P_UNAME")),
        }
    } else {
        NoticeKind::Other
    };
    Ok(Notice {
        mid: field("P_MID"),
        order_no: field("P_OID"),
        tid: field("P_TID"),
        id: [field("P_TID"), field("P_AUTH_DT"), field("P_STATUS")].join(":"),
        kind,
        fields: form.0,
    })
}

/// The account number in `P_VACCT_NO=..|P_EXP_DT=..`.
fn account(message: &str) -> Option<String> {
    message.split('|').find_map(|part| part.trim().strip_prefix("P_VACCT_NO=")).and_then(some)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::form::{euc_kr_body, utf8_body};

    const PC: &[(&str, &str)] = &[
        ("no_tid", "StdpayVBNKINIpayTest20260515101010123456"),
        ("no_oid", "imp_000000000001"),
        ("id_merchant", "INIpayTest"),
        ("dt_trans", "20260516"),
        ("tm_trans", "120000"),
        ("type_msg", "0200"),
        ("cd_bank", "003"),
        ("no_vacct", "1234567890123"),
        ("amt_input", "50000"),
        ("nm_inputbank", "기업은행"),
        ("nm_input", "홍길동"),
    ];

    const MOBILE: &[(&str, &str)] = &[
        ("P_TID", "INIMX_VBNKINIpayTest20260515101010123456"),
        ("P_MID", "INIpayTest"),
        ("P_AUTH_DT", "20260516120000"),
        ("P_STATUS", "02"),
        ("P_TYPE", "VBANK"),
        ("P_OID", "imp_000000000001"),
        ("P_AMT", "50000"),
        ("P_UNAME", "홍길동"),
        ("P_RMESG1", "P_VACCT_NO=1234567890123|P_EXP_DT=20260601"),
    ];

    fn read(body: &str) -> Result<Notice, PgError> {
        InicisNotices.read("application/x-www-form-urlencoded", body.as_bytes())
    }

    #[test]
    fn both_forms_tell_the_same() {
        let pc = read(&euc_kr_body(PC)).unwrap();
        let mobile = read(&utf8_body(MOBILE)).unwrap();
        assert_eq!(pc.kind, mobile.kind);
        let expected = NoticeKind::Deposit {
            amount: won("50000").unwrap(),
            account: Some("1234567890123".into()),
            at: Millis::parse_kst("20260516120000"),
            depositor: Some("홍길동".into()),
        };
        assert_eq!(pc.kind, expected);
        assert_eq!((pc.mid.as_str(), pc.order_no.as_str()), ("INIpayTest", "imp_000000000001"));
        assert_eq!(pc.tid, PC[0].1);
        assert_eq!(mobile.tid, MOBILE[0].1);
        assert_eq!(read(&euc_kr_body(PC)).unwrap().id, pc.id);
    }

    #[test]
    fn what_is_no_deposit_is_noted_only() {
        for status in ["00", "01"] {
            let body = utf8_body(MOBILE).replace("P_STATUS=02", &format!("P_STATUS={status}"));
            assert_eq!(read(&body).unwrap().kind, NoticeKind::Other);
        }
        let body = utf8_body(MOBILE).replace("P_TYPE=VBANK", "P_TYPE=CARD");
        assert_eq!(read(&body).unwrap().kind, NoticeKind::Other);
        let body = utf8_body(PC).replace("type_msg=0200", "type_msg=0400");
        assert_eq!(read(&body).unwrap().kind, NoticeKind::Other);
    }

    #[test]
    fn what_is_no_notice_is_refused() {
        for body in ["", "<html>", "a=b", "no_tid=1", "P_TID=1"] {
            assert!(matches!(read(body), Err(PgError::Invalid { field: "body", .. })), "{body}");
        }
        let body = utf8_body(PC).replace("amt_input=50000", "amt_input=-1");
        assert!(matches!(read(&body), Err(PgError::Invalid { field: "amt_input", .. })));
        let body = utf8_body(MOBILE).replace("P_AMT=50000", "P_AMT=5e4.1");
        assert!(matches!(read(&body), Err(PgError::Invalid { field: "P_AMT", .. })));
    }

    #[test]
    fn the_pg_reads_exactly_ok() {
        assert_eq!(InicisNotices.accepted().body, b"OK");
        assert_eq!(InicisNotices.refused("why").body, b"FAIL");
    }
}
