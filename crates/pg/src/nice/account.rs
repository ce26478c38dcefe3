//! A virtual account without a window: `get_vacount.jsp`, under a TID of ours. And how an
//! unanswered issue ended.

use super::approve::{Memo, account};
use super::cancel;
use super::codes::{self, Verdict};
use super::open::vbank_due;
use super::profile::Profile;
use super::wire::{
    AmountStyle, Answer, account_sign, cut_bytes, digits, made_tid, shop, short_time, tax_fields,
};
use crate::Cx;
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::{Account, AccountOrder, Approval, CancelOrder, Settled};
use crate::wire::{Request, Response};
use domain::Money;

const URL: &str = "https://webapi.nicepay.co.kr/webapi/get_vacount.jsp";

/// Service `03` (virtual account), medium `01`, as in the manual's example.
const WAY: &str = "0301";

/// Opens an account.
///
/// # Errors
/// As the contract says. The answer is not signed: it must name our TID, number and amount.
pub(crate) async fn issue(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &AccountOrder,
) -> Result<Approval, PgError> {
    let response = cx.transport.send(request(profile, cx, order)?).await?;
    outcome(profile, cx, order, &response)
}

/// Closes an account whose number was lost on the way: nobody can have been told it.
///
/// # Errors
/// `Unknown` or `Unavailable` while the cancel itself has no usable answer: it is repeated.
pub(crate) async fn settle(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &AccountOrder,
) -> Result<Settled, PgError> {
    match cancel::cancel(profile, cx, &undo(cx, order)?).await {
        Ok(_) => Ok(Settled::Voided),
        Err(PgError::Declined { code, .. }) if codes::cancelled_before(&code) => {
            Ok(Settled::Voided)
        }
        Err(PgError::Declined { code, .. }) if codes::no_such_trade(&code) => Ok(Settled::Nothing),
        Err(PgError::Declined { code, message }) => Ok(Settled::CannotTell(format!(
            "발급 결과를 알 수 없는 가상계좌의 해지가 거절되었습니다: [{code}] {message}"
        ))),
        Err(other) => Err(other),
    }
}

fn tid(cx: &Cx<'_>, order: &AccountOrder) -> Result<String, PgError> {
    Ok(made_tid(&shop(cx.credentials)?, WAY, cx.operation_id, order.asked_at))
}

fn undo(cx: &Cx<'_>, order: &AccountOrder) -> Result<CancelOrder, PgError> {
    Ok(CancelOrder {
        cancel_id: cx.operation_id.to_owned(),
        imp_uid: order.imp_uid.clone(),
        merchant_uid: order.merchant_uid.clone(),
        tid: tid(cx, order)?,
        method: "vbank".into(),
        total: order.amount,
        left: order.amount,
        amount: order.amount,
        earlier: 0,
        deposited: false,
        tax_free: order.tax_free,
        vat_amount: order.vat_amount,
        reason: "발급 응답 없음".into(),
        refund: None,
        item: None,
        memo: String::new(),
        paid_at: order.asked_at,
        asked_at: cx.at,
    })
}

/// What NICE would refuse, or worse, take in another sense.
fn check(profile: &Profile, cx: &Cx<'_>, order: &AccountOrder) -> Result<(), PgError> {
    if !profile.currencies.contains(&order.amount.currency()) {
        return Err(PgError::invalid("currency", "지원하지 않는 통화입니다."));
    }
    let bank = order.bank_code.as_str();
    if bank.len() != 3 || !bank.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PgError::invalid("vbank_code", "은행코드는 숫자 3자리입니다."));
    }
    if order.holder.trim().is_empty() {
        return Err(PgError::invalid("vbank_holder", "예금주명을 입력해야 합니다."));
    }
    // The deadline is sent in whole minutes.
    if order.due.0 / 60_000 <= cx.at.0 / 60_000 {
        return Err(PgError::invalid("vbank_due", "입금기한은 현재 시각보다 나중이어야 합니다."));
    }
    Ok(())
}

fn request(profile: &Profile, cx: &Cx<'_>, order: &AccountOrder) -> Result<Request, PgError> {
    check(profile, cx, order)?;
    let shop = shop(cx.credentials)?;
    let style = profile.style(cx.credentials);
    let amt = style.write(order.amount)?;
    let edi_date = cx.at.kst14();
    let goods = if order.name.trim().is_empty() { &order.merchant_uid } else { &order.name };
    let mut fields: Vec<(&str, String)> = vec![
        ("TID", tid(cx, order)?),
        ("MID", shop.mid.to_owned()),
        ("EdiDate", edi_date.clone()),
        ("Moid", order.imp_uid.clone()),
        ("Amt", amt.clone()),
        ("GoodsName", cut_bytes(goods, 40)),
        ("SignData", account_sign(&shop, &amt, &edi_date, &order.imp_uid)),
        // V1 has no field for it here: merchants issue receipts by a call of their own.
        ("CashReceiptType", "0".to_owned()),
        ("BankCode", order.bank_code.clone()),
        ("VbankExpDate", vbank_due(cx.at, Some(order.due))),
        ("VbankAccountName", cut_bytes(order.holder.trim(), 30)),
        ("BuyerEmail", cut_bytes(&order.buyer.email, 60)),
        ("BuyerTel", digits(&order.buyer.tel, 20)),
        ("BuyerName", cut_bytes(&order.buyer.name, 30)),
        ("CharSet", "utf-8".to_owned()),
        ("EdiType", "JSON".to_owned()),
    ];
    fields.extend(tax_fields(order.amount, order.tax_free, order.vat_amount, style)?);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    Ok(Request::form("account", URL, euc_kr_body(&fields)))
}

fn outcome(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &AccountOrder,
    response: &Response,
) -> Result<Approval, PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    match codes::account_verdict(code) {
        Verdict::Approved(_) => {}
        Verdict::Refused => return Err(answer.declined()),
        Verdict::Unsure => {
            let message = answer.message();
            return Err(PgError::Unknown(format!("ResultCode {code} ({message}) decides nothing")));
        }
    }
    if answer.get("TID") != tid(cx, order)? {
        return Err(PgError::Unknown("the account is of another TID".into()));
    }
    if answer.get("Moid") != order.imp_uid {
        return Err(PgError::Unknown("the account is of another Moid".into()));
    }
    let unreadable = |what: &str| PgError::Unknown(format!("the issue's {what} is unreadable"));
    let style = profile.style(cx.credentials);
    let amount = style.read(answer.get("Amt"), order.amount.currency());
    let amount = amount.ok_or_else(|| unreadable("Amt"))?;
    let issued = account(&answer).ok_or_else(|| unreadable("account"))?;
    let holder = Some(order.holder.trim().to_owned());
    approval(&answer, amount, Account { holder, ..issued }, style)
}

fn approval(
    answer: &Answer,
    amount: Money,
    account: Account,
    style: AmountStyle,
) -> Result<Approval, PgError> {
    let memo =
        Memo { amounts: style.word().to_owned(), pay_method: "VBANK".into(), whole_only: false };
    Ok(Approval {
        tid: answer.get("TID").to_owned(),
        amount,
        account: Some(account),
        apply_num: None,
        at: short_time(answer.get("AuthDate")),
        method: None,
        emb_pg_provider: None,
        card: None,
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
    use crate::nice::fixtures::{AT, Lab, account_of_1004};
    use domain::{Currency, Millis};

    const DONE: &str = include_str!("testdata/account_ok.json");

    fn read(status: u16, body: &str) -> Result<Approval, PgError> {
        let response = Response { status, ..Response::text(body) };
        outcome(NICE.profile, &Lab::default().cx(), &account_of_1004(), &response)
    }

    fn form(change: impl FnOnce(&mut AccountOrder)) -> Result<Form, PgError> {
        let mut order = account_of_1004();
        change(&mut order);
        let sent = request(NICE.profile, &Lab::default().cx(), &order)?;
        Ok(Form::read(&sent.body))
    }

    #[test]
    fn the_request() {
        let sent = request(NICE.profile, &Lab::default().cx(), &account_of_1004()).unwrap();
        assert_eq!((sent.url.as_str(), sent.operation), (URL, "account"));
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(body, include_str!("testdata/account_request.txt").trim_end());
    }

    #[test]
    fn deadlines_are_days_or_minutes() {
        let due = |due: &str| {
            let due = Millis::parse_kst(due).unwrap();
            form(|order| order.due = due).map(|form| form.get("VbankExpDate").to_owned())
        };
        assert_eq!(due("20231130235959").as_deref(), Ok("20231130"));
        assert_eq!(due("20231120183000").as_deref(), Ok("202311201830"));
        for over in ["20231115071320", "20231115071359", "20221231235959"] {
            assert!(matches!(due(over), Err(PgError::Invalid { field: "vbank_due", .. })));
        }
        assert!(due("20231115071400").is_ok(), "the next minute");
    }

    #[test]
    fn names_and_taxes() {
        let nameless = form(|order| order.name = " ".into()).unwrap();
        assert_eq!(nameless.get("GoodsName"), "merchant_1700000000000");
        let long = form(|order| order.holder = "가나다라마바사아자차카타파하갸냐".into()).unwrap();
        assert_eq!(long.get("VbankAccountName"), "가나다라마바사아자차카타파하갸");
        let free = Some(Money::new(4, Currency::Krw).unwrap());
        assert_eq!(form(|order| order.tax_free = free).unwrap().get("TaxFreeAmt"), "4");
    }

    #[test]
    fn what_nice_cannot_take_is_not_sent() {
        let refused = |change: fn(&mut AccountOrder)| match form(change) {
            Err(PgError::Invalid { field, .. }) => field,
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(|order| order.holder = " ".into()), "vbank_holder");
        assert_eq!(refused(|order| order.bank_code = "88".into()), "vbank_code");
        assert_eq!(refused(|order| order.bank_code = "신한은".into()), "vbank_code");
        assert_eq!(refused(|order| order.due = AT), "vbank_due");
        let dollars = |order: &mut AccountOrder| {
            order.amount = Money::new(100, Currency::Usd).unwrap();
        };
        assert_eq!(refused(dollars), "currency");
        assert_eq!(refused(|order| order.amount = Money::zero(Currency::Krw)), "amount");
    }

    #[test]
    fn an_account() {
        let approval = read(200, DONE).unwrap();
        assert_eq!((approval.amount.minor(), approval.method.is_none()), (1004, true));
        assert_eq!(approval.at.unwrap().kst14(), "20231115071320");
        let account = approval.account.unwrap();
        assert_eq!(
            (account.bank_code.as_str(), account.number.as_str()),
            ("088", "56012345678901")
        );
        assert_eq!(account.bank_name, "신한은행");
        assert_eq!(account.holder.as_deref(), Some("회사명"), "the one asked for");
        assert_eq!(account.due.kst14(), "20231130235959");
    }

    #[test]
    fn refusals_keep_nices_words() {
        for (code, text) in [
            ("4117", "가상계좌 발급 실패"),
            ("A107", "입금예정일이 지났습니다"),
            ("A211", "해쉬값 검증에 실패하였습니다"),
            ("A225", "TID 중복 오류"),
        ] {
            let body = format!(r#"{{"ResultCode":"{code}","ResultMsg":"{text}"}}"#);
            assert_eq!(read(200, &body), Err(PgError::declined(code, text)));
        }
    }

    #[test]
    fn what_cannot_be_believed_is_unknown() {
        let other_tid = DONE.replace("nicepay00m0301", "nicepay00m0101");
        let other_order = DONE.replace("imp_123456789012", "imp_999999999999");
        let no_amount = DONE.replace("000000001004", "천사원");
        let no_number = DONE.replace("56012345678901", "");
        let no_due = DONE.replace("20231130", "soon");
        for (status, body) in [
            (200, other_tid.as_str()),
            (200, &other_order),
            (200, &no_amount),
            (200, &no_number),
            (200, &no_due),
            (200, r#"{"ResultCode":"9999","ResultMsg":"통신실패"}"#),
            (200, r#"{"ResultCode":"3001","ResultMsg":"x"}"#),
            (200, r#"{"ResultCode":"A299"}"#),
            (200, ""),
            (200, "<html>점검중</html>"),
            (503, DONE),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
