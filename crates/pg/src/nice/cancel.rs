//! Giving money back: `cancel_process.jsp`, whole or in part, and how an unanswered one ended.

use super::approve::Memo;
use super::codes;
use super::profile::Profile;
use super::wire::{AmountStyle, Answer, cancel_sign, cancel_tax_fields, cut_bytes, digits, shop};
use crate::Cx;
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::{CancelDone, CancelOrder, CancelSettled};
use crate::wire::{Request, Response};
use domain::Millis;

const URL: &str = "https://pg-api.nicepay.co.kr/webapi/cancel_process.jsp";

/// Gives money back, or closes an account nobody paid into.
///
/// # Errors
/// As the contract says.
pub(crate) async fn cancel(
    profile: &Profile,
    cx: &Cx<'_>,
    cancel: &CancelOrder,
) -> Result<CancelDone, PgError> {
    let response = cx.transport.send(request(profile, cx, cancel)?).await?;
    outcome(profile, cx, cancel, &response)
}

/// As [`cancel`], for a cancel that is asked for the first time. "Cancelled before" is then no
/// refusal: a copy of this very request, sent on by a proxy, may have been carried out.
///
/// # Errors
/// As the contract says.
pub(crate) async fn ask(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &CancelOrder,
) -> Result<CancelDone, PgError> {
    match cancel(profile, cx, order).await {
        Err(PgError::Declined { code, message })
            if codes::cancelled_before(&code) && order.amount == order.left =>
        {
            Err(PgError::Unknown(format!("[{code}] {message}")))
        }
        outcome => outcome,
    }
}

/// A whole cancel is repeated, since NICE cancels a transaction once and says so the second time.
/// A part could be given back twice, so nothing is sent for one.
///
/// # Errors
/// `Unknown` or `Unavailable` while there is no usable answer.
pub(crate) async fn settle_cancel(
    profile: &Profile,
    cx: &Cx<'_>,
    cancel_order: &CancelOrder,
) -> Result<CancelSettled, PgError> {
    if !cancel_order.is_full() {
        let why = "나이스페이먼츠 구모듈에는 부분취소 결과를 조회하는 공개된 방법이 없습니다. \
                   상점관리자에서 취소 내역을 확인하세요.";
        return Ok(CancelSettled::CannotTell(why.into()));
    }
    match cancel(profile, cx, cancel_order).await {
        Ok(done) => Ok(CancelSettled::Done(done)),
        Err(PgError::Declined { code, .. }) if codes::cancelled_before(&code) => {
            Ok(CancelSettled::Done(CancelDone { tid: cancel_order.tid.clone(), at: None }))
        }
        // Another refusal may have been given before NICE looked at the transaction at all.
        Err(PgError::Declined { code, message }) => Ok(CancelSettled::CannotTell(format!(
            "취소를 다시 요청했으나 거절되었습니다: [{code}] {message}"
        ))),
        Err(other) => Err(other),
    }
}

fn style(profile: &Profile, cx: &Cx<'_>, cancel: &CancelOrder) -> AmountStyle {
    // The payment's own way of writing amounts outlives a changed setting.
    match memo(cancel).amounts.as_str() {
        "decimal" => AmountStyle::Decimal,
        "cents" => AmountStyle::Minor,
        _ => profile.style(cx.credentials),
    }
}

fn memo(cancel: &CancelOrder) -> Memo {
    serde_json::from_str(&cancel.memo).unwrap_or_default()
}

fn request(profile: &Profile, cx: &Cx<'_>, cancel: &CancelOrder) -> Result<Request, PgError> {
    let shop = shop(cx.credentials)?;
    let password = profile.cancel_password(cx.credentials)?;
    let style = style(profile, cx, cancel);
    let amt = style.write(cancel.amount)?;
    let edi_date = cx.at.kst14();
    let whole = cancel.is_full();
    if !whole && memo(cancel).whole_only {
        let why = "카드사가 부분취소를 지원하지 않는 결제입니다. 전액 취소만 가능합니다.";
        return Err(PgError::invalid("amount", why));
    }
    let mut fields: Vec<(&str, String)> = vec![
        ("TID", cancel.tid.clone()),
        ("MID", shop.mid.to_owned()),
        // With the contract for it, NICE refuses a part whose number it has seen before.
        ("Moid", if whole { &cancel.imp_uid } else { &cancel.cancel_id }.clone()),
        ("CancelAmt", amt.clone()),
        ("CancelMsg", cut_bytes(&cancel.reason, 100)),
        ("PartialCancelCode", if whole { "0" } else { "1" }.to_owned()),
        ("EdiDate", edi_date.clone()),
        ("SignData", cancel_sign(shop.mid, &amt, &edi_date, shop.key)),
        ("CharSet", "utf-8".to_owned()),
        ("EdiType", "JSON".to_owned()),
    ];
    if let Some(password) = password {
        fields.push(("CancelPwd", password.to_owned()));
    }
    fields.extend(cancel_tax_fields(cancel, style)?);
    if cancel.method == "vbank" && cancel.deposited {
        fields.extend(refund_fields(cancel)?);
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    Ok(Request::form("cancel", URL, euc_kr_body(&fields)))
}

fn refund_fields(cancel: &CancelOrder) -> Result<Vec<(&'static str, String)>, PgError> {
    let Some(refund) = &cancel.refund else {
        return Err(PgError::invalid("refund_account", "환불받을 계좌 정보가 필요합니다."));
    };
    let number = digits(&refund.number, 20);
    if number.is_empty() || number.len() > 16 {
        return Err(PgError::invalid("refund_account", "환불 계좌번호는 숫자 16자리까지입니다."));
    }
    Ok(vec![
        ("RefundAcctNo", number),
        ("RefundBankCd", refund.bank_code.clone()),
        ("RefundAcctNm", cut_bytes(&refund.holder, 10)),
    ])
}

fn outcome(
    profile: &Profile,
    cx: &Cx<'_>,
    cancel: &CancelOrder,
    response: &Response,
) -> Result<CancelDone, PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    if codes::cancel_unsure(code) {
        return Err(PgError::Unknown(format!("cancel: [{code}] {}", answer.message())));
    }
    if !codes::cancelled(code) {
        return Err(answer.declined());
    }
    answer.check_signature("CancelAmt", &shop(cx.credentials)?)?;
    let style = style(profile, cx, cancel);
    if style.read(answer.get("CancelAmt"), cancel.amount.currency()) != Some(cancel.amount) {
        return Err(PgError::Unknown("another amount was cancelled".into()));
    }
    // What NICE says is left after a part: another sum means that more went back than was asked.
    let left = style.read(answer.get("RemainAmt"), cancel.amount.currency());
    let wanted = cancel.left.minus(cancel.amount).ok();
    if !cancel.is_full() && left.is_some() && left != wanted {
        let left = answer.get("RemainAmt");
        return Err(PgError::Unknown(format!("NICE says that {left} is left, which is not ours")));
    }
    let at = format!("{}{}", answer.get("CancelDate"), answer.get("CancelTime"));
    Ok(CancelDone {
        tid: answer.get("TID").to_owned(),
        at: Some(at).filter(|at| at.len() == 14).and_then(|at| Millis::parse_kst(&at)),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::nice::NICE;
    use crate::nice::fixtures::{self, Lab};
    use crate::ops::RefundAccount;
    use domain::{Currency, Money};

    fn won(minor: i64) -> Money {
        Money::new(minor, Currency::Krw).unwrap()
    }

    fn form(change: impl FnOnce(&mut CancelOrder)) -> Result<Form, PgError> {
        let mut cancel = fixtures::cancel_of_1004();
        change(&mut cancel);
        let sent = request(NICE.profile, &Lab::default().cx(), &cancel)?;
        assert_eq!((sent.url.as_str(), sent.operation), (URL, "cancel"));
        Ok(Form::read(&sent.body))
    }

    fn read(status: u16, body: &str) -> Result<CancelDone, PgError> {
        let response = Response { status, ..Response::text(body) };
        outcome(NICE.profile, &Lab::default().cx(), &fixtures::cancel_of_1004(), &response)
    }

    #[test]
    fn a_whole_cancel_in_euc_kr() {
        let cancel = fixtures::cancel_of_1004();
        let sent = request(NICE.profile, &Lab::default().cx(), &cancel).unwrap();
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(body, include_str!("testdata/cancel_request.txt").trim_end());
    }

    #[test]
    fn a_part_has_its_own_number_and_the_last_part_is_still_a_part() {
        let part = form(|cancel| cancel.amount = won(400)).unwrap();
        assert_eq!((part.get("PartialCancelCode"), part.get("CancelAmt")), ("1", "400"));
        assert_eq!(part.get("Moid"), "01HF8ZQ5C0ABCDEFGH12");
        let last = form(|cancel| {
            cancel.amount = won(604);
            cancel.left = won(604);
            cancel.earlier = 1;
        });
        assert_eq!(last.unwrap().get("PartialCancelCode"), "1");
    }

    #[test]
    fn a_card_that_cannot_be_cancelled_in_part_is_not_tried() {
        let part = |amount| {
            form(|cancel| {
                cancel.memo = r#"{"amounts":"decimal","whole_only":true}"#.into();
                cancel.amount = won(amount);
            })
        };
        assert!(matches!(part(400), Err(PgError::Invalid { field: "amount", .. })));
        assert_eq!(part(1004).unwrap().get("PartialCancelCode"), "0");
    }

    #[test]
    fn refunds_of_accounts_need_an_account() {
        let paid = |refund: Option<RefundAccount>| {
            form(|cancel| {
                cancel.method = "vbank".into();
                cancel.deposited = true;
                cancel.refund = refund;
            })
        };
        let refund = RefundAccount {
            bank_code: "088".into(),
            number: "110123456789".into(),
            holder: "홍길동과친구들".into(),
            tel: String::new(),
        };
        let fields = paid(Some(refund.clone())).unwrap();
        assert_eq!(fields.get("RefundAcctNo"), "110123456789");
        assert_eq!((fields.get("RefundBankCd"), fields.get("RefundAcctNm")), ("088", "홍길동과친"));
        assert!(matches!(paid(None), Err(PgError::Invalid { field: "refund_account", .. })));
        let long = RefundAccount { number: "1".repeat(17), ..refund };
        assert!(matches!(paid(Some(long)), Err(PgError::Invalid { .. })));
        let unpaid = form(|cancel| cancel.method = "vbank".into()).unwrap();
        assert!(!unpaid.has("RefundAcctNo"));
    }

    #[test]
    fn taxes_and_password_go_along_where_given() {
        let plain = form(|_| {}).unwrap();
        assert!(!plain.has("TaxFreeAmt") && !plain.has("CancelPwd"));
        let taxed = form(|cancel| cancel.tax_free = Some(won(4))).unwrap();
        assert_eq!((taxed.get("TaxFreeAmt"), taxed.get("GoodsVat")), ("4", "91"));
        let mut lab = Lab::default();
        lab.credentials.set("cancel_password", "123456".into());
        let sent = request(NICE.profile, &lab.cx(), &fixtures::cancel_of_1004()).unwrap();
        assert_eq!(Form::read(&sent.body).get("CancelPwd"), "123456");
    }

    const DONE: &str = include_str!("testdata/cancel_ok.json");

    #[test]
    fn cancelled_and_refunded_are_both_success() {
        for code in ["2001", "2211"] {
            let done = read(200, &DONE.replace("2001", code)).unwrap();
            assert_eq!(done.tid, "nicepay00m01012006221311045107");
            assert_eq!(done.at.unwrap().kst14(), "20231115071320");
        }
    }

    #[test]
    fn refusals_keep_nices_words() {
        for (code, text) in [
            ("2013", "취소 완료 거래"),
            ("2016", "취소 기한 초과"),
            ("2024", "취소패스워드 불일치"),
            ("2032", "취소금액이 취소가능금액보다 큼"),
            ("A211", "해쉬값 검증에 실패하였습니다"),
        ] {
            let body = format!(r#"{{"ResultCode":"{code}","ResultMsg":"{text}"}}"#);
            assert_eq!(read(200, &body), Err(PgError::declined(code, text)));
        }
        let old = r#"{"ResultCode":"2003","ResultMsg":"","ErrorMsg":"실패"}"#;
        assert_eq!(read(200, old), Err(PgError::declined("2003", "실패")));
    }

    #[test]
    fn what_cannot_be_believed_is_unknown() {
        let forged = DONE.replace("9439b21e", "9439b21f");
        for (status, body) in [
            (200, forged.as_str()),
            (200, r#"{"ResultCode":"A402"}"#),
            (200, ""),
            (200, "<html>"),
            (500, DONE),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
