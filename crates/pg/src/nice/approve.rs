//! Approval: a form in EUC-KR to the `NextAppURL` of the authentication, answered in JSON.

use super::codes::{self, Verdict};
use super::profile::Profile;
use super::return_::Auth;
use super::wire::{AmountStyle, Answer, Shop, approve_sign, shop, short_time};
use crate::Cx;
use crate::codes::{bank_name, normalise_bank};
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::{Account, Approval, Bank, Card, Order};
use crate::wire::{Request, Response};
use domain::Millis;
use serde::{Deserialize, Serialize};

/// What cancelling needs to know of the approval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Memo {
    /// `decimal` or `cents`: how this payment's amounts were written.
    #[serde(default)]
    pub(crate) amounts: String,
    /// NICE's `PayMethod`.
    #[serde(default)]
    pub(crate) pay_method: String,
    /// NICE says this card payment cannot be cancelled in part (`CcPartCl` 0).
    #[serde(default)]
    pub(crate) whole_only: bool,
}

/// Asks for the money.
///
/// # Errors
/// As the contract says; an answer without a signature that holds is `Unknown`.
pub(crate) async fn approve(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &Order,
    auth: &str,
) -> Result<Approval, PgError> {
    let auth = Auth::parse(auth)?;
    let response = cx.transport.send(request(cx, &auth)?).await?;
    outcome(profile, cx, order, &auth, &response)
}

fn request(cx: &Cx<'_>, auth: &Auth) -> Result<Request, PgError> {
    let fields = fields(&shop(cx.credentials)?, auth);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, v)| (*name, v.as_str())).collect();
    Ok(Request::form("approve", auth.approve_url.as_str(), euc_kr_body(&fields)))
}

/// The fields approval and net-cancel share.
pub(crate) fn fields(shop: &Shop<'_>, auth: &Auth) -> Vec<(&'static str, String)> {
    vec![
        ("TID", auth.tid.clone()),
        ("AuthToken", auth.token.clone()),
        ("MID", shop.mid.to_owned()),
        ("Amt", auth.amt.clone()),
        ("EdiDate", auth.edi_date.clone()),
        ("SignData", approve_sign(&auth.token, shop.mid, &auth.amt, &auth.edi_date, shop.key)),
        ("CharSet", "utf-8".to_owned()),
        ("EdiType", "JSON".to_owned()),
    ]
}

fn outcome(
    profile: &Profile,
    cx: &Cx<'_>,
    order: &Order,
    auth: &Auth,
    response: &Response,
) -> Result<Approval, PgError> {
    let shop = shop(cx.credentials)?;
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    let method = match profile.verdict(cx.credentials, code) {
        Verdict::Approved(method) => method,
        Verdict::Refused => {
            if !answer.get("Signature").is_empty() {
                answer.check_signature("Amt", &shop)?;
            }
            return Err(answer.declined());
        }
        Verdict::Unsure => {
            let message = answer.message();
            return Err(PgError::Unknown(format!("ResultCode {code} ({message}) decides nothing")));
        }
    };
    answer.check_signature("Amt", &shop)?;
    if answer.get("TID") != auth.tid {
        return Err(PgError::Unknown("the approval is of another TID".into()));
    }
    if !answer.get("Moid").is_empty() && answer.get("Moid") != order.imp_uid {
        return Err(PgError::Unknown("the approval is of another Moid".into()));
    }
    let style = profile.style(cx.credentials);
    read(order, &answer, method, style)
}

fn read(
    order: &Order,
    answer: &Answer,
    method: &str,
    style: AmountStyle,
) -> Result<Approval, PgError> {
    let unreadable = |what: &str| PgError::Unknown(format!("the approval's {what} is unreadable"));
    let amount = style.read(answer.get("Amt"), order.amount.currency());
    let memo = Memo {
        amounts: style.word().to_owned(),
        pay_method: answer.get("PayMethod").to_owned(),
        whole_only: method == "card" && answer.get("CcPartCl") == "0",
    };
    Ok(Approval {
        tid: answer.get("TID").to_owned(),
        amount: amount.ok_or_else(|| unreadable("Amt"))?,
        account: match method {
            "vbank" => Some(account(answer).ok_or_else(|| unreadable("account"))?),
            _ => None,
        },
        apply_num: some(answer.get("AuthCode")),
        at: short_time(answer.get("AuthDate")),
        method: (method != order.method).then(|| method.to_owned()),
        emb_pg_provider: codes::easy_pay(answer.get("ClickpayCl")).map(str::to_owned),
        card: (method == "card").then(|| card(answer)),
        bank: (method == "trans").then(|| bank(answer)),
        // 1 income deduction, 2 business expense, 0 none.
        cash_receipt: matches!(answer.get("RcptType"), "1" | "2"),
        issued_key: None,
        memo: serde_json::to_string(&memo).map_err(|error| PgError::Unknown(error.to_string()))?,
    })
}

pub(crate) fn some(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// The card of an approval or of a key.
pub(crate) fn card(answer: &Answer) -> Card {
    let (code, name) = codes::card(answer.get("CardCode"), answer.get("CardName"));
    Card {
        code,
        name,
        number: some(answer.get("CardNo")).map(|number| masked(&number)),
        quota: answer.get("CardQuota").parse().unwrap_or(0),
        kind: answer.get("CardCl").parse().ok().filter(|kind| (0..=1).contains(kind)),
    }
}

/// NICE masks card numbers. Should one come unmasked, it is masked before anybody sees it.
pub(crate) fn masked(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if digits < 13 {
        return number.to_owned();
    }
    let hide =
        |(index, c): (usize, char)| if (6..number.len() - 4).contains(&index) { '*' } else { c };
    number.chars().enumerate().map(hide).collect()
}

fn bank(answer: &Answer) -> Bank {
    let code = answer.get("BankCode");
    let known = normalise_bank(code).map(str::to_owned);
    let name = known.as_deref().and_then(bank_name).map(str::to_owned);
    Bank { code: known.or_else(|| some(code)), name: name.or_else(|| some(answer.get("BankName"))) }
}

/// The account of an approval or of an issue.
pub(crate) fn account(answer: &Answer) -> Option<Account> {
    let code = answer.get("VbankBankCode");
    let known = normalise_bank(code).unwrap_or(code);
    let time = match answer.get("VbankExpTime") {
        "" => "235959",
        time => time,
    };
    Some(Account {
        bank_code: some(known)?,
        bank_name: bank_name(known).unwrap_or(answer.get("VbankBankName")).to_owned(),
        number: some(answer.get("VbankNum"))?,
        holder: None,
        due: Millis::parse_kst(&format!("{}{time}", answer.get("VbankExpDate")))?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::nice::NICE;
    use crate::nice::fixtures::{self, Lab};

    fn auth() -> Auth {
        Auth {
            tid: "nicepay00m01012006221311045107".into(),
            token: "NICETOKNF435F661A2D54ED799BFB9F4B3F7E369".into(),
            amt: "1004".into(),
            edi_date: "20200622131021".into(),
            approve_url: "https://dc1-api.nicepay.co.kr/webapi/pay_process.jsp".into(),
            net_cancel_url: "https://dc1-api.nicepay.co.kr/webapi/cancel_process.jsp".into(),
        }
    }

    fn read(status: u16, body: &str) -> Result<Approval, PgError> {
        let lab = Lab::default();
        let response = Response { status, ..Response::text(body) };
        outcome(NICE.profile, &lab.cx(), &fixtures::order_of_1004(), &auth(), &response)
    }

    const CARD: &str = include_str!("testdata/approve_card.json");

    #[test]
    fn the_request_is_the_manuals() {
        let sent = request(&Lab::default().cx(), &auth()).unwrap();
        assert_eq!(sent.url, "https://dc1-api.nicepay.co.kr/webapi/pay_process.jsp");
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(body, include_str!("testdata/approve_request.txt").trim_end());
    }

    #[test]
    fn a_card() {
        let approval = read(200, CARD).unwrap();
        assert_eq!(approval.amount.minor(), 1004);
        assert_eq!(approval.apply_num.as_deref(), Some("30001234"));
        assert_eq!(approval.at.unwrap().kst14(), "20200622131105");
        assert_eq!((approval.method.clone(), approval.account.is_none()), (None, true));
        let card = approval.card.unwrap();
        assert_eq!(card.code.as_deref(), Some("361"));
        assert_eq!(card.number.as_deref(), Some("53611234****1234"));
        assert_eq!((card.quota, card.kind), (3, Some(0)));
        assert_eq!(approval.emb_pg_provider.as_deref(), Some("kakaopay"));
        let memo: Memo = serde_json::from_str(&approval.memo).unwrap();
        assert_eq!((memo.amounts.as_str(), memo.whole_only), ("decimal", false));
    }

    #[test]
    fn an_account_a_transfer_and_a_phone() {
        let vbank = read(200, include_str!("testdata/approve_vbank.json")).unwrap();
        let account = vbank.account.unwrap();
        assert_eq!((account.bank_code.as_str(), account.number.as_str()), ("004", "2220652830110"));
        assert_eq!(account.due.kst14(), "20200722235959");
        assert_eq!((vbank.method.as_deref(), vbank.apply_num), (Some("vbank"), None));
        let bank = read(200, include_str!("testdata/approve_bank.json")).unwrap();
        assert_eq!(bank.bank.unwrap().code.as_deref(), Some("088"));
        assert!(bank.cash_receipt);
        let phone = CARD.replace("\"3001\"", "\"A000\"");
        let phone = read(200, &phone).unwrap();
        assert_eq!((phone.method.as_deref(), phone.card), (Some("phone"), None));
    }

    #[test]
    fn refusals_keep_nices_words() {
        for (code, text) in [
            ("3095", "카드사 실패 응답"),
            ("3011", "카드번호 오류"),
            ("A123", "거래금액 불일치"),
            ("A211", "해쉬값 검증에 실패하였습니다"),
            ("A245", "인증 시간이 초과 되었습니다"),
        ] {
            let body = format!(r#"{{"ResultCode":"{code}","ResultMsg":"{text}"}}"#);
            assert_eq!(read(200, &body), Err(PgError::declined(code, text)));
        }
    }

    #[test]
    fn what_cannot_be_believed_is_unknown() {
        let wrong_sign = CARD.replace("9439b21e", "9439b21f");
        let no_sign = CARD.replace("\"Signature\"", "\"Sig\"");
        let other_shop = CARD.replace("\"nicepay00m\"", "\"othershopm\"");
        let other_order = CARD.replace("imp_123456789012", "imp_999999999999");
        let other_amount = CARD.replace("000000001004", "000000001005");
        let sign = "Signature";
        let forged_refusal = format!(r#"{{"ResultCode":"3095","TID":"x","{sign}":"00"}}"#);
        let delayed = r#"{"ResultCode":"A299","ResultMsg":"API 지연처리 발생."}"#;
        for (status, body) in [
            (200, wrong_sign.as_str()),
            (200, &no_sign),
            (200, &other_shop),
            (200, &other_order),
            (200, &other_amount),
            (200, &forged_refusal),
            (200, delayed),
            (200, ""),
            (200, "<html>점검중</html>"),
            (200, "ResultCode=3001"),
            (500, CARD),
            (404, ""),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }

    #[test]
    fn an_account_without_its_number_is_unknown() {
        let body = include_str!("testdata/approve_vbank.json");
        for part in ["VbankNum", "VbankExpDate", "VbankBankCode"] {
            let broken = body.replace(&format!("\"{part}\""), "\"Missing\"");
            assert!(matches!(read(200, &broken), Err(PgError::Unknown(_))), "{part}");
        }
    }

    #[test]
    fn an_unmasked_card_number_does_not_pass() {
        assert_eq!(masked("5361123412341234"), "536112******1234");
        assert_eq!(masked("53611234****1234"), "53611234****1234");
    }

    #[test]
    fn a_stored_authentication_with_a_foreign_host_is_not_used() {
        let evil = Auth { approve_url: "https://evil.kr/pay".into(), ..auth() };
        let evil = serde_json::to_string(&evil).unwrap();
        assert!(matches!(Auth::parse(&evil), Err(PgError::Forged(_))));
        assert!(matches!(Auth::parse(""), Err(PgError::Forged(_))));
    }
}
