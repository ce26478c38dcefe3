//! The deposit notice (입금통보): a form in EUC-KR, answered with the two letters `OK`.

use super::wire::{AmountStyle, short_time, signature};
use crate::crypto::same_hex;
use crate::error::PgError;
use crate::form::Form;
use crate::ops::{Notice, NoticeKind};
use crate::spec::Credentials;
use domain::Currency;

/// `ResultCode` of a deposit.
const DEPOSIT: &str = "4110";

/// Reads a notice without believing it.
///
/// # Errors
/// `Invalid` naming the missing or unreadable field.
pub(crate) fn read(body: &[u8]) -> Result<Notice, PgError> {
    let form = Form::read(body);
    let missing = |field| PgError::invalid(field, "나이스페이먼츠 통보가 아닙니다.");
    for field in ["MID", "TID", "ResultCode"] {
        if form.get(field).is_empty() {
            return Err(missing(field));
        }
    }
    // Notices write it in capitals; other messages of this protocol do not.
    let order_no = [form.get("MOID"), form.get("Moid")].into_iter().find(|no| !no.is_empty());
    let order_no = order_no.ok_or_else(|| missing("MOID"))?.to_owned();
    let state = form.get("StateCd");
    let deposit = form.get("ResultCode") == DEPOSIT && matches!(state, "" | "0");
    let kind = if deposit {
        let amount = AmountStyle::Decimal.read(form.get("Amt"), Currency::Krw);
        NoticeKind::Deposit {
            amount: amount.ok_or_else(|| missing("Amt"))?,
            account: some(form.get("VbankNum")),
            at: short_time(form.get("AuthDate")),
            depositor: some(form.get("VbankInputName")).or_else(|| some(form.get("name"))),
        }
    } else {
        NoticeKind::Other
    };
    let tid = form.get("TID").to_owned();
    // A deposit has no number of its own: its account, moment and kind tell it from another.
    let id = [&tid, form.get("AuthDate"), form.get("ResultCode"), state].join("-");
    Ok(Notice { mid: form.get("MID").to_owned(), order_no, tid, id, kind, fields: form.0 })
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// Checks the signature newer notices carry. Older ones have none: for them the source address,
/// account and amount, which the engine compares, are all the protocol offers.
///
/// # Errors
/// `Forged` if there is a signature and it does not hold.
pub(crate) fn verify(credentials: &Credentials, notice: &Notice) -> Result<(), PgError> {
    let form = Form(notice.fields.clone());
    let given = form.get("Signature");
    if given.is_empty() {
        return Ok(());
    }
    let key = credentials.need("key")?;
    let expected = signature(form.get("TID"), form.get("MID"), form.get("Amt"), key);
    if same_hex(given, &expected) {
        Ok(())
    } else {
        Err(PgError::Forged("the notice's Signature does not hold".into()))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::form::euc_kr;
    use crate::nice::fixtures::Lab;

    const SAMPLE: &str = include_str!("testdata/notice_deposit.txt");

    fn sample() -> Notice {
        read(&euc_kr(SAMPLE.trim_end())).unwrap()
    }

    #[test]
    fn the_manuals_sample_in_euc_kr() {
        let notice = sample();
        assert_eq!((notice.mid.as_str(), notice.order_no.as_str()), ("nicepay00m", "test7492739"));
        assert_eq!(notice.tid, "nicepay00m03011708211953289333");
        let NoticeKind::Deposit { amount, account, at, depositor } = notice.kind else {
            panic!("not a deposit");
        };
        assert_eq!((amount.minor(), account.as_deref()), (1000, Some("2220652830110")));
        assert_eq!(at.unwrap().kst14(), "20160910071415");
        assert_eq!(depositor.as_deref(), Some("홍길동"));
    }

    #[test]
    fn other_results_are_not_deposits() {
        for (from, to) in [("ResultCode=4110", "ResultCode=4100"), ("StateCd=0", "StateCd=1")] {
            let notice = read(&euc_kr(&SAMPLE.replace(from, to))).unwrap();
            assert_eq!(notice.kind, NoticeKind::Other, "{to}");
        }
    }

    #[test]
    fn two_deliveries_are_one_notice_and_two_deposits_are_two() {
        let later = SAMPLE.replace("AuthDate=160910071415", "AuthDate=160911071415");
        assert_eq!(sample().id, sample().id);
        assert_ne!(sample().id, read(&euc_kr(&later)).unwrap().id);
    }

    #[test]
    fn a_signature_is_checked_where_there_is_one() {
        let lab = Lab::default();
        assert_eq!(verify(&lab.credentials, &sample()), Ok(()));
        let mut notice = sample();
        let good = signature(&notice.tid, "nicepay00m", "1000", lab.credentials.get("key"));
        notice.fields.push(("Signature".into(), good));
        assert_eq!(verify(&lab.credentials, &notice), Ok(()));
        notice.fields.retain(|(name, _)| name != "Signature");
        notice.fields.push(("Signature".into(), "00".repeat(32)));
        assert!(matches!(verify(&lab.credentials, &notice), Err(PgError::Forged(_))));
    }

    #[test]
    fn what_is_no_notice_is_refused_by_field() {
        for (body, missing) in [
            ("", "MID"),
            ("<html>", "MID"),
            ("MID=nicepay00m&TID=x&ResultCode=4110&Amt=1000", "MOID"),
            ("MID=nicepay00m&TID=x&ResultCode=4110&MOID=y&Amt=ten", "Amt"),
        ] {
            match read(body.as_bytes()) {
                Err(PgError::Invalid { field, .. }) => assert_eq!(field, missing),
                other => panic!("{other:?}"),
            }
        }
    }
}
