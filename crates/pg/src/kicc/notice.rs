//! 노티: KICC posts flat JSON to the URL registered in its merchant admin. It is not signed; the
//! engine checks the source address, MID, transaction, account and amount.

use super::wire::{OK, text, time};
use crate::capability::notices::Notices;
use crate::error::PgError;
use crate::ops::{Notice, NoticeKind};
use crate::spec::Credentials;
use crate::wire::Response;
use domain::{Currency, Money};
use serde_json::{Value, json};

/// `notiType` of a deposit into a virtual account.
const DEPOSIT: &str = "30";

/// KICC's notices.
pub(super) struct KiccNotices;

impl Notices for KiccNotices {
    fn read(&self, _content_type: &str, body: &[u8]) -> Result<Notice, PgError> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| PgError::invalid("body", format!("JSON 노티가 아닙니다: {error}")))?;
        let fields = value.as_object().ok_or_else(|| missing("notiType"))?;
        let fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| (name.clone(), text(value))).collect();
        notice(fields)
    }

    fn verify(&self, _credentials: &Credentials, _notice: &Notice) -> Result<(), PgError> {
        // There is no signature to check.
        Ok(())
    }

    fn accepted(&self) -> Response {
        reply(&json!({ "resCd": OK, "resMsg": "정상" }))
    }

    fn refused(&self, _why: &str) -> Response {
        reply(&json!({ "resCd": "5001", "resMsg": "처리실패" }))
    }
}

fn reply(body: &Value) -> Response {
    let content_type = "application/json; charset=utf-8".into();
    Response { status: 200, content_type, body: body.to_string().into_bytes() }
}

fn missing(field: &'static str) -> PgError {
    PgError::invalid(field, format!("노티에 {field} 값이 없습니다."))
}

fn notice(fields: Vec<(String, String)>) -> Result<Notice, PgError> {
    let get = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    };
    let need = |name: &'static str| Some(get(name)).filter(|v| !v.is_empty()).ok_or(missing(name));
    let some = |name: &str| Some(get(name).to_owned()).filter(|value| !value.is_empty());
    let (mid, order_no) = (need("mallId")?.to_owned(), need("shopOrderNo")?.to_owned());
    let (kind, own) = (need("notiType")?, need("pgCno")?.to_owned());
    let deposit = kind == DEPOSIT && get("resCd") == OK;
    let (tid, id, kind) = if deposit {
        let amount = Money::parse(need("amount")?, Currency::Krw)
            .map_err(|error| PgError::invalid("amount", format!("노티 금액: {error}")))?;
        let kind = NoticeKind::Deposit {
            amount,
            account: some("accountNo"),
            at: time(get("transactionDate")),
            depositor: some("depositName"),
        };
        // pgCno is the deposit's own number; tlfSno the transaction that issued the account.
        (need("tlfSno")?.to_owned(), own, kind)
    } else {
        let parts = [kind, own.as_str(), get("cancelPgCno")];
        (some("tlfSno").unwrap_or_else(|| own.clone()), parts.join("-"), NoticeKind::Other)
    };
    Ok(Notice { mid, order_no, tid, id, kind, fields })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use domain::Millis;

    fn read(body: &str) -> Result<Notice, PgError> {
        KiccNotices.read("application/json", body.as_bytes())
    }

    #[test]
    fn a_deposit_names_the_issuing_transaction_in_tlfsno() {
        let notice = read(include_str!("testdata/notice_deposit.json")).unwrap();
        assert_eq!(notice.mid, "T5102001");
        assert_eq!(notice.order_no, "imp_000000000001");
        assert_eq!(notice.tid, "25110509200000000001");
        assert_eq!(notice.id, "25110509275200000002");
        let expected = NoticeKind::Deposit {
            amount: Money::new(15_000, Currency::Krw).unwrap(),
            account: Some("79013419904403".into()),
            at: Millis::parse_kst("20251105092752"),
            depositor: Some("테스트".into()),
        };
        assert_eq!(notice.kind, expected);
    }

    #[test]
    fn other_notices_are_no_deposits() {
        let deposit = include_str!("testdata/notice_deposit.json");
        for kind in ["10", "20", "31", "40", "50", "51", "70", "99"] {
            let other =
                deposit.replace("\"notiType\": \"30\"", &format!("\"notiType\": \"{kind}\""));
            let notice = read(&other).unwrap();
            assert_eq!(
                (notice.kind, notice.tid.as_str()),
                (NoticeKind::Other, "25110509200000000001")
            );
        }
        let failed = deposit.replace("\"resCd\": \"0000\"", "\"resCd\": \"5413\"");
        assert_eq!(read(&failed).unwrap().kind, NoticeKind::Other);
        let change = read(include_str!("testdata/notice_change.json")).unwrap();
        assert_eq!((change.kind, change.tid.as_str()), (NoticeKind::Other, "25110509200000000003"));
    }

    #[test]
    fn what_is_missing_is_named() {
        let deposit = include_str!("testdata/notice_deposit.json");
        for field in ["mallId", "shopOrderNo", "pgCno", "notiType", "tlfSno", "amount"] {
            let without = deposit.replace(&format!("\"{field}\""), "\"x\"");
            let Err(PgError::Invalid { field: named, .. }) = read(&without) else {
                panic!("{field} is not missed");
            };
            assert_eq!(named, field);
        }
        for body in ["", "[]", "null", "notiType=30", "{}"] {
            assert!(matches!(read(body), Err(PgError::Invalid { .. })), "{body}");
        }
    }

    #[test]
    fn replies_in_kiccs_form() {
        let text = |response: Response| String::from_utf8(response.body).unwrap();
        assert_eq!(text(KiccNotices.accepted()), r#"{"resCd":"0000","resMsg":"정상"}"#);
        assert_eq!(text(KiccNotices.refused("x")), r#"{"resCd":"5001","resMsg":"처리실패"}"#);
    }
}
