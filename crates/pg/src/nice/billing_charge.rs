//! A key is charged: `billing_approve.jsp`, under a TID of ours. And how an unanswered charge
//! ended.

use super::approve::{Memo, card, some};
use super::billing::tid;
use super::codes::{self, Verdict};
use super::profile::Profile;
use super::wire::{Answer, charge_sign, cut_bytes, digits, shop, short_time, tax_fields};
use super::{cancel, wire};
use crate::Cx;
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::{Approval, CancelOrder, Card, Charge, Settled};
use crate::wire::{Request, Response};
use domain::Money;

const URL: &str = "https://webapi.nicepay.co.kr/webapi/billing/billing_approve.jsp";

/// Charges.
///
/// # Errors
/// As the contract says. The answer is not signed: it must name our TID, number and amount.
pub(crate) async fn charge(
    profile: &Profile,
    cx: &Cx<'_>,
    charge: &Charge,
) -> Result<Approval, PgError> {
    let response = cx.transport.send(request(profile, cx, charge)?).await?;
    outcome(profile, cx, charge, &response)
}

/// Undoes a charge whose answer was lost: the whole amount is cancelled by the TID it was sent
/// under, which NICE checks against the amount it approved.
///
/// # Errors
/// `Unknown` or `Unavailable` while the cancel itself has no usable answer: it is repeated.
pub(crate) async fn settle(
    profile: &Profile,
    cx: &Cx<'_>,
    charge: &Charge,
) -> Result<Settled, PgError> {
    let undo = undo(cx, charge)?;
    match cancel::cancel(profile, cx, &undo).await {
        Ok(_) => Ok(Settled::Voided),
        Err(PgError::Declined { code, .. }) if codes::cancelled_before(&code) => {
            Ok(Settled::Voided)
        }
        Err(PgError::Declined { code, .. }) if codes::no_such_trade(&code) => Ok(Settled::Nothing),
        Err(PgError::Declined { code, message }) => Ok(Settled::CannotTell(format!(
            "승인 결과를 알 수 없는 빌링 결제의 취소가 거절되었습니다: [{code}] {message}"
        ))),
        Err(other) => Err(other),
    }
}

fn undo(cx: &Cx<'_>, charge: &Charge) -> Result<CancelOrder, PgError> {
    Ok(CancelOrder {
        cancel_id: cx.operation_id.to_owned(),
        imp_uid: charge.imp_uid.clone(),
        merchant_uid: charge.merchant_uid.clone(),
        tid: tid(&shop(cx.credentials)?, cx.operation_id, charge.asked_at),
        method: "card".into(),
        total: charge.amount,
        left: charge.amount,
        amount: charge.amount,
        earlier: 0,
        deposited: false,
        tax_free: charge.tax_free,
        vat_amount: charge.vat_amount,
        reason: "승인 응답 없음".into(),
        refund: None,
        item: None,
        memo: String::new(),
        paid_at: charge.asked_at,
        asked_at: cx.at,
    })
}

fn request(profile: &Profile, cx: &Cx<'_>, charge: &Charge) -> Result<Request, PgError> {
    let shop = shop(cx.credentials)?;
    if !profile.currencies.contains(&charge.amount.currency()) {
        return Err(PgError::invalid("currency", "지원하지 않는 통화입니다."));
    }
    if charge.key.key.is_empty() {
        return Err(PgError::invalid("customer_uid", "빌링키가 없습니다."));
    }
    let style = profile.style(cx.credentials);
    let amt = style.write(charge.amount)?;
    let (edi_date, bid) = (cx.at.kst14(), charge.key.key.as_str());
    let goods = if charge.name.trim().is_empty() { &charge.merchant_uid } else { &charge.name };
    let mut fields: Vec<(&str, String)> = vec![
        ("BID", bid.to_owned()),
        ("MID", shop.mid.to_owned()),
        ("TID", tid(&shop, cx.operation_id, charge.asked_at)),
        ("EdiDate", edi_date.clone()),
        ("Moid", charge.imp_uid.clone()),
        ("Amt", amt.clone()),
        ("GoodsName", cut_bytes(goods, 40)),
        ("CardInterest", if charge.interest_free { "1" } else { "0" }.to_owned()),
        ("CardQuota", quota(charge.quota)?),
        ("SignData", charge_sign(&shop, &edi_date, &charge.imp_uid, &amt, bid)),
        ("BuyerName", cut_bytes(&charge.buyer.name, 30)),
        ("BuyerEmail", cut_bytes(&charge.buyer.email, 60)),
        ("BuyerTel", digits(&charge.buyer.tel, 20)),
        ("CharSet", "utf-8".to_owned()),
        ("EdiType", "JSON".to_owned()),
    ];
    fields.extend(tax_fields(charge.amount, charge.tax_free, charge.vat_amount, style)?);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    Ok(Request::form("charge", URL, euc_kr_body(&fields)))
}

/// Two digits; one month is a lump sum.
fn quota(months: i64) -> Result<String, PgError> {
    match months {
        0 | 1 => Ok("00".to_owned()),
        2..=36 => Ok(format!("{months:02}")),
        _ => Err(PgError::invalid("card_quota", "할부 개월수는 0 또는 2~36이어야 합니다.")),
    }
}

fn outcome(
    profile: &Profile,
    cx: &Cx<'_>,
    charge: &Charge,
    response: &Response,
) -> Result<Approval, PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    match codes::charge_verdict(code) {
        Verdict::Approved(_) => {}
        Verdict::Refused => return Err(answer.declined()),
        Verdict::Unsure => {
            let message = answer.message();
            return Err(PgError::Unknown(format!("ResultCode {code} ({message}) decides nothing")));
        }
    }
    if answer.get("TID") != tid(&shop(cx.credentials)?, cx.operation_id, charge.asked_at) {
        return Err(PgError::Unknown("the charge is of another TID".into()));
    }
    if answer.get("Moid") != charge.imp_uid {
        return Err(PgError::Unknown("the charge is of another Moid".into()));
    }
    let style = profile.style(cx.credentials);
    let amount = style.read(answer.get("Amt"), charge.amount.currency());
    let amount = amount.ok_or_else(|| PgError::Unknown("the charge's Amt is unreadable".into()))?;
    approval(charge, &answer, amount, style)
}

fn approval(
    charge: &Charge,
    answer: &Answer,
    amount: Money,
    style: wire::AmountStyle,
) -> Result<Approval, PgError> {
    let memo = Memo {
        amounts: style.word().to_owned(),
        pay_method: "CARD".into(),
        whole_only: answer.get("CcPartCl") == "0",
    };
    let known = charge.key.card.clone().unwrap_or_default();
    let card = card(answer);
    Ok(Approval {
        tid: answer.get("TID").to_owned(),
        amount,
        account: None,
        apply_num: some(answer.get("AuthCode")),
        at: short_time(answer.get("AuthDate")),
        method: None,
        emb_pg_provider: None,
        card: Some(Card { number: card.number.clone().or(known.number), ..card }),
        bank: None,
        cash_receipt: false,
        issued_key: None,
        memo: serde_json::to_string(&memo).map_err(|error| PgError::Unknown(error.to_string()))?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::nice::NICE;
    use crate::nice::fixtures::{Lab, charge_of_1004};
    use domain::Currency;

    const DONE: &str = include_str!("testdata/billing_charge_ok.json");

    fn read(status: u16, body: &str) -> Result<Approval, PgError> {
        let response = Response { status, ..Response::text(body) };
        outcome(NICE.profile, &Lab::default().cx(), &charge_of_1004(), &response)
    }

    fn form(change: impl FnOnce(&mut Charge)) -> Result<Form, PgError> {
        let mut charge = charge_of_1004();
        change(&mut charge);
        let sent = request(NICE.profile, &Lab::default().cx(), &charge)?;
        Ok(Form::read(&sent.body))
    }

    #[test]
    fn the_request() {
        let sent = request(NICE.profile, &Lab::default().cx(), &charge_of_1004()).unwrap();
        assert_eq!((sent.url.as_str(), sent.operation), (URL, "charge"));
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(body, include_str!("testdata/billing_charge_request.txt").trim_end());
    }

    #[test]
    fn instalments_interest_names_and_taxes() {
        let months = |quota| form(|charge| charge.quota = quota).map(|f| f.get("CardQuota").into());
        assert_eq!(months(1), Ok(String::from("00")));
        assert_eq!(months(3), Ok(String::from("03")));
        for wrong in [-1, 37] {
            assert!(matches!(months(wrong), Err(PgError::Invalid { field: "card_quota", .. })));
        }
        let free = form(|charge| charge.interest_free = true).unwrap();
        assert_eq!(free.get("CardInterest"), "1");
        let nameless = form(|charge| charge.name = " ".into()).unwrap();
        assert_eq!(nameless.get("GoodsName"), "merchant_1700000000000");
        let taxed = form(|charge| {
            charge.tax_free = Some(Money::new(4, Currency::Krw).unwrap());
        });
        assert_eq!(taxed.unwrap().get("TaxFreeAmt"), "4");
        let keyless = form(|charge| charge.key.key.clear());
        assert!(matches!(keyless, Err(PgError::Invalid { field: "customer_uid", .. })));
        let dollars = form(|charge| charge.amount = Money::new(100, Currency::Usd).unwrap());
        assert!(matches!(dollars, Err(PgError::Invalid { field: "currency", .. })));
    }

    #[test]
    fn a_charge() {
        let approval = read(200, DONE).unwrap();
        assert_eq!((approval.amount.minor(), approval.method.is_none()), (1004, true));
        assert_eq!(approval.apply_num.as_deref(), Some("30001234"));
        assert_eq!(approval.at.unwrap().kst14(), "20231115071320");
        let card = approval.card.unwrap();
        assert_eq!(card.number.as_deref(), Some("41111111****1111"));
        assert_eq!((card.code.as_deref(), card.quota), (Some("368"), 0));
        let memo: Memo = serde_json::from_str(&approval.memo).unwrap();
        assert!(!memo.whole_only);
        let numberless = DONE.replace("\"CardNo\"", "\"None\"");
        let card = read(200, &numberless).unwrap().card.unwrap();
        assert_eq!(card.number.as_deref(), Some("411111******1111"), "the key's");
    }

    #[test]
    fn refusals_keep_nices_words() {
        for (code, text) in [
            ("3095", "카드사 실패 응답"),
            ("A124", "해당 BID가 존재하지 않습니다"),
            ("A126", "이미 삭제된 빌키이거나 존재하지 않은 빌키입니다"),
            ("A225", "TID 중복 오류"),
        ] {
            let body = format!(r#"{{"ResultCode":"{code}","ResultMsg":"{text}"}}"#);
            assert_eq!(read(200, &body), Err(PgError::declined(code, text)));
        }
    }

    #[test]
    fn what_cannot_be_believed_is_unknown() {
        let other_tid = DONE.replace("nicepay00m0116", "nicepay00m0101");
        let other_order = DONE.replace("imp_123456789012", "imp_999999999999");
        let no_amount = DONE.replace("000000001004", "천사원");
        for (status, body) in [
            (200, other_tid.as_str()),
            (200, &other_order),
            (200, &no_amount),
            (200, r#"{"ResultCode":"F200","ResultMsg":"x"}"#),
            (200, r#"{"ResultCode":"A299"}"#),
            (200, ""),
            (200, "<html>점검중</html>"),
            (503, DONE),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
