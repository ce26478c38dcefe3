//! A key from a card: `billing_regist.jsp`. The card travels in `EncData` only, and what it is
//! written into on the way there is wiped.

use super::approve::{card, masked};
use super::codes;
use super::wire::{Answer, Shop, cut_bytes, digits, issue_sign, shop};
use crate::Cx;
use crate::crypto::aes128_ecb_hex;
use crate::error::PgError;
use crate::form::euc_kr_body;
use crate::ops::{Card, CardInput, IssuedKey, KeyIssue};
use crate::wire::{Request, Response};
use zeroize::Zeroizing;

const URL: &str = "https://webapi.nicepay.co.kr/webapi/billing/billing_regist.jsp";

/// Longer than the longest `EncData` plain text, so that it never grows (and leaves a copy).
const PLAIN: usize = 128;

/// Issues a key.
///
/// # Errors
/// As the contract says; `Invalid` never repeats what the card holder typed.
pub(crate) async fn issue(cx: &Cx<'_>, issue: &KeyIssue) -> Result<IssuedKey, PgError> {
    let response = cx.transport.send(request(cx, issue)?).await?;
    outcome(issue, &response)
}

fn request(cx: &Cx<'_>, issue: &KeyIssue) -> Result<Request, PgError> {
    let shop = shop(cx.credentials)?;
    check(&issue.card)?;
    let sealed = seal(&shop, &issue.card)?;
    let edi_date = cx.at.kst14();
    let sign = issue_sign(shop.mid, &edi_date, &issue.order_no, shop.key);
    let fields = [
        ("MID", shop.mid),
        ("EdiDate", &edi_date),
        ("Moid", &issue.order_no),
        ("EncData", &sealed),
        ("SignData", &sign),
        ("BuyerName", &cut_bytes(&issue.buyer.name, 30)),
        ("BuyerEmail", &cut_bytes(&issue.buyer.email, 60)),
        ("BuyerTel", &digits(&issue.buyer.tel, 20)),
        ("CharSet", "utf-8"),
        ("EdiType", "JSON"),
    ];
    Ok(Request::form("issue", URL, euc_kr_body(&fields)))
}

/// Only digits get into the plain text, whose separators are `&` and `=`.
fn check(card: &CardInput) -> Result<(), PgError> {
    let numeric = |text: &str, lengths: &[usize]| {
        lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !numeric(&card.number, &[13, 14, 15, 16]) {
        let why = "카드번호는 숫자 13~16자리여야 합니다.";
        return Err(PgError::invalid("card_number", why));
    }
    let month = card.expiry.get(2..).unwrap_or_default();
    if !numeric(&card.expiry, &[4]) || !("01"..="12").contains(&month) {
        return Err(PgError::invalid("expiry", "유효기간의 연월이 올바르지 않습니다."));
    }
    if !numeric(&card.birth, &[0, 6, 10]) {
        let why = "생년월일 6자리 또는 사업자등록번호 10자리여야 합니다.";
        return Err(PgError::invalid("birth", why));
    }
    if !numeric(&card.password, &[0, 2]) {
        let why = "카드 비밀번호 앞 2자리여야 합니다.";
        return Err(PgError::invalid("pwd_2digit", why));
    }
    Ok(())
}

/// `EncData`: hex(AES-128-ECB(plain, first 16 characters of the MerchantKey)).
fn seal(shop: &Shop<'_>, card: &CardInput) -> Result<String, PgError> {
    let mut plain = Zeroizing::new(String::with_capacity(PLAIN));
    let (year, month) = card.expiry.split_at(2);
    for (name, value) in [
        ("CardNo=", card.number.as_str()),
        ("&ExpYear=", year),
        ("&ExpMonth=", month),
        ("&IDNo=", &card.birth),
        ("&CardPw=", &card.password),
    ] {
        plain.push_str(name);
        plain.push_str(value);
    }
    let key = shop.key.as_bytes().get(..16);
    key.and_then(|key| aes128_ecb_hex(key, plain.as_bytes()))
        .ok_or_else(|| PgError::invalid("key", "상점키(MerchantKey)가 16자리보다 짧습니다."))
}

fn outcome(issue: &KeyIssue, response: &Response) -> Result<IssuedKey, PgError> {
    let answer = Answer::read(response)?;
    let code = answer.get("ResultCode");
    if codes::key_unsure(code) {
        return Err(PgError::Unknown(format!("key issue: [{code}] {}", answer.message())));
    }
    if !codes::key_issued(code) {
        return Err(answer.declined());
    }
    let key = answer.get("BID").to_owned();
    if key.is_empty() {
        return Err(PgError::Unknown("the answer has no BID".into()));
    }
    // The answer names the company, never the number.
    let number = Some(masked(&issue.card.number));
    Ok(IssuedKey { key, card: Some(Card { number, ..card(&answer) }), memo: String::new() })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::form::Form;
    use crate::nice::fixtures::{Lab, key_issue};

    fn read(status: u16, body: &str) -> Result<IssuedKey, PgError> {
        outcome(&key_issue(), &Response { status, ..Response::text(body) })
    }

    const DONE: &str = include_str!("testdata/billing_issue_ok.json");

    #[test]
    fn the_request_is_signed_sealed_and_has_no_card_in_it() {
        let lab = Lab::default();
        let sent = request(&lab.cx(), &key_issue()).unwrap();
        assert_eq!((sent.url.as_str(), sent.operation), (URL, "issue"));
        let body = String::from_utf8(sent.body).unwrap();
        assert_eq!(body, include_str!("testdata/billing_issue_request.txt").trim_end());
        assert!(!body.contains("4111"));
        let form = Form::read(body.as_bytes());
        // Sealed by OpenSSL: aes-128-ecb, key EYzu8jGGMfqaDEp7.
        let sealed = include_str!("testdata/billing_enc_data.txt").trim_end();
        assert_eq!(form.get("EncData"), sealed);
        assert!(crate::nice::spec::REDACT.contains(&"EncData"));
    }

    #[test]
    fn the_manuals_way_of_sealing() {
        // NICE's published vector has other field names and the same algorithm; what of ours
        // stands in the same place is sealed to the same blocks.
        let plain = b"cardNo=1234567890123456&expYear=25&expMonth=12&idNo=800101&cardPw=12";
        let vector = "7c4b12eb43324290bd0e522900a892343f57e0d176cdadae757132c7f3cd442f\
                      023ef5c3ffa254ed04b6d47624d4c7847e8061f3be0d67adf1b463b46a542052\
                      cf47a5206bfd23945fc1851d426468f4";
        assert_eq!(aes128_ecb_hex(b"2dcc2a0d63bf4694", plain).as_deref(), Some(vector));
        let legacy = Shop { mid: "m", key: "2dcc2a0d63bf469490bb19a201be3735" };
        let sealed = seal(&legacy, &key_issue().card).unwrap();
        let plain = b"CardNo=4111111111111111&ExpYear=30&ExpMonth=12&IDNo=800101&CardPw=12";
        assert_eq!(Some(sealed), aes128_ecb_hex(b"2dcc2a0d63bf4694", plain));
        let short = Shop { mid: "m", key: "2dcc2a0d63bf469" };
        let refused = seal(&short, &key_issue().card);
        assert!(matches!(refused, Err(PgError::Invalid { field: "key", .. })));
    }

    #[test]
    fn a_card_that_cannot_be_one_is_not_sent_and_not_repeated() {
        let lab = Lab::default();
        let refused = |change: fn(&mut CardInput)| {
            let mut issue = key_issue();
            change(&mut issue.card);
            match request(&lab.cx(), &issue) {
                Err(PgError::Invalid { field, message }) => {
                    assert!(!message.contains("4111") && !message.contains("99"), "{message}");
                    field
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(|card| *card.number = "41111111111111&1".into()), "card_number");
        assert_eq!(refused(|card| *card.number = "4111111111111111111".into()), "card_number");
        assert_eq!(refused(|card| *card.expiry = "3099".into()), "expiry");
        assert_eq!(refused(|card| *card.expiry = "일".into()), "expiry");
        assert_eq!(refused(|card| *card.birth = "99".into()), "birth");
        assert_eq!(refused(|card| *card.password = "999".into()), "pwd_2digit");
        let mut bare = key_issue();
        (*bare.card.birth).clear();
        (*bare.card.password).clear();
        assert!(request(&lab.cx(), &bare).is_ok(), "contracts without authentication");
    }

    #[test]
    fn a_key_comes_with_its_card() {
        let key = read(200, DONE).unwrap();
        assert_eq!(key.key, "BIKYnicepay00m2311150713205596");
        let card = key.card.clone().unwrap();
        assert_eq!((card.code.as_deref(), card.kind), (Some("368"), Some(0)));
        assert_eq!(card.number.as_deref(), Some("411111******1111"));
        assert!(!format!("{key:?}").contains("BIKY"));
    }

    #[test]
    fn refusals_keep_nices_words() {
        for (code, text) in [
            ("F112", "유효하지않은 카드번호를 입력하셨습니다. (card_bin 없음)"),
            ("F113", "거래거절 카드번호틀림"),
            ("F117", "빌링 미사용 가맹점입니다"),
            ("F201", "이미 등록된 카드 입니다(빌키발급실패)"),
            ("A211", "해쉬값 검증에 실패하였습니다"),
        ] {
            let body = format!(r#"{{"ResultCode":"{code}","ResultMsg":"{text}"}}"#);
            assert_eq!(read(200, &body), Err(PgError::declined(code, text)));
        }
    }

    #[test]
    fn what_cannot_be_believed_is_unknown() {
        let no_key = DONE.replace("\"BID\"", "\"Bid\"");
        for (status, body) in [
            (200, no_key.as_str()),
            (200, r#"{"ResultCode":"F109","ResultMsg":"DB"}"#),
            (200, r#"{"ResultCode":"A401"}"#),
            (200, ""),
            (200, "<html>점검중</html>"),
            (500, DONE),
        ] {
            assert!(matches!(read(status, body), Err(PgError::Unknown(_))), "{status} {body}");
        }
    }
}
