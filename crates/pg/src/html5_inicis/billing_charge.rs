//! A charge of a billing key: INIAPI v1 `/billing`, form in, JSON out.
//!
//! v1 and not v2: keys are reported unknown to v2 (`[1195]`).

use super::approve::card_of;
use super::billing::KeyMemo;
use super::options;
use super::wire::{Memo, Way, api_host, client_ip, json, kst, mid, plain, text, won};
use crate::form::utf8_body;
use crate::wire::{Request, Response};
use crate::{Approval, Card, Charge, Cx, PgError};
use domain::Currency;
use serde_json::Value;

/// The PG refuses empty texts (`ER0102`), V1 takes them. The addresses reach nobody.
const GOODS: &str = "정기결제";
const NAME: &str = "구매자";
const EMAIL: &str = "no-reply@example.com";
const TEL: &str = "010-0000-0000";
/// For keys whose issue did not leave an address.
const URL: &str = "http://localhost";

/// Charges.
pub(super) async fn charge(cx: &Cx<'_>, charge: &Charge) -> Result<Approval, PgError> {
    let request = request(cx, charge)?;
    outcome(charge, &cx.transport.send(request).await?)
}

fn check(charge: &Charge) -> Result<(), PgError> {
    if charge.amount.currency() != Currency::Krw {
        return Err(PgError::invalid("currency", "KG이니시스는 원화(KRW)만 지원합니다."));
    }
    if charge.amount.is_zero() {
        return Err(PgError::invalid("amount", "결제금액이 0원입니다."));
    }
    if !(0..=36).contains(&charge.quota) {
        return Err(PgError::invalid("card_quota", "할부개월은 0에서 36 사이여야 합니다."));
    }
    if charge.key.key.is_empty() {
        return Err(PgError::invalid("customer_uid", "빌링키가 없습니다."));
    }
    Ok(())
}

/// The text, or what stands in for it where it is empty.
fn or(text: &str, bytes: usize, instead: &str) -> String {
    let text = plain(text.trim(), bytes);
    if text.is_empty() { instead.to_owned() } else { text }
}

fn request(cx: &Cx<'_>, charge: &Charge) -> Result<Request, PgError> {
    check(charge)?;
    let (mid, key) = (mid(cx.credentials)?, cx.credentials.need("api_key")?);
    let (timestamp, ip) = (cx.at.kst14(), client_ip(&charge.client_ip));
    let price = charge.amount.minor().to_string();
    let (moid, bill) = (charge.imp_uid.as_str(), charge.key.key.as_str());
    let signed = format!("{key}BillingCard{timestamp}{ip}{mid}{moid}{price}{bill}");
    let url = serde_json::from_str::<KeyMemo>(&charge.key.memo).map(|memo| memo.url);
    let buyer = &charge.buyer;
    // One month is a lump sum.
    let quota = if charge.quota < 2 { 0 } else { charge.quota };
    let free = charge.interest_free && quota > 0;
    let taxes = options::taxes(charge.amount, charge.tax_free, charge.vat_amount);
    let (tax, tax_free) = taxes.clone().unwrap_or_default();
    let (url, goods) = (or(&url.unwrap_or_default(), 60, URL), or(&charge.name, 40, GOODS));
    let (name, email) = (or(&buyer.name, 30, NAME), or(&buyer.email, 60, EMAIL));
    let (tel, quota) = (or(&buyer.tel, 20, TEL), format!("{quota:02}"));
    let hash = crate::crypto::sha512_hex(signed);
    let mut fields = vec![
        ("type", "Billing"),
        ("paymethod", "Card"),
        ("timestamp", &timestamp),
        ("clientIp", &ip),
        ("mid", mid),
        ("url", &url),
        ("moid", moid),
        ("goodName", &goods),
        ("buyerName", &name),
        ("buyerEmail", &email),
        ("buyerTel", &tel),
        ("price", &price),
        ("billKey", bill),
        // The key is enough: neither birth date nor password.
        ("authentification", "00"),
        ("currency", "WON"),
        ("cardQuota", &quota),
        ("quotaInterest", if free { "1" } else { "0" }),
        ("hashData", &hash),
    ];
    if taxes.is_some() {
        fields.extend([("tax", tax.as_str()), ("taxFree", tax_free.as_str())]);
    }
    let url = format!("{}/api/v1/billing", api_host(cx.mode));
    Ok(Request::form("charge", url, utf8_body(&fields)))
}

fn outcome(charge: &Charge, response: &Response) -> Result<Approval, PgError> {
    let answer = json(response)?;
    let field = |name: &str| text(&answer, name);
    let code = field("resultCode");
    if code.is_empty() {
        return Err(PgError::Unknown("the answer has no resultCode".into()));
    }
    if code != "00" {
        return Err(PgError::declined(code, field("resultMsg")));
    }
    let missing = |name: &str| PgError::Unknown(format!("the approval has no usable {name}"));
    let tid = field("tid");
    if tid.is_empty() {
        return Err(missing("tid"));
    }
    Ok(Approval {
        tid,
        amount: won(&field("price")).ok_or_else(|| missing("price"))?,
        account: None,
        apply_num: Some(field("payAuthCode")).filter(|number| !number.is_empty()),
        at: kst(&field("payDate"), &field("payTime")),
        method: None,
        emb_pg_provider: None,
        card: Some(card(charge, &answer)),
        bank: None,
        cash_receipt: false,
        issued_key: None,
        memo: memo(charge),
    })
}

/// What cancels of a charge want back.
pub(super) fn memo(charge: &Charge) -> String {
    Memo { way: Way::Key, ip: client_ip(&charge.client_ip) }.text()
}

/// The card of the answer; what it does not say (the masked number) is the key's.
fn card(charge: &Charge, answer: &Value) -> Card {
    let field = |name: &str| text(answer, name);
    let name = Some(field("cardName")).filter(|name| !name.is_empty());
    let quota = field("payAuthQuota");
    let told = card_of(&field("cardCode"), name, "", &quota, || field("checkFlg"));
    let known = charge.key.card.clone().unwrap_or_default();
    Card {
        code: told.code.or(known.code),
        name: told.name.or(known.name),
        number: known.number,
        quota: if quota.is_empty() { charge.quota } else { told.quota },
        kind: told.kind.or(known.kind),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tests::{Deaf, answer, at, charge, credentials, cx};
    use super::*;
    use crate::form::Form;

    const DONE: &str = include_str!("testdata/billing.json");

    fn form(charge: &Charge) -> Form {
        let credentials = credentials();
        let request = request(&cx(&Deaf, &credentials), charge).unwrap();
        assert_eq!(request.url, "https://stginiapi.inicis.com/api/v1/billing");
        Form::read(&request.body)
    }

    #[test]
    fn the_hash_is_over_the_published_order() {
        let form = form(&charge());
        let plain = format!(
            "ItEQKi3rY7uvDS8lBillingCard{}203.0.113.9INIpayTestimp_00000000000214000KEY-1",
            at().kst14()
        );
        assert_eq!(form.get("hashData"), crate::crypto::sha512_hex(plain));
        for (name, value) in [
            ("type", "Billing"),
            ("paymethod", "Card"),
            ("authentification", "00"),
            ("url", "https://hub.example"),
            ("moid", "imp_000000000002"),
            ("buyerName", "구매자"),
            ("billKey", "KEY-1"),
            ("cardQuota", "00"),
            ("quotaInterest", "0"),
        ] {
            assert_eq!(form.get(name), value, "{name}");
        }
        assert!(!form.has("tax") && !form.has("taxFree"));
    }

    #[test]
    fn nothing_is_empty_that_the_pg_refuses() {
        let mut charge = charge();
        charge.buyer = crate::Buyer::default();
        charge.name = " ".into();
        charge.key.memo = String::new();
        charge.client_ip = "::1".into();
        let form = form(&charge);
        for name in ["url", "goodName", "buyerName", "buyerEmail", "buyerTel"] {
            assert!(!form.get(name).is_empty(), "{name}");
        }
        assert_eq!(form.get("clientIp"), "127.0.0.1");
    }

    #[test]
    fn instalments_interest_and_taxes() {
        let mut charge = charge();
        for (quota, free, expected) in
            [(0, true, ("00", "0")), (1, true, ("00", "0")), (3, true, ("03", "1"))]
        {
            (charge.quota, charge.interest_free) = (quota, free);
            let form = form(&charge);
            assert_eq!((form.get("cardQuota"), form.get("quotaInterest")), expected);
        }
        charge.tax_free = won("3000");
        let form = form(&charge);
        assert_eq!((form.get("tax"), form.get("taxFree")), ("1000", "3000"));
    }

    #[test]
    fn charges_that_cannot_be_put_are_refused_by_field() {
        let credentials = credentials();
        let refused = |change: &dyn Fn(&mut Charge)| {
            let mut charge = charge();
            change(&mut charge);
            match request(&cx(&Deaf, &credentials), &charge) {
                Err(PgError::Invalid { field, .. }) => field,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused(&|charge| charge.amount = won("0").unwrap()), "amount");
        assert_eq!(refused(&|charge| charge.quota = 37), "card_quota");
        assert_eq!(refused(&|charge| charge.quota = -1), "card_quota");
        assert_eq!(refused(&|charge| charge.key.key = String::new()), "customer_uid");
        let usd = domain::Money::new(100, Currency::Usd).unwrap();
        assert_eq!(refused(&|charge| charge.amount = usd), "currency");
    }

    #[test]
    fn an_approval() {
        let mut charge = charge();
        charge.quota = 3;
        let approval = outcome(&charge, &answer(200, DONE)).unwrap();
        assert_eq!(approval.tid, "INIAPICARDINIpayTest20231115071320123456");
        assert_eq!(approval.amount.minor(), 14000);
        assert_eq!(approval.apply_num.as_deref(), Some("56528778"));
        assert_eq!(approval.at, Some(at()));
        let card = approval.card.unwrap();
        assert_eq!((card.code.as_deref(), card.name.as_deref()), (Some("361"), Some("BC카드")));
        assert_eq!(card.number.as_deref(), Some("400914*********7"));
        assert_eq!((card.quota, card.kind), (3, Some(0)));
        assert_eq!(approval.memo, r#"{"way":"key","ip":"203.0.113.9"}"#);
        let other = DONE.replace("\"14000\"", "\"13999\"");
        let approval = outcome(&charge, &answer(200, &other)).unwrap();
        assert_eq!(approval.amount.minor(), 13999, "the engine compares");
    }

    #[test]
    fn only_an_explicit_code_is_a_refusal() {
        let charge = charge();
        let words = "[1195][실시간빌링실패|빌링 미등록 거래]";
        let body = format!(r#"{{"resultCode":"01","resultMsg":"{words}"}}"#);
        let refused = outcome(&charge, &answer(200, &body));
        assert_eq!(refused, Err(PgError::declined("01", words)));
        let no_tid = DONE.replace("INIAPICARDINIpayTest20231115071320123456", "");
        let no_price = DONE.replace("\"price\":\"14000\",", "");
        let odd_price = DONE.replace("\"14000\"", "\"14000.5\"");
        for (status, body) in [
            (200, ""),
            (200, "<html>점검중</html>"),
            (200, "[]"),
            (200, "{}"),
            (200, no_tid.as_str()),
            (200, no_price.as_str()),
            (200, odd_price.as_str()),
            (500, DONE),
            (502, body.as_str()),
        ] {
            let result = outcome(&charge, &answer(status, body));
            assert!(matches!(result, Err(PgError::Unknown(_))), "{status} {body}: {result:?}");
        }
    }
}
